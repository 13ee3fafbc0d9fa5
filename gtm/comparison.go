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

// verdict is what a predicate says: a truth, or that evaluating it throws.
type verdict struct {
	truth  Truth
	threw  bool
	reason string // why the truth is unknown
}

func unknown(reason string) verdict { return verdict{truth: Unknown, reason: reason} }

// evaluate compares the two sides on the message at hand.
func evaluate(p *predicate, r *reader) verdict {
	left := r.read(p.left)
	if !p.anyOf {
		return compareBy(p, r, left, r.read(p.right))
	}
	alternatives := p.right.list
	if p.right.kind != listTerm {
		right := r.read(p.right)
		if right.value.Kind != datalayer.Array {
			return compareBy(p, r, left, right)
		}
		alternatives = nil
		for _, item := range right.value.Items {
			alternatives = append(alternatives, constant(item))
		}
	}
	answer := verdict{}
	for _, alternative := range alternatives {
		one := compareBy(p, r, left, r.read(alternative))
		if one.truth == Yes || one.threw {
			return one
		}
		if one.truth == Unknown {
			answer = one
		}
	}
	return answer
}

func compareBy(p *predicate, r *reader, left, right reading) verdict {
	if !left.known {
		return unknown(left.reason)
	}
	if !right.known {
		return unknown(right.reason)
	}
	switch p.operator {
	case Equals, Contains, StartsWith, EndsWith, ListContains, MatchesURL:
		return compareText(p, left.value, right.value)
	case MatchesRegexp:
		return matchPattern(p, r, left.value, right.value)
	case Greater, GreaterOrEqual, Less, LessOrEqual:
		return compareNumbers(p, left.value, right.value)
	case MatchesCSS:
		return matchCSS(left.value, right.value)
	default:
		return unknown(fmt.Sprintf("the comparison %q is not known", p.operator))
	}
}

func compareText(p *predicate, left, right datalayer.Value) verdict {
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

func compareNumbers(p *predicate, left, right datalayer.Value) verdict {
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
func matchPattern(p *predicate, r *reader, left, right datalayer.Value) verdict {
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
	matched, reason := r.patterns.match(re, text)
	return verdict{truth: matched, reason: reason}
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
