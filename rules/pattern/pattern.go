// Package pattern finds patterns in triggers' conditions that can't do what was
// probably meant: a regular expression that is compared as text, a list with commas, or
// syntax that JavaScript doesn't support.
package pattern

import (
	"regexp"
	"slices"
	"strings"

	"layertap/gtm"
	"layertap/jsregexp"
)

// Intent is what a condition was probably meant to match.
type Intent struct {
	regexp *jsregexp.Regexp
	names  []string
}

// Matches reports whether an event is one that was meant.
func (m *Intent) Matches(event string) bool {
	if m.regexp != nil {
		matched, err := m.regexp.Match(event)
		return matched && err == nil
	}
	return slices.Contains(m.names, event)
}

var (
	// regexpSigns match what occurs in regular expressions but not in event names or
	// URLs.
	regexpSigns = regexp.MustCompile(`^\^|\.\*|\.\+|\\[dwsDWSb./]|\(\?[:!=<i]|\[[^\]]+\][*+]|[^$]\$$|^\(.*\|.*\)$|^[\w]+(\|[\w]+)+$`)
	// notJavaScript matches syntax of other regular expression dialects that JavaScript
	// treats as literal letters.
	notJavaScript = regexp.MustCompile(`\\[AZzGQEhR]|\[\[:\w+:\]\]`)
	// inDelimiters matches a regular expression with the delimiters of a literal.
	inDelimiters = regexp.MustCompile(`^/.+/[gimsuy]*$`)
	// commaList matches names separated by commas or semicolons.
	commaList = regexp.MustCompile(`^\s*[A-Za-z][\w.-]*(\s*[,;]\s*[A-Za-z][\w.-]*)+\s*[,;]?\s*$`)
)

// Fault returns what is wrong with a condition's pattern; empty if nothing is. m is
// what was probably meant, if known.
func Fault(condition *gtm.Condition) (form string, m *Intent) {
	p, expected := condition.Predicate, condition.Expected
	onName := p.OnEvent || isAddress(condition.Variable)
	switch condition.Operator {
	case gtm.MatchesRegexp:
		switch {
		case p.CompileErr != nil:
			return "invalid", nil
		case onName && commaList.MatchString(expected):
			return "list-regexp", &Intent{names: splitList(expected)}
		case notJavaScript.MatchString(expected):
			return "escapes", nil
		case p.OnEvent && inDelimiters.MatchString(expected):
			return "delimiters", intendedRegexp(strings.Trim(strings.TrimRight(expected, "gimsuy"), "/"))
		case p.OnEvent && strings.Contains(expected, " | "):
			return "blanks", intendedRegexp(strings.ReplaceAll(expected, " | ", "|"))
		}
	case gtm.Equals, gtm.Contains, gtm.StartsWith, gtm.EndsWith:
		switch {
		case !onName || p.AnyOf:
		case commaList.MatchString(expected) && p.OnEvent:
			return "list", &Intent{names: splitList(expected)}
		case p.OnEvent && regexpSigns.MatchString(expected), onName && strings.Contains(expected, ".*"):
			return "plain-regexp", intendedRegexp(expected)
		case p.OnEvent && (strings.HasSuffix(expected, "*") || strings.HasPrefix(expected, "*")):
			return "wildcard", intendedRegexp(strings.ReplaceAll(regexp.QuoteMeta(expected), `\*`, ".*"))
		case p.OnEvent && expected != strings.TrimSpace(expected) && condition.Operator == gtm.Equals:
			return "blank", &Intent{names: []string{strings.TrimSpace(expected)}}
		}
	}
	return "", nil
}

// isAddress reports whether a variable is a page's URL or a part of it.
func isAddress(v *gtm.Variable) bool { return v != nil && v.Type == "u" }

func intendedRegexp(source string) *Intent {
	re, err := jsregexp.Compile(source, false)
	if err != nil {
		return nil
	}
	return &Intent{regexp: re}
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
