package plan

import (
	"regexp/syntax"
	"strings"

	"layertap/jsregexp"
)

// maxPattern is the length of a pattern in bytes.
const maxPattern = 2000

// Catastrophic says in a sentence why a pattern can take exponential time in a
// browser; "" where it does not.
//
// What Go's parser can read is judged by its form: something repeated that can
// itself be nothing but a repetition, as in (a+)+. Of the rest, and of repeated
// alternatives that overlap, an attempt on a few texts tells.
func Catastrophic(pattern string) string {
	if len(pattern) > maxPattern {
		return "it is longer than 2000 characters"
	}
	if tree, err := syntax.Parse(pattern, syntax.Perl); err == nil && nested(tree, false) {
		return "nested repetition, as in (a+)+"
	}
	if !strings.ContainsAny(pattern, "*+{") {
		return ""
	}
	re, err := jsregexp.Compile(pattern, false)
	if err != nil {
		return "" // its own sentence is better
	}
	for _, r := range probes(pattern) {
		if _, err := re.Match(strings.Repeat(string(r), 40) + "\x00"); err != nil {
			return "it takes too many steps on a text such as " + strings.Repeat(string(r), 6) + "…"
		}
	}
	return ""
}

// nested reports whether a repetition without end holds one that alone can be a
// whole turn of it.
func nested(re *syntax.Regexp, repeated bool) bool {
	switch re.Op {
	case syntax.OpStar, syntax.OpPlus:
		return repeated || nested(re.Sub[0], true)
	case syntax.OpRepeat:
		endless := re.Max == -1 || re.Max > 10
		return endless && repeated || nested(re.Sub[0], repeated || endless)
	case syntax.OpCapture, syntax.OpAlternate, syntax.OpQuest:
		for _, sub := range re.Sub {
			if nested(sub, repeated) {
				return true
			}
		}
	case syntax.OpConcat:
		for i, sub := range re.Sub {
			if nested(sub, repeated && othersEmpty(re.Sub, i)) {
				return true
			}
		}
	}
	return false
}

// othersEmpty reports whether all but one of the parts can match nothing.
func othersEmpty(parts []*syntax.Regexp, but int) bool {
	for i, part := range parts {
		if i != but && !canBeEmpty(part) {
			return false
		}
	}
	return true
}

func canBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpStar, syntax.OpQuest, syntax.OpBeginLine, syntax.OpEndLine,
		syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return true
	case syntax.OpRepeat:
		return re.Min == 0 || canBeEmpty(re.Sub[0])
	case syntax.OpPlus, syntax.OpCapture:
		return canBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		return othersEmpty(re.Sub, -1)
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if canBeEmpty(sub) {
				return true
			}
		}
	}
	return false
}

// probes are the characters on whose repetition a pattern is tried: those that
// stand in it, a letter, a digit and a space.
func probes(pattern string) []rune {
	runes := []rune{'a', '0', ' '}
	for _, r := range pattern {
		if len(runes) < 8 && !strings.ContainsRune(`^$()[]{}|*+?.\:`, r) && !strings.ContainsRune(string(runes), r) {
			runes = append(runes, r)
		}
	}
	return runes
}
