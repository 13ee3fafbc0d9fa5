// Package pattern tells which patterns in the conditions of triggers cannot do what was
// meant: a regular expression where text is compared, a list with commas, an expression
// that JavaScript does not have.
package pattern

import (
	"regexp"
	"slices"
	"strings"

	"layertap/gtm"
	"layertap/jsregexp"
)

// Meant is what a condition was probably meant to match.
type Meant struct {
	regexp *jsregexp.Regexp
	names  []string
}

// Matches reports whether an event is one that was meant.
func (m *Meant) Matches(event string) bool {
	if m.regexp != nil {
		matched, err := m.regexp.Match(event)
		return matched && err == nil
	}
	return slices.Contains(m.names, event)
}

var (
	// regexpSigns are what no event's name and no address has, and regular expressions
	// do.
	regexpSigns = regexp.MustCompile(`^\^|\.\*|\.\+|\\[dwsDWSb./]|\(\?[:!=<i]|\[[^\]]+\][*+]|[^$]\$$|^\(.*\|.*\)$|^[\w]+(\|[\w]+)+$`)
	// notJavaScript are signs of other languages' regular expressions that JavaScript
	// reads as letters.
	notJavaScript = regexp.MustCompile(`\\[AZzGQEhR]|\[\[:\w+:\]\]`)
	// inDelimiters is a regular expression with the delimiters of a literal.
	inDelimiters = regexp.MustCompile(`^/.+/[gimsuy]*$`)
	// commaList are names with commas or semicolons between them.
	commaList = regexp.MustCompile(`^\s*[A-Za-z][\w.-]*(\s*[,;]\s*[A-Za-z][\w.-]*)+\s*[,;]?\s*$`)
)

// Fault returns what is wrong with a condition's pattern, and what it was probably meant
// to be, if that is known; empty for nothing.
func Fault(condition *gtm.Condition) (form string, m *Meant) {
	p, expected := condition.Predicate, condition.Expected
	onName := p.OnEvent || isAddress(condition.Variable)
	switch condition.Operator {
	case gtm.MatchesRegexp:
		switch {
		case p.CompileErr != nil:
			return "invalid", nil
		case onName && commaList.MatchString(expected):
			return "list-regexp", &Meant{names: splitList(expected)}
		case notJavaScript.MatchString(expected):
			return "escapes", nil
		case p.OnEvent && inDelimiters.MatchString(expected):
			return "delimiters", meantRegexp(strings.Trim(strings.TrimRight(expected, "gimsuy"), "/"))
		case p.OnEvent && strings.Contains(expected, " | "):
			return "blanks", meantRegexp(strings.ReplaceAll(expected, " | ", "|"))
		}
	case gtm.Equals, gtm.Contains, gtm.StartsWith, gtm.EndsWith:
		switch {
		case !onName || p.AnyOf:
		case commaList.MatchString(expected) && p.OnEvent:
			return "list", &Meant{names: splitList(expected)}
		case p.OnEvent && regexpSigns.MatchString(expected), onName && strings.Contains(expected, ".*"):
			return "plain-regexp", meantRegexp(expected)
		case p.OnEvent && (strings.HasSuffix(expected, "*") || strings.HasPrefix(expected, "*")):
			return "wildcard", meantRegexp(strings.ReplaceAll(regexp.QuoteMeta(expected), `\*`, ".*"))
		case p.OnEvent && expected != strings.TrimSpace(expected) && condition.Operator == gtm.Equals:
			return "blank", &Meant{names: []string{strings.TrimSpace(expected)}}
		}
	}
	return "", nil
}

// isAddress reports whether a variable is a page's address or a part of it.
func isAddress(v *gtm.Variable) bool { return v != nil && v.Type == "u" }

func meantRegexp(source string) *Meant {
	re, err := jsregexp.Compile(source, false)
	if err != nil {
		return nil
	}
	return &Meant{regexp: re}
}

func splitList(s string) []string {
	var names []string
	for _, name := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
