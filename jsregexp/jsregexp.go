// Package jsregexp matches regular expressions as the visitor's browser does,
// which is how Google Tag Manager reads them: ECMAScript without the u, m, s and
// g flags.
package jsregexp

import (
	"fmt"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// Timeout bounds one match. A pattern that backtracks for longer has no answer.
const Timeout = 100 * time.Millisecond

// Regexp is a compiled regular expression. It may be used from any goroutine.
type Regexp struct {
	source string
	re     *regexp2.Regexp
}

// Compile reads a pattern. The error says, in one sentence, what is wrong with
// it.
func Compile(pattern string, ignoreCase bool) (*Regexp, error) {
	options := regexp2.ECMAScript
	if ignoreCase {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(pattern, options)
	if err != nil {
		return nil, fmt.Errorf("%q is no regular expression: %w", pattern, err)
	}
	re.MatchTimeout = Timeout
	return &Regexp{source: pattern, re: re}, nil
}

// String returns the pattern as it was given.
func (r *Regexp) String() string { return r.source }

// Match says whether the pattern occurs in s. Its only error is that it took
// longer than [Timeout].
func (r *Regexp) Match(s string) (bool, error) {
	matched, err := r.re.MatchString(s)
	if err != nil {
		return false, fmt.Errorf("matching %q: gave up after %v", r.source, Timeout)
	}
	return matched, nil
}
