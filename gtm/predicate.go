package gtm

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// Operator is a way of comparing, by its name in the published form: "_eq".
type Operator string

// The operators.
const (
	Equals         Operator = "_eq"
	Contains       Operator = "_cn"
	StartsWith     Operator = "_sw"
	EndsWith       Operator = "_ew"
	MatchesRegexp  Operator = "_re"
	Greater        Operator = "_gt"
	GreaterOrEqual Operator = "_ge"
	Less           Operator = "_lt"
	LessOrEqual    Operator = "_le"
	MatchesCSS     Operator = "_css"
	MatchesURL     Operator = "_um"
	ListContains   Operator = "_lc"
)

// operators are the words of the export and of the user for each.
var operators = []struct {
	operator           Operator
	word, yes, negated string
}{
	{Equals, "EQUALS", "equals", "does not equal"},
	{Contains, "CONTAINS", "contains", "does not contain"},
	{StartsWith, "STARTS_WITH", "starts with", "does not start with"},
	{EndsWith, "ENDS_WITH", "ends with", "does not end with"},
	{MatchesRegexp, "MATCH_REGEX", "matches RegEx", "does not match RegEx"},
	{Greater, "GREATER", "is greater than", "is not greater than"},
	{GreaterOrEqual, "GREATER_OR_EQUALS", "is greater than or equal to", "is not greater than or equal to"},
	{Less, "LESS", "is less than", "is not less than"},
	{LessOrEqual, "LESS_OR_EQUALS", "is less than or equal to", "is not less than or equal to"},
	{MatchesCSS, "CSS_SELECTOR", "matches CSS selector", "does not match CSS selector"},
	{MatchesURL, "URL_MATCHES", "matches URL", "does not match URL"},
	{ListContains, "", "is a list that contains", "is no list that contains"},
}

func operatorOf(word string) Operator {
	for _, o := range operators {
		if strings.EqualFold(o.word, word) {
			return o.operator
		}
	}
	return Operator(word)
}

// String says the condition in words: "Event matches RegEx ^widget_, ignoring
// case".
func (c *Condition) String() string {
	var s strings.Builder
	left := c.predicate.left.String()
	if c.Variable != nil {
		left = c.Variable.Name
	}
	if c.predicate.onEvent {
		left = "Event"
	}
	verb := fmt.Sprintf("is compared by %s with", c.Operator)
	for _, o := range operators {
		if o.operator == c.Operator {
			verb = o.yes
			if c.Negated {
				verb = o.negated
			}
		}
	}
	fmt.Fprintf(&s, "%s %s ", left, verb)
	if c.predicate.anyOf {
		s.WriteString("any of ")
	}
	if c.Expected == "" {
		s.WriteString("(nothing)")
	} else {
		s.WriteString(c.Expected)
	}
	if c.IgnoreCase {
		s.WriteString(", ignoring case")
	}
	return s.String()
}

// predicate is a comparison; conditions share it.
type predicate struct {
	operator          Operator
	left, right       term
	ignoreCase, anyOf bool

	index      int
	onEvent    bool // it hangs on the event's name alone
	compiled   *jsregexp.Regexp
	compileErr error
}

func (p *predicate) key() string {
	return fmt.Sprintf("%s\x00%s\x00%s\x00%v%v", p.operator, p.left.key(), p.right.key(), p.ignoreCase, p.anyOf)
}

// verdict is what a predicate says: a truth, or that evaluating it throws.
type verdict struct {
	truth  Truth
	threw  bool
	reason string // why the truth is unknown
}

func unknown(reason string) verdict { return verdict{truth: Unknown, reason: reason} }

// evaluate compares the two sides on the message at hand.
func (p *predicate) evaluate(r *reader) verdict {
	left := r.read(p.left)
	if !p.anyOf {
		return p.compare(r, left, r.read(p.right))
	}
	alternatives := p.right.list
	if p.right.kind != listTerm {
		right := r.read(p.right)
		if right.value.Kind != datalayer.Array {
			return p.compare(r, left, right)
		}
		alternatives = nil
		for _, item := range right.value.Items {
			alternatives = append(alternatives, constant(item))
		}
	}
	answer := verdict{}
	for _, alternative := range alternatives {
		one := p.compare(r, left, r.read(alternative))
		if one.truth == Yes || one.threw {
			return one
		}
		if one.truth == Unknown {
			answer = one
		}
	}
	return answer
}

func (p *predicate) compare(r *reader, left, right reading) verdict {
	if !left.known {
		return unknown(left.reason)
	}
	if !right.known {
		return unknown(right.reason)
	}
	switch p.operator {
	case Equals, Contains, StartsWith, EndsWith, ListContains, MatchesURL:
		return p.compareText(left.value, right.value)
	case MatchesRegexp:
		return p.match(r, left.value, right.value)
	case Greater, GreaterOrEqual, Less, LessOrEqual:
		return p.compareNumbers(left.value, right.value)
	case MatchesCSS:
		return matchCSS(left.value, right.value)
	default:
		return unknown(fmt.Sprintf("the comparison %q is not known", p.operator))
	}
}

func (p *predicate) compareText(left, right datalayer.Value) verdict {
	a, known := left.AsString()
	if !known {
		return unknown(noText(left))
	}
	b, known := right.AsString()
	if !known {
		return unknown(noText(right))
	}
	if halved(b) {
		a, b = halves(a), halves(b)
	}
	var holds bool
	switch p.operator {
	case Equals:
		holds = a == b
	case Contains:
		holds = strings.Contains(a, b)
	case StartsWith:
		holds = strings.HasPrefix(a, b)
	case EndsWith:
		holds = strings.HasSuffix(a, b)
	case ListContains:
		for item := range strings.SplitSeq(a, ",") {
			holds = holds || item == b
		}
	case MatchesURL:
		holds = sameURL(a, b)
	}
	return verdict{truth: truthOf(holds)}
}

func noText(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Redacted:
		return "the value was redacted"
	case datalayer.Truncated:
		return "the value was too large to be captured whole"
	default:
		return "what JavaScript makes of " + article(v.Kind.String()) + " as text was not captured"
	}
}

func article(noun string) string {
	if noun != "" && strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

func (p *predicate) compareNumbers(left, right datalayer.Value) verdict {
	for _, v := range []datalayer.Value{left, right} {
		if v.Kind == datalayer.Symbol { // Number(symbol) throws
			return verdict{threw: true}
		}
	}
	a, known := left.AsNumber()
	if !known {
		return unknown(noText(left))
	}
	b, known := right.AsNumber()
	if !known {
		return unknown(noText(right))
	}
	var holds bool
	switch p.operator {
	case Greater:
		holds = a > b
	case GreaterOrEqual:
		holds = a >= b
	case Less:
		holds = a < b
	case LessOrEqual:
		holds = a <= b
	}
	return verdict{truth: truthOf(holds)}
}

// match tests a regular expression. One that is invalid matches nothing, and a
// pattern that is undefined matches everything.
func (p *predicate) match(r *reader, left, right datalayer.Value) verdict {
	text, known := left.AsString()
	if !known {
		return unknown(noText(left))
	}
	re, err := p.compiled, p.compileErr
	if re == nil && err == nil || p.right.constant.Text == "undefined" {
		pattern, known := right.AsString()
		if !known {
			return unknown(noText(right))
		}
		if pattern == "undefined" && r.patterns.undefinedMatchesAll(p.ignoreCase, right) {
			return verdict{truth: Yes}
		}
		re, err = r.patterns.compile(pattern, p.ignoreCase)
	}
	if err != nil {
		return unmatchable(err)
	}
	return r.patterns.match(re, text)
}

// unmatchable is the verdict on a pattern that could not be compiled: one that
// the browser refuses, too, matches nothing.
func unmatchable(err error) verdict {
	var syntax *jsregexp.SyntaxError
	if errors.As(err, &syntax) {
		return verdict{truth: No}
	}
	return unknown(err.Error())
}

// halved says whether a text holds half of a character, which is what a pattern
// that was cut in the middle of an emoji begins or ends with. It then has to be
// compared by UTF-16 units.
func halved(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] == 0xED && text[i+1] >= 0xA0 {
			return true
		}
	}
	return false
}

// halves writes each character beyond the first 65,536 as its two UTF-16 units,
// three bytes each.
func halves(text string) string {
	var b []byte
	for _, u := range jsregexp.UTF16(text) {
		if utf16.IsSurrogate(rune(u)) {
			b = append(b, 0xED, byte(0x80|u>>6&0x3F), byte(0x80|u&0x3F))
			continue
		}
		b = utf8.AppendRune(b, rune(u))
	}
	return string(b)
}
