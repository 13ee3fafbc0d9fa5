package parameters

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// value judges the value of a parameter in the plan.
func (c *Judge) value(s *planned.Slot, v datalayer.Value) {
	p := s.Parameter
	if v.Opaque() {
		s.Fill()
		c.redactedType(p, v)
		return
	}
	if empty := plan.Emptiness(v); empty != "" {
		if !p.Empty && (v.Kind != datalayer.Null || !p.Types.Has(plan.TypeNull)) && !slices.Contains(p.Enum, v.Text) {
			c.empty(p, empty)
		}
		return
	}
	s.Fill()
	if v.Kind == datalayer.String && datalayer.IsStringified(v.Text) && !slices.Contains(p.Enum, v.Text) {
		c.now.Report(rules.StringifiedValue, "plain", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v))
		return
	}
	if !c.fits(p, v) || !c.choice(s, v) {
		return
	}
	c.bounds(p, v)
	if p.Types == 0 && c.now.Depth() == 1 {
		c.typeOf(p.Name, v)
	}
	c.parts(s, v)
}

// empty reports a parameter without a value. If it is required, that is as bad as if it
// were missing.
func (c *Judge) empty(p *plan.Parameter, empty string) {
	form := "plain"
	if p.Required {
		form = "required"
	}
	f, ok := c.now.Finding(rules.EmptyValue, form, rules.Finding{Path: c.now.At("")}, c.now.PlanEvent(), p, "actual", empty)
	if !ok {
		return
	}
	if p.Required && f.Severity == rules.DefaultSeverity(rules.EmptyValue) {
		f.Severity = rules.Error
	}
	c.now.Add(f)
}

// parts judges the contents of an object or an array.
func (c *Judge) parts(s *planned.Slot, v datalayer.Value) {
	if s.Object != nil && v.Fields != nil {
		c.fields(s.Object, v.Fields, false)
	}
	if s.Item != nil {
		for i := range v.Items {
			c.now.EnterIndex(i)
			c.value(s.Item, v.Items[i])
			c.now.Leave()
		}
	}
}

// stringified judges a value that isn't in the plan.
func (c *Judge) stringified(name string, v datalayer.Value) bool {
	if v.Kind != datalayer.String || !datalayer.IsStringified(v.Text) {
		return false
	}
	c.now.Report(rules.StringifiedValue, "plain", rules.Finding{Path: c.now.At(name)}, nil, "value", words.Preview(v))
	return true
}

// fits judges the type of a value.
func (c *Judge) fits(p *plan.Parameter, v datalayer.Value) bool {
	if p.Types == 0 || p.Types.Has(plan.TypesOf(v)) {
		return true
	}
	if p.Types.Has(plan.TypeURL) && v.Kind == datalayer.String {
		if plan.IsURL(v.Text) {
			return true
		}
		if !p.Types.Has(plan.TypeTimestamp) {
			c.now.Report(rules.InvalidValue, "url", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v))
			return false
		}
	}
	if p.Types.Has(plan.TypeTimestamp) && (v.Kind == datalayer.String || v.Kind == datalayer.Number || v.Kind == datalayer.Date) {
		return c.timestamp(p, v)
	}
	c.wrongType(p, v)
	return false
}

// wrongType reports a value's type and the expected one.
func (c *Judge) wrongType(p *plan.Parameter, v datalayer.Value) {
	if v.Kind == datalayer.Number && (v.Text == "NaN" || strings.HasSuffix(v.Text, "Infinity")) {
		c.now.Report(rules.InvalidValue, "number", rules.Finding{Path: c.now.At("")}, p, "value", v.Text)
		return
	}
	expected := p.Types.Expected()
	if v.Kind == datalayer.String {
		text := strings.TrimSpace(v.Text)
		if plain, ok := decimalComma(text); ok && p.Types&(plan.TypeNumber|plan.TypeInteger) != 0 {
			c.now.Report(rules.WrongType, "comma", rules.Finding{Path: c.now.At(""), Suggestion: plain}, p,
				"value", words.Preview(v), "other", number(plain))
			return
		}
		if p.Types.Has(plan.TypesOf(bare(text))) {
			c.now.Report(rules.WrongType, "quoted", rules.Finding{Path: c.now.At(""), Suggestion: text}, p,
				"value", words.Preview(v), "expected", expected, "other", number(text))
			return
		}
	}
	actual := rules.Article(v.Kind.String())
	if v.Kind == datalayer.Number && p.Types.Has(plan.TypeInteger) {
		actual = "the number " + v.Text
	}
	c.now.Report(rules.WrongType, "plain", rules.Finding{Path: c.now.At("")}, p, "actual", actual, "expected", expected)
}

// amount is a number as written by people: with a comma, thousands separators or a
// currency.
var amount = regexp.MustCompile(`^(?:[A-Z]{3}|[€$£¥])?\s?(-?\d{1,3}(?:[., \x{a0}]\d{3})*|-?\d+)([.,]\d{1,4})?\s?(?:[A-Z]{3}|[€$£¥])?$`)

// decimalComma returns the number in a text that a person would read as one but
// JavaScript wouldn't: "12,50", "1.299,00", "€ 12.50".
func decimalComma(text string) (string, bool) {
	parts := amount.FindStringSubmatch(text)
	if parts == nil || strings.Trim(text, "-0123456789.") == "" && strings.Count(text, ".") < 2 {
		return "", false
	}
	whole := strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, parts[1])
	number := whole
	if parts[2] != "" {
		number += "." + parts[2][1:]
	}
	return number, true
}

// number formats a text without its quotes.
func number(text string) string {
	return words.Preview(datalayer.Value{Kind: datalayer.Number, Text: text})
}

// redactedType judges the type that a redacted value had.
func (c *Judge) redactedType(p *plan.Parameter, v datalayer.Value) {
	types := plan.TypesOf(datalayer.Value{Kind: v.Was}) | plan.TypeURL | plan.TypeTimestamp // it may have been one
	if v.Was != datalayer.Undefined && p.Types != 0 && !p.Types.Has(types) {
		c.now.Report(rules.WrongType, "plain", rules.Finding{Path: c.now.At("")}, p, "actual", rules.Article(v.Was.String()), "expected", p.Types.Expected())
	}
}

// bare returns the value of a text without its quotes: a number, a boolean, or
// undefined otherwise.
func bare(text string) datalayer.Value {
	if text == "true" || text == "false" {
		return datalayer.Value{Kind: datalayer.Bool, Text: text}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && f == f {
		return datalayer.NumberOf(f)
	}
	return datalayer.Value{}
}

// choice judges the value of an enumeration.
func (c *Judge) choice(s *planned.Slot, v datalayer.Value) bool {
	p := s.Parameter
	if p.Enum == nil || v.Items != nil || v.Fields != nil {
		return true
	}
	if slices.Contains(p.Enum, v.Text) {
		s.See(v.Text)
		return true
	}
	if near := s.Near(v.Text); len(near) > 0 && v.Kind == datalayer.String {
		c.now.Report(rules.InvalidValue, "enum-near", rules.Finding{Path: c.now.At(""), Suggestion: near[0].Name}, p, "value", words.Preview(v))
		return false
	}
	c.now.Report(rules.InvalidValue, "enum", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v), "expected", rules.OneOf(p.Enum))
	return false
}

// bounds judges a value of the right type by pattern and range.
func (c *Judge) bounds(p *plan.Parameter, v datalayer.Value) {
	if p.Pattern != nil && (v.Kind == datalayer.String || v.Kind == datalayer.Number) && !plan.Matches(p.Pattern, v.Text) {
		c.now.Report(rules.InvalidValue, "pattern", rules.Finding{Path: c.now.At("")}, p, "value", words.Preview(v), "expected", p.Pattern.String())
	}
	if v.Kind == datalayer.Number && p.Types&(plan.TypeNumber|plan.TypeInteger) != 0 && !numeric(v) {
		c.now.Report(rules.InvalidValue, "number", rules.Finding{Path: c.now.At("")}, p, "value", v.Text)
		return
	}
	if p.Min == nil && p.Max == nil {
		return
	}
	size, ok := v.Num()
	if v.Kind == datalayer.Array {
		size, ok = float64(len(v.Items)), true
	}
	if ok && (p.Min != nil && size < *p.Min || p.Max != nil && size > *p.Max) {
		shown := v.Text
		if v.Kind == datalayer.Array {
			shown = "a list of " + strconv.Itoa(len(v.Items))
		}
		c.now.Report(rules.InvalidValue, "range", rules.Finding{Path: c.now.At("")}, p, "value", shown, "expected", plan.RangeWords(p))
	}
}

// numeric reports whether a value is a number other than NaN.
func numeric(v datalayer.Value) bool {
	return v.Text != "NaN" && v.Text != "Infinity" && v.Text != "-Infinity"
}
