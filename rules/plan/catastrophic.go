package plan

import (
	"regexp/syntax"
	"strings"

	"layertap/jsregexp"
)

// maxPattern is the length of a pattern in bytes.
const maxPattern = 2000

// Catastrophic returns a sentence about why a pattern can take exponential time in a
// browser; "" if it can't.
//
// Patterns that Go can parse are judged by their form: a repetition of something that
// can consist only of a repetition, as in (a+)+. Other patterns, and repeated
// alternatives that overlap, are tried on a few texts.
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
		return "" // the compiler's own error is better
	}
	for _, r := range probes(pattern) {
		if _, err := re.Match(strings.Repeat(string(r), 40) + "\x00"); err != nil {
			return "it takes too many steps on a text such as " + strings.Repeat(string(r), 6) + "…"
		}
	}
	return ""
}

// nested reports whether an unbounded repetition contains another one that can be all
// of it.
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

// othersEmpty reports whether all parts but one can match the empty text.
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

// probes returns the characters whose repetitions a pattern is tried on: those in it, a
// letter, a digit and a space.
func probes(pattern string) []rune {
	runes := []rune{'a', '0', ' '}
	for _, r := range pattern {
		if len(runes) < 8 && !strings.ContainsRune(`^$()[]{}|*+?.\:`, r) && !strings.ContainsRune(string(runes), r) {
			runes = append(runes, r)
		}
	}
	return runes
}
