// Package spelling finds the names that a misspelled name was probably meant to be.
package spelling

import (
	"slices"
	"strings"
)

// Speller finds the names of a vocabulary that a name was probably meant to be.
//
// It compares letter by letter with the costs of the slips that people make, and
// word by word: each word has a bound of its own, so that in
// widget_conversation_ref the long part that is right does not excuse the short
// one that is another word.
type Speller struct {
	entries    []Words
	Names      map[string]bool
	vocabulary map[string]bool // every word of every name, and its stem
}

// Candidate is a name that was probably meant.
type Candidate struct {
	Name string
	Cost float64
}

// New returns a speller that knows the names.
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

// equallyNear is how little two costs differ where neither name is the better
// guess, and maxEqual how many such names still help.
const (
	EquallyNear = 0.05
	MaxEqual    = 3
)

// Near returns the names that name is probably a slip of, the nearest first;
// none where it is itself a name of the vocabulary, or far from all of it.
func (s *Speller) Near(name string) []Candidate {
	return s.candidates(name, (*Speller).compare)
}

// NearByWords is near for a name of which it is certain that it belongs to the
// vocabulary: it may also have a word of it too much, too little or exchanged.
func (s *Speller) NearByWords(name string) []Candidate {
	if found := s.Near(name); len(found) > 0 {
		return found
	}
	found := s.candidates(name, (*Speller).compareWords)
	if len(found) > 1 && found[len(found)-1].Cost-found[0].Cost > EquallyNear {
		found = slices.DeleteFunc(found, func(c Candidate) bool { return c.Cost-found[0].Cost > EquallyNear })
	}
	if len(found) > 2 { // it is a new name made of old words
		return nil
	}
	return found
}

func (s *Speller) candidates(name string, compare func(*Speller, Words, Words) float64) []Candidate {
	if s.Names[name] || len(name) > maxName || strings.ContainsAny(name, ":/") {
		return nil // with a colon it is a name of another vendor's: widget:opened
	}
	typed := Split(name)
	if len(typed.Folded) == 0 {
		return nil
	}
	var found []Candidate
	for _, meant := range s.entries {
		if cost := compare(s, typed, meant); cost < Far {
			found = append(found, Candidate{meant.name, cost})
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

// compare is the cost of a slip that turns meant into typed, or far.
func (s *Speller) compare(typed, meant Words) float64 {
	if slices.Equal(typed.Folded, meant.Folded) {
		return costOfForm(typed.name, meant.name)
	}
	limit := limitOf(len(meant.Folded))
	if limit == 0 || !slices.Equal(typed.digits(), meant.digits()) {
		return Far
	}
	var cost float64
	switch {
	case len(typed.Parts) == len(meant.Parts):
		cost = s.wordByWord(typed, meant, limit)
	case within(typed.Parts, meant.Parts), within(meant.Parts, typed.Parts):
		return Far // a whole word isn't a misspelling: widget_conversation is not widget_conversation_id
	default:
		cost = Distance(typed.Folded, meant.Folded, acrossWords(limit)) + costOfSeparator
	}
	if cost > limit+costOfSeparator {
		return Far
	}
	return cost
}

// within reports whether the first words are among the others, in their order.
func within(some, all [][]rune) bool {
	for _, word := range all {
		if len(some) > 0 && slices.Equal(some[0], word) {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// costOfSeparator is small: it only decides between names that are otherwise as
// near.
const costOfSeparator = 0.2

// costOfForm tells names apart that differ in case and separators only.
func costOfForm(typed, meant string) float64 {
	if strings.EqualFold(typed, meant) {
		return 0.1
	}
	return costOfSeparator
}

// limitOf is the cost that a name of so many letters bears. A short name is near
// to many others, so it bears only a slip of the hand, the shortest none.
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

// acrossWords is the limit where the separators do not stand where they should.
func acrossWords(limit float64) float64 {
	switch {
	case limit >= 2.4:
		return 2
	case limit >= 2:
		return CostOther
	}
	return CostDrop
}

// limitOfWord is the cost that one word of a name bears.
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

// costOfEnding is that of another ending of the right word.
const costOfEnding = 0.9

// wordByWord compares names of as many words, of which two neighbours may have
// changed places.
func (s *Speller) wordByWord(typed, meant Words, limit float64) float64 {
	cost := 0.0
	for i := range meant.Parts {
		if cost += s.word(typed, i, meant, i); cost > limit {
			break
		}
	}
	for swap := 0; swap+1 < len(meant.Parts) && cost > limit; swap++ {
		if typed.Stems[swap] != meant.Stems[swap+1] || typed.Stems[swap+1] != meant.Stems[swap] {
			continue
		}
		swapped := 1.0
		for i := range meant.Parts {
			j := i
			switch i {
			case swap:
				j = i + 1
			case swap + 1:
				j = i - 1
			}
			swapped += s.word(typed, i, meant, j)
		}
		cost = min(cost, swapped)
	}
	return cost
}

func (s *Speller) word(typed Words, i int, meant Words, j int) float64 {
	t, m := typed.Parts[i], meant.Parts[j]
	switch {
	case slices.Equal(t, m):
		return 0
	case typed.Stems[i] == meant.Stems[j]:
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

// Costs of whole words of the vocabulary.
const (
	costOfMissingWord = 2.0
	costOfWrongWord   = 2.1
)

// compareWords is the cost of one word of the vocabulary that is too much, too
// little or another.
func (s *Speller) compareWords(typed, meant Words) float64 {
	for _, stem := range typed.Stems {
		if !s.vocabulary[stem] {
			return Far
		}
	}
	same := 0
	for same < len(typed.Stems) && same < len(meant.Stems) && typed.Stems[same] == meant.Stems[same] {
		same++
	}
	t, m := typed.Stems[same:], meant.Stems[same:]
	switch {
	case len(meant.Stems) < 2 || same == 0:
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
