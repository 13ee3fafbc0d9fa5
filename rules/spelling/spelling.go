// Package spelling finds the names that a misspelled name was probably meant to be.
package spelling

import (
	"slices"
	"strings"
)

// Speller finds the names in a vocabulary that a name was probably meant to be.
//
// It compares letter by letter with the costs of typos, and word by word: each word has
// its own limit, so that in widget_conversation_ref the long correct part doesn't
// compensate for a short word that differs.
type Speller struct {
	entries    []Words
	Names      map[string]bool
	vocabulary map[string]bool // all words in the names, and their stems
}

// Candidate is a name that was probably meant.
type Candidate struct {
	Name string
	Cost float64
}

// New returns a speller for a vocabulary of names.
func New(names []string) *Speller {
	s := &Speller{Names: make(map[string]bool, len(names)), vocabulary: map[string]bool{}}
	for _, name := range names {
		if s.Names[name] {
			continue
		}
		s.Names[name] = true
		w := Split(name)
		s.entries = append(s.entries, w)
		for i, part := range w.Parts {
			s.vocabulary[string(part)], s.vocabulary[w.Stems[i]] = true, true
		}
	}
	return s
}

// equallyNear is the difference between two costs below which neither name is the
// better guess, and maxEqual the maximum number of such names.
const (
	EquallyNear = 0.05
	MaxEqual    = 3
)

// Near returns the names that were probably meant by name, nearest first; none if it is
// in the vocabulary or too different from all names.
func (s *Speller) Near(name string) []Candidate {
	return s.candidates(name, (*Speller).compare)
}

// NearByWords is like Near for a name that certainly belongs to the vocabulary: it may
// also have one word added, missing or replaced.
func (s *Speller) NearByWords(name string) []Candidate {
	if found := s.Near(name); len(found) > 0 {
		return found
	}
	found := s.candidates(name, (*Speller).compareWords)
	if len(found) > 1 && found[len(found)-1].Cost-found[0].Cost > EquallyNear {
		found = slices.DeleteFunc(found, func(c Candidate) bool { return c.Cost-found[0].Cost > EquallyNear })
	}
	if len(found) > 2 { // it is a new name composed of known words
		return nil
	}
	return found
}

func (s *Speller) candidates(name string, compare func(*Speller, Words, Words) float64) []Candidate {
	if s.Names[name] || len(name) > maxName || strings.ContainsAny(name, ":/") {
		return nil // a name with a colon is from a different vendor: widget:opened
	}
	typed := Split(name)
	if len(typed.Folded) == 0 {
		return nil
	}
	var found []Candidate
	for _, intended := range s.entries {
		if cost := compare(s, typed, intended); cost < Far {
			found = append(found, Candidate{intended.name, cost})
		}
	}
	slices.SortStableFunc(found, func(a, b Candidate) int {
		switch {
		case a.Cost < b.Cost-1e-9:
			return -1
		case a.Cost > b.Cost+1e-9:
			return 1
		}
		return 0
	})
	return found
}

// compare returns the cost of a mistake that turns meant into typed, or Far.
func (s *Speller) compare(typed, intended Words) float64 {
	if slices.Equal(typed.Folded, intended.Folded) {
		return costOfForm(typed.name, intended.name)
	}
	limit := limitOf(len(intended.Folded))
	if limit == 0 || !slices.Equal(typed.digits(), intended.digits()) {
		return Far
	}
	var cost float64
	switch {
	case len(typed.Parts) == len(intended.Parts):
		cost = s.wordByWord(typed, intended, limit)
	case within(typed.Parts, intended.Parts), within(intended.Parts, typed.Parts):
		return Far // a missing word isn't a misspelling: widget_conversation is not widget_conversation_id
	default:
		cost = Distance(typed.Folded, intended.Folded, acrossWords(limit)) + costOfSeparator
	}
	if cost > limit+costOfSeparator {
		return Far
	}
	return cost
}

// within reports whether some are among all, in the same order.
func within(some, all [][]rune) bool {
	for _, word := range all {
		if len(some) > 0 && slices.Equal(some[0], word) {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// costOfSeparator is small: it only decides between names that are otherwise equally
// near.
const costOfSeparator = 0.2

// costOfForm is the cost of differences in case and separators only.
func costOfForm(typed, intended string) float64 {
	if strings.EqualFold(typed, intended) {
		return 0.1
	}
	return costOfSeparator
}

// limitOf returns the maximum cost for a name with so many letters. A short name is
// near many others, so only typing mistakes are accepted, and none for the shortest.
func limitOf(letters int) float64 {
	switch {
	case letters <= 3:
		return 0
	case letters <= 5:
		return CostDrop
	case letters <= 8:
		return CostOther
	case letters <= 12:
		return 2
	case letters <= 17:
		return 2.4
	}
	return 3.2
}

// acrossWords returns the limit if the separators are in the wrong places.
func acrossWords(limit float64) float64 {
	switch {
	case limit >= 2.4:
		return 2
	case limit >= 2:
		return CostOther
	}
	return CostDrop
}

// limitOfWord returns the maximum cost for one word of a name.
func limitOfWord(letters int) float64 {
	switch {
	case letters <= 3:
		return CostDrop
	case letters <= 5:
		return CostOther
	case letters <= 8:
		return 2
	}
	return 3
}

// costOfEnding is the cost of a different ending of the right word.
const costOfEnding = 0.9

// wordByWord compares names with equally many words. Two adjacent words may be swapped.
func (s *Speller) wordByWord(typed, intended Words, limit float64) float64 {
	cost := 0.0
	for i := range intended.Parts {
		if cost += s.word(typed, i, intended, i); cost > limit {
			break
		}
	}
	for swap := 0; swap+1 < len(intended.Parts) && cost > limit; swap++ {
		if typed.Stems[swap] != intended.Stems[swap+1] || typed.Stems[swap+1] != intended.Stems[swap] {
			continue
		}
		swapped := 1.0
		for i := range intended.Parts {
			j := i
			switch i {
			case swap:
				j = i + 1
			case swap + 1:
				j = i - 1
			}
			swapped += s.word(typed, i, intended, j)
		}
		cost = min(cost, swapped)
	}
	return cost
}

func (s *Speller) word(typed Words, i int, intended Words, j int) float64 {
	t, m := typed.Parts[i], intended.Parts[j]
	switch {
	case slices.Equal(t, m):
		return 0
	case typed.Stems[i] == intended.Stems[j]:
		return costOfEnding
	case s.vocabulary[string(t)] && sharedPrefix(t, m) >= 4: // handover for handoff
		return CostOther
	}
	return Distance(t, m, limitOfWord(len(m)))
}

func sharedPrefix(a, b []rune) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// The costs of whole words of the vocabulary.
const (
	costOfMissingWord = 2.0
	costOfWrongWord   = 2.1
)

// compareWords returns the cost of one word of the vocabulary that is added, missing or
// different.
func (s *Speller) compareWords(typed, intended Words) float64 {
	for _, stem := range typed.Stems {
		if !s.vocabulary[stem] {
			return Far
		}
	}
	same := 0
	for same < len(typed.Stems) && same < len(intended.Stems) && typed.Stems[same] == intended.Stems[same] {
		same++
	}
	t, m := typed.Stems[same:], intended.Stems[same:]
	switch {
	case len(intended.Stems) < 2 || same == 0:
		return Far
	case len(t) == len(m) && len(t) > 0 && slices.Equal(t[1:], m[1:]):
		return costOfWrongWord
	case len(m) == len(t)+1 && slices.Equal(t, m[1:]):
		return costOfMissingWord
	case len(t) == len(m)+1 && slices.Equal(t[1:], m):
		return costOfWrongWord
	}
	return Far
}
