package rules

import (
	"slices"
	"strings"
)

// speller finds the names of a vocabulary that a name was probably meant to be.
//
// It compares letter by letter with the costs of the slips that people make, and
// word by word: each word has a bound of its own, so that in
// widget_conversation_ref the long part that is right does not excuse the short
// one that is another word.
type speller struct {
	entries    []words
	names      map[string]bool
	vocabulary map[string]bool // every word of every name, and its stem
}

// candidate is a name that was probably meant.
type candidate struct {
	name string
	cost float64
}

func newSpeller(names []string) *speller {
	s := &speller{names: make(map[string]bool, len(names)), vocabulary: map[string]bool{}}
	for _, name := range names {
		if s.names[name] {
			continue
		}
		s.names[name] = true
		w := wordsOf(name)
		s.entries = append(s.entries, w)
		for i, part := range w.parts {
			s.vocabulary[string(part)], s.vocabulary[w.stems[i]] = true, true
		}
	}
	return s
}

// equallyNear is how little two costs differ where neither name is the better
// guess, and maxEqual how many such names still help.
const (
	equallyNear = 0.05
	maxEqual    = 3
)

// near returns the names that name is probably a slip of, the nearest first;
// none where it is itself a name of the vocabulary, or far from all of it.
func (s *speller) near(name string) []candidate {
	return s.candidates(name, (*speller).compare)
}

// nearByWords is near for a name of which it is certain that it belongs to the
// vocabulary: it may also have a word of it too much, too little or exchanged.
func (s *speller) nearByWords(name string) []candidate {
	if found := s.near(name); len(found) > 0 {
		return found
	}
	found := s.candidates(name, (*speller).compareWords)
	if len(found) > 1 && found[len(found)-1].cost-found[0].cost > equallyNear {
		found = slices.DeleteFunc(found, func(c candidate) bool { return c.cost-found[0].cost > equallyNear })
	}
	if len(found) > 2 { // it is a new name made of old words
		return nil
	}
	return found
}

func (s *speller) candidates(name string, compare func(*speller, words, words) float64) []candidate {
	if s.names[name] || len(name) > maxName || strings.ContainsAny(name, ":/") {
		return nil // with a colon it is a name of another vendor's: widget:opened
	}
	typed := wordsOf(name)
	if len(typed.folded) == 0 {
		return nil
	}
	var found []candidate
	for _, meant := range s.entries {
		if cost := compare(s, typed, meant); cost < far {
			found = append(found, candidate{meant.name, cost})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		switch {
		case a.cost < b.cost-1e-9:
			return -1
		case a.cost > b.cost+1e-9:
			return 1
		}
		return 0
	})
	return found
}

// compare is the cost of a slip that turns meant into typed, or far.
func (s *speller) compare(typed, meant words) float64 {
	if slices.Equal(typed.folded, meant.folded) {
		return costOfForm(typed.name, meant.name)
	}
	limit := limitOf(len(meant.folded))
	if limit == 0 || !slices.Equal(typed.digits(), meant.digits()) {
		return far
	}
	var cost float64
	switch {
	case len(typed.parts) == len(meant.parts):
		cost = s.wordByWord(typed, meant, limit)
	case within(typed.parts, meant.parts), within(meant.parts, typed.parts):
		return far // a whole word is no slip: widget_conversation is not widget_conversation_id
	default:
		cost = distance(typed.folded, meant.folded, acrossWords(limit)) + costOfSeparator
	}
	if cost > limit+costOfSeparator {
		return far
	}
	return cost
}

// within says whether the first words are among the others, in their order.
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
		return costDrop
	case letters <= 8:
		return costOther
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
		return costOther
	}
	return costDrop
}

// limitOfWord is the cost that one word of a name bears.
func limitOfWord(letters int) float64 {
	switch {
	case letters <= 3:
		return costDrop
	case letters <= 5:
		return costOther
	case letters <= 8:
		return 2
	}
	return 3
}

// costOfEnding is that of another ending of the right word.
const costOfEnding = 0.9

// wordByWord compares names of as many words, of which two neighbours may have
// changed places.
func (s *speller) wordByWord(typed, meant words, limit float64) float64 {
	cost := 0.0
	for i := range meant.parts {
		if cost += s.word(typed, i, meant, i); cost > limit {
			break
		}
	}
	for swap := 0; swap+1 < len(meant.parts) && cost > limit; swap++ {
		if typed.stems[swap] != meant.stems[swap+1] || typed.stems[swap+1] != meant.stems[swap] {
			continue
		}
		swapped := 1.0
		for i := range meant.parts {
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

func (s *speller) word(typed words, i int, meant words, j int) float64 {
	t, m := typed.parts[i], meant.parts[j]
	switch {
	case slices.Equal(t, m):
		return 0
	case typed.stems[i] == meant.stems[j]:
		return costOfEnding
	case s.vocabulary[string(t)] && sharedPrefix(t, m) >= 4: // handover for handoff
		return costOther
	}
	return distance(t, m, limitOfWord(len(m)))
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
func (s *speller) compareWords(typed, meant words) float64 {
	for _, stem := range typed.stems {
		if !s.vocabulary[stem] {
			return far
		}
	}
	same := 0
	for same < len(typed.stems) && same < len(meant.stems) && typed.stems[same] == meant.stems[same] {
		same++
	}
	t, m := typed.stems[same:], meant.stems[same:]
	switch {
	case len(meant.stems) < 2 || same == 0:
		return far
	case len(t) == len(m) && len(t) > 0 && slices.Equal(t[1:], m[1:]):
		return costOfWrongWord
	case len(m) == len(t)+1 && slices.Equal(t, m[1:]):
		return costOfMissingWord
	case len(t) == len(m)+1 && slices.Equal(t[1:], m):
		return costOfWrongWord
	}
	return far
}
