package engine

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
	"layertap/jsregexp"
)

// verdict is the result of a predicate: a truth, or that evaluating it throws.
type verdict struct {
	truth      gtm.Truth
	threw      bool
	reason     string        // why the truth is unknown
	unresolved *gtm.Variable // the variable whose value isn't known; nil for another reason
}

func unknown(reason string) verdict { return verdict{truth: gtm.Unknown, reason: reason} }

// evaluate compares the two sides of p for the reader's message.
func evaluate(p *gtm.Predicate, r *variable.Reader) verdict {
	left := r.Read(p.Left)
	if !p.AnyOf {
		return compareBy(p, r, left, r.Read(p.Right))
	}
	alternatives := p.Right.List
	if p.Right.Kind != gtm.ListTerm {
		right := r.Read(p.Right)
		if right.Value.Kind != datalayer.Array {
			return compareBy(p, r, left, right)
		}
		alternatives = nil
		for _, item := range right.Value.Items {
			alternatives = append(alternatives, gtm.Constant(item))
		}
	}
	answer := verdict{}
	for _, alternative := range alternatives {
		one := compareBy(p, r, left, r.Read(alternative))
		if one.truth == gtm.Yes || one.threw {
			return one
		}
		if one.truth == gtm.Unknown {
			answer = one
		}
	}
	return answer
}

func compareBy(p *gtm.Predicate, r *variable.Reader, left, right variable.Reading) verdict {
	if !left.Known {
		return verdict{truth: gtm.Unknown, reason: left.Reason, unresolved: left.Unresolved}
	}
	if !right.Known {
		return verdict{truth: gtm.Unknown, reason: right.Reason, unresolved: right.Unresolved}
	}
	if reason := r.Compare(left.Value, right.Value, p.Operator == gtm.MatchesRegexp); reason != "" {
		return unknown(reason)
	}
	switch p.Operator {
	case gtm.Equals, gtm.Contains, gtm.StartsWith, gtm.EndsWith, gtm.ListContains, gtm.MatchesURL:
		return compareText(p, r, left.Value, right.Value)
	case gtm.MatchesRegexp:
		return matchPattern(p, r, left.Value, right.Value)
	case gtm.Greater, gtm.GreaterOrEqual, gtm.Less, gtm.LessOrEqual:
		return compareNumbers(p, left.Value, right.Value)
	case gtm.MatchesCSS:
		return matchCSS(left.Value, right.Value)
	default:
		return unknown(fmt.Sprintf("unknown comparison %q", p.Operator))
	}
}

func compareText(p *gtm.Predicate, r *variable.Reader, left, right datalayer.Value) verdict {
	a, known := left.AsString()
	if !known {
		return unknown(variable.NoText(left))
	}
	b, known := right.AsString()
	if !known {
		return unknown(variable.NoText(right))
	}
	if hasLoneSurrogate(b) {
		a, b = splitSurrogates(a), splitSurrogates(b)
	}
	var holds bool
	switch p.Operator {
	case gtm.Equals:
		holds = a == b
	case gtm.Contains:
		holds = strings.Contains(a, b)
	case gtm.StartsWith:
		holds = strings.HasPrefix(a, b)
	case gtm.EndsWith:
		holds = strings.HasSuffix(a, b)
	case gtm.ListContains:
		for item := range strings.SplitSeq(a, ",") {
			holds = holds || item == b
		}
	case gtm.MatchesURL:
		same := r.SameURL(a, b)
		if same == gtm.Unknown {
			return unknown("one of the two isn't a valid URL")
		}
		holds = same == gtm.Yes
	}
	return verdict{truth: gtm.TruthOf(holds)}
}

func compareNumbers(p *gtm.Predicate, left, right datalayer.Value) verdict {
	for _, v := range []datalayer.Value{left, right} {
		if v.Kind == datalayer.Symbol { // Number(symbol) throws
			return verdict{threw: true}
		}
	}
	a, known := left.AsNumber()
	if !known {
		return unknown(variable.NoText(left))
	}
	b, known := right.AsNumber()
	if !known {
		return unknown(variable.NoText(right))
	}
	var holds bool
	switch p.Operator {
	case gtm.Greater:
		holds = a > b
	case gtm.GreaterOrEqual:
		holds = a >= b
	case gtm.Less:
		holds = a < b
	case gtm.LessOrEqual:
		holds = a <= b
	}
	return verdict{truth: gtm.TruthOf(holds)}
}

// matchPattern tests a regular expression. An invalid one matches nothing, an undefined
// one matches everything.
func matchPattern(p *gtm.Predicate, r *variable.Reader, left, right datalayer.Value) verdict {
	text, known := left.AsString()
	if !known {
		return unknown(variable.NoText(left))
	}
	re, err := p.Compiled, p.CompileErr
	if re == nil && err == nil || p.Right.Constant.Text == "undefined" {
		pattern, known := right.AsString()
		if !known {
			return unknown(variable.NoText(right))
		}
		if pattern == "undefined" && r.Patterns.UndefinedMatchesAll(p.IgnoreCase, right) {
			return verdict{truth: gtm.Yes}
		}
		re, err = r.Patterns.Compile(pattern, p.IgnoreCase)
	}
	if err != nil {
		return unmatchable(err)
	}
	matched, reason := r.Patterns.Match(re, text)
	return verdict{truth: matched, reason: reason}
}

// unmatchable is the verdict on a pattern that couldn't be compiled. If the browser
// rejects it too, it matches nothing.
func unmatchable(err error) verdict {
	var syntax *jsregexp.SyntaxError
	if errors.As(err, &syntax) {
		return verdict{truth: gtm.No}
	}
	return unknown(err.Error())
}

// hasLoneSurrogate reports whether text contains half of a surrogate pair, as at the
// start or end of a pattern that was cut within an emoji. It then has to be compared by
// UTF-16 units.
func hasLoneSurrogate(text string) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] == 0xED && text[i+1] >= 0xA0 {
			return true
		}
	}
	return false
}

// splitSurrogates encodes each character above U+FFFF as its two UTF-16 units, three
// bytes each.
func splitSurrogates(text string) string {
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
