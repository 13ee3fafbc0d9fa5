// Package jsregexp matches regular expressions as the visitor's browser does,
// which is how Google Tag Manager reads them: ECMAScript without the u, v, m, s
// and g flags, in the dialect of Chromium 156 with what ECMA-262 keeps for the
// web's sake (Annex B).
//
// Patterns and texts are sequences of UTF-16 units, so an emoji is two
// characters. A lone surrogate, which UTF-8 cannot hold, is written as the three
// bytes that it would have.
package jsregexp

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Timeout bounds one match. A pattern that backtracks for longer has no answer.
const Timeout = 100 * time.Millisecond

// patience is how many matches of one pattern may run into [Timeout]. After
// that it is not tried again: a container can hold hundreds of such patterns.
const patience = 3

// ErrTimeout is the error of a match that took longer than [Timeout].
var ErrTimeout = errors.New("it backtracks for too long")

// SyntaxError says why a pattern isn't a valid regular expression in JavaScript.
type SyntaxError struct {
	Pattern string
	// Offset counts the UTF-16 units of Pattern that stand before the place
	// where it goes wrong.
	Offset int
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid regular expression %q: %s at character %d", e.Pattern, e.Reason, e.Offset+1)
}

// UnsupportedError says that JavaScript accepts a pattern and this package does
// not, so that nobody knows what it matches.
type UnsupportedError struct {
	Pattern string
	Err     error
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("layertap cannot evaluate the regular expression %q: %v", e.Pattern, e.Err)
}

func (e *UnsupportedError) Unwrap() error { return e.Err }

// Regexp is a compiled regular expression. It may be used from any goroutine.
type Regexp struct {
	source   string
	re       *regexp2.Regexp
	names    map[string][]int // the groups that a name stands for
	timeouts atomic.Int32
}

// Compile reads a pattern; ignoreCase is JavaScript's i flag. The error is a
// [SyntaxError] or an [UnsupportedError].
func Compile(pattern string, ignoreCase bool) (*Regexp, error) {
	translated, err := translate(pattern)
	if err != nil {
		return nil, err
	}
	options := regexp2.ECMAScript
	if ignoreCase {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(translated.String(), options)
	if err != nil {
		return nil, &UnsupportedError{pattern, err}
	}
	re.MatchTimeout = Timeout
	return &Regexp{source: pattern, re: re, names: translated.names}, nil
}

// String returns the pattern as it was given.
func (r *Regexp) String() string { return r.source }

// Match reports whether the pattern occurs in s. Its error is [ErrTimeout], or that
// the match needs too much memory.
func (r *Regexp) Match(s string) (bool, error) {
	if r.timeouts.Load() >= patience {
		return false, r.timedOut()
	}
	var matched bool
	var err error
	if runesAreUnits(s) {
		matched, err = r.re.MatchString(s)
	} else {
		matched, err = r.re.MatchRunes(unitRunes(s))
	}
	if err != nil {
		return false, r.failed(err)
	}
	return matched, nil
}

// failed words the error of a match that was tried, and counts those that cost time.
func (r *Regexp) failed(err error) error {
	if !errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
		r.timeouts.Add(1)
		return r.timedOut()
	}
	return fmt.Errorf("matching %q: %w", r.source, err)
}

func (r *Regexp) timedOut() error { return fmt.Errorf("matching %q: %w", r.source, ErrTimeout) }

// Replace returns s with every occurrence of the pattern replaced, as
// JavaScript's s.replace does it with the g flag: in the replacement $1 or $01,
// $&, $`, $', $$ and $<name> are special. The errors are those of
// [Regexp.Match].
func (r *Regexp) Replace(s, replacement string) (string, error) {
	if r.timeouts.Load() >= patience {
		return "", r.timedOut()
	}
	text := unitRunes(s)
	var out []rune
	end := 0
	match, err := r.re.FindRunesMatch(text)
	for match != nil && err == nil {
		out = append(out, text[end:match.RuneIndex]...)
		end = match.RuneIndex + match.RuneLength
		out = r.expand(out, unitRunes(replacement), text, match)
		match, err = r.re.FindNextMatch(match)
	}
	if err != nil {
		return "", r.failed(err)
	}
	return stringOf(append(out, text[end:]...)), nil
}

// expand appends the replacement of one match (ECMA-262, GetSubstitution).
func (r *Regexp) expand(out, replacement, text []rune, match *regexp2.Match) []rune {
	for i := 0; i < len(replacement); i++ {
		c := replacement[i]
		if c != '$' || i+1 == len(replacement) {
			out = append(out, c)
			continue
		}
		end := match.RuneIndex + match.RuneLength
		switch replacement[i+1] {
		case '$':
			out = append(out, '$')
		case '&':
			out = append(out, text[match.RuneIndex:end]...)
		case '`':
			out = append(out, text[:match.RuneIndex]...)
		case '\'':
			out = append(out, text[end:]...)
		default:
			captured, used := r.captured(replacement[i+1:], text, match)
			if used == 0 {
				out = append(out, '$')
				continue
			}
			out = append(out, captured...)
			i += used - 1
		}
		i++
	}
	return out
}

// captured returns the text of the group that rest, what follows a $, begins
// with, and how many units name it: none where it names no group.
func (r *Regexp) captured(rest, text []rune, match *regexp2.Match) ([]rune, int) {
	groups := match.GroupCount() - 1
	if rest[0] == '<' {
		name, _, closed := strings.Cut(string(rest[1:]), ">")
		if !closed || len(r.names) == 0 {
			return nil, 0
		}
		for _, n := range r.names[name] {
			if group := match.GroupByNumber(n); len(group.Captures) > 0 {
				return text[group.RuneIndex : group.RuneIndex+group.RuneLength], len([]rune(name)) + 2
			}
		}
		return nil, len([]rune(name)) + 2
	}
	for digits := min(2, len(rest)); digits > 0; digits-- {
		n, err := strconv.Atoi(string(rest[:digits]))
		if err != nil || n < 1 || n > groups || rest[0] == '+' || rest[0] == '-' {
			continue
		}
		group := match.GroupByNumber(n)
		if len(group.Captures) == 0 {
			return nil, digits
		}
		return text[group.RuneIndex : group.RuneIndex+group.RuneLength], digits
	}
	return nil, 0
}
