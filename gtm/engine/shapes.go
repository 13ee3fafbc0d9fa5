package engine

import (
	"slices"
	"strings"
	"unicode"
)

// The bounds of the shapes of one pattern.
const (
	maxShapes      = 64
	maxShapeLength = 120
)

// Anchors are removed from the finished shapes.
const (
	anchorStart rune = -2
	anchorEnd   rune = -3
)

// shapesOf returns the shapes of the names that a pattern matches, considering only
// letters, alternatives and optional parts. Repetitions and sets become gaps;
// lookaheads and lookbehinds are ignored. The result is only good for suggestions,
// which are checked against the pattern itself. A pattern that is too complex has no
// shapes.
func shapesOf(pattern string) []shape {
	s := &shaper{pattern: []rune(pattern)}
	all, ok := s.alternatives(0)
	if !ok || s.at < len(s.pattern) {
		return nil
	}
	var finished []shape
	for _, one := range all {
		if done, ok := finish(one); ok && done.letters() > 0 {
			finished = append(finished, done)
		}
	}
	return finished
}

// finish adds gaps at the ends of a shape that isn't anchored.
func finish(s shape) (shape, bool) {
	if len(s) > 0 && s[0] == anchorStart {
		s = s[1:]
	} else {
		s = append(shape{gap}, s...)
	}
	if len(s) > 0 && s[len(s)-1] == anchorEnd {
		s = s[:len(s)-1]
	} else {
		s = append(slices.Clone(s), gap)
	}
	return s, !slices.Contains(s, anchorStart) && !slices.Contains(s, anchorEnd)
}

type shaper struct {
	pattern []rune
	at      int
}

func (s *shaper) next() rune {
	if s.at < len(s.pattern) {
		return s.pattern[s.at]
	}
	return 0
}

func (s *shaper) take(text string) bool {
	if !strings.HasPrefix(string(s.pattern[s.at:min(len(s.pattern), s.at+len(text))]), text) {
		return false
	}
	s.at += len(text)
	return true
}

func (s *shaper) alternatives(depth int) ([]shape, bool) {
	if depth > 20 {
		return nil, false
	}
	var all []shape
	for {
		sequence := []shape{nil}
		for s.at < len(s.pattern) && s.next() != '|' && s.next() != ')' {
			part, ok := s.part(depth)
			if !ok {
				return nil, false
			}
			if sequence, ok = join(sequence, part); !ok {
				return nil, false
			}
		}
		all = append(all, sequence...)
		if len(all) > maxShapes {
			return nil, false
		}
		if !s.take("|") {
			return all, true
		}
	}
}

// join appends each of the second shapes to each of the first.
func join(before, after []shape) ([]shape, bool) {
	if len(before)*len(after) > maxShapes {
		return nil, false
	}
	var joined []shape
	for _, a := range before {
		for _, b := range after {
			if len(a)+len(b) > maxShapeLength {
				return nil, false
			}
			joined = append(joined, slices.Concat(a, b))
		}
	}
	return joined, true
}

// part parses an atom and its quantifier.
func (s *shaper) part(depth int) ([]shape, bool) {
	atom, ok := s.atom(depth)
	if !ok {
		return nil, false
	}
	quantifier := s.next()
	switch quantifier {
	case '?':
		s.at++
		atom = append(atom, nil)
	case '*', '+':
		s.at++
		atom = []shape{{gap}}
	case '{':
		end := slices.Index(s.pattern[s.at:], '}')
		if end < 0 {
			return nil, false
		}
		s.at += end + 1
		atom = []shape{{gap}}
	default:
		return atom, true
	}
	s.take("?")
	return atom, true
}

func (s *shaper) atom(depth int) ([]shape, bool) {
	c := s.next()
	s.at++
	switch c {
	case '^':
		return []shape{{anchorStart}}, true
	case '$':
		return []shape{{anchorEnd}}, true
	case '.':
		return []shape{{gap}}, true
	case '[':
		return s.set()
	case '(':
		return s.group(depth)
	case '\\':
		escaped := s.next()
		s.at++
		switch {
		case escaped == 'b' || escaped == 'B':
			return []shape{nil}, true
		case strings.ContainsRune("dDwWsS", escaped):
			return []shape{{gap}}, true
		case escaped == 0 || unicode.IsLetter(escaped) || unicode.IsDigit(escaped):
			return nil, false
		}
		return []shape{{escaped}}, true
	case '*', '+', '?', '{':
		return nil, false
	}
	return []shape{{c}}, true
}

// set parses a character class. A class of a few letters is treated as alternatives.
func (s *shaper) set() ([]shape, bool) {
	end := slices.Index(s.pattern[s.at:], ']')
	if end < 0 {
		return nil, false
	}
	members := s.pattern[s.at : s.at+end]
	s.at += end + 1
	if len(members) == 0 || len(members) > 4 || slices.ContainsFunc(members, func(r rune) bool { return strings.ContainsRune(`^-\`, r) }) {
		return []shape{{gap}}, len(members) > 0 && members[len(members)-1] != '\\'
	}
	var all []shape
	for _, r := range members {
		all = append(all, shape{r})
	}
	return all, true
}

func (s *shaper) group(depth int) ([]shape, bool) {
	looks := false
	switch {
	case s.take("?="), s.take("?!"), s.take("?<="), s.take("?<!"):
		looks = true
	case s.take("?:"):
	case s.take("?<"):
		end := slices.Index(s.pattern[s.at:], '>')
		if end < 0 {
			return nil, false
		}
		s.at += end + 1
	case s.take("?"):
		return nil, false
	}
	inner, ok := s.alternatives(depth + 1)
	if !ok || !s.take(")") {
		return nil, false
	}
	if looks {
		return []shape{nil}, true
	}
	return inner, true
}
