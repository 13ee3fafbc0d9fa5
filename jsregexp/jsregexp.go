// Package jsregexp matches regular expressions as the visitor's browser does, because
// Google Tag Manager evaluates them there: ECMAScript without the u, v, m, s and g
// flags, in the dialect of Chromium 156, including the legacy syntax of ECMA-262's
// Annex B.
//
// Patterns and texts are sequences of UTF-16 units, so an emoji is two characters. A
// lone surrogate, which UTF-8 can't represent, is encoded as the three bytes that it
// would have.
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

// Timeout bounds one match. The result of a pattern that backtracks for longer is
// unknown.
const Timeout = 100 * time.Millisecond

// patience is the number of matches of one pattern that may exceed [Timeout]. After
// that it isn't matched again: a container can have hundreds of such patterns.
const patience = 3

// ErrTimeout is the error of a match that took longer than [Timeout].
var ErrTimeout = errors.New("it backtracks for too long")

// SyntaxError describes why a pattern isn't a valid regular expression in JavaScript.
type SyntaxError struct {
	Pattern string
	// Offset is the position of the mistake in Pattern, in UTF-16 units.
	Offset int
	Reason string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid regular expression %q: %s at character %d", e.Pattern, e.Reason, e.Offset+1)
}

// UnsupportedError means that a pattern is valid in JavaScript but not supported by
// this package, so that it isn't known what it matches.
type UnsupportedError struct {
	Pattern string
	Err     error
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("layertap cannot evaluate the regular expression %q: %v", e.Pattern, e.Err)
}

func (e *UnsupportedError) Unwrap() error { return e.Err }

// Regexp is a compiled regular expression. It is safe for concurrent use.
type Regexp struct {
	source   string
	re       *regexp2.Regexp
	names    map[string][]int // group numbers by name
	timeouts atomic.Int32
}

// Compile compiles a pattern; ignoreCase is JavaScript's i flag. The error is a
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

// String returns the pattern that was passed to [Compile].
func (r *Regexp) String() string { return r.source }

// Match reports whether the pattern matches in s. The error is [ErrTimeout], or that
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

// failed wraps the error of a match, and counts timeouts.
func (r *Regexp) failed(err error) error {
	if !errors.Is(err, regexp2.ErrBacktrackingStackLimit) {
		r.timeouts.Add(1)
		return r.timedOut()
	}
	return fmt.Errorf("matching %q: %w", r.source, err)
}

func (r *Regexp) timedOut() error { return fmt.Errorf("matching %q: %w", r.source, ErrTimeout) }

// Replace returns s with all matches of the pattern replaced, like JavaScript's
// s.replace with the g flag: $1 or $01, $&, $`, $', $$ and $<name> are special in the
// replacement. The errors are those of [Regexp.Match].
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

// captured returns the text of the group that rest refers to, and the number of units
// of the reference; 0 if there is no such group. rest is the text after a $.
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
