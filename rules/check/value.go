package check

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// value judges the value of a parameter that the plan knows.
func (c *Checker) value(s *slot, v datalayer.Value) {
	p := s.parameter
	if v.Opaque() {
		s.fill()
		return
	}
	if empty := plan.Emptiness(v); empty != "" {
		if !p.Empty && (v.Kind != datalayer.Null || !p.Types.Has(plan.TypeNull)) && !slices.Contains(p.Enum, v.Text) {
			c.report(rules.EmptyValue, "plain", rules.Finding{Path: c.at("")}, p, "actual", empty)
		}
		return
	}
	s.fill()
	if v.Kind == datalayer.String && datalayer.IsStringified(v.Text) && !slices.Contains(p.Enum, v.Text) {
		c.report(rules.StringifiedValue, "plain", rules.Finding{Path: c.at("")}, p, "value", preview(v))
		return
	}
	if !c.fits(p, v) || !c.choice(s, v) {
		return
	}
	c.bounds(p, v)
	if p.Types == 0 && len(c.path) == 1 {
		c.typeOf(p.Name, v)
	}
	c.parts(s, v)
}

// fill notes that a parameter was seen with a value.
func (s *slot) fill() { s.filled = true }

// parts judges what is in an object or an array.
func (c *Checker) parts(s *slot, v datalayer.Value) {
	if s.object != nil && v.Fields != nil {
		c.fields(s.object, v.Fields, false)
	}
	if s.item != nil {
		for i := range v.Items {
			c.enterIndex(i)
			c.value(s.item, v.Items[i])
			c.leave()
		}
	}
}

// stringified judges a value of which the plan knows nothing.
func (c *Checker) stringified(name string, v datalayer.Value) bool {
	if v.Kind != datalayer.String || !datalayer.IsStringified(v.Text) {
		return false
	}
	c.report(rules.StringifiedValue, "plain", rules.Finding{Path: c.at(name)}, nil, "value", preview(v))
	return true
}

// fits judges the type of a value.
func (c *Checker) fits(p *plan.Parameter, v datalayer.Value) bool {
	if p.Types == 0 || p.Types.Has(plan.TypesOf(v)) {
		return true
	}
	if p.Types.Has(plan.TypeURL) && v.Kind == datalayer.String {
		if plan.IsURL(v.Text) {
			return true
		}
		if !p.Types.Has(plan.TypeTimestamp) {
			c.report(rules.InvalidValue, "url", rules.Finding{Path: c.at("")}, p, "value", preview(v))
			return false
		}
	}
	if p.Types.Has(plan.TypeTimestamp) && (v.Kind == datalayer.String || v.Kind == datalayer.Number || v.Kind == datalayer.Date) {
		return c.timestamp(p, v)
	}
	c.wrongType(p, v)
	return false
}

// wrongType says of what type a value is and of what it should be.
func (c *Checker) wrongType(p *plan.Parameter, v datalayer.Value) {
	if v.Kind == datalayer.Number && (v.Text == "NaN" || strings.HasSuffix(v.Text, "Infinity")) {
		c.report(rules.InvalidValue, "number", rules.Finding{Path: c.at("")}, p, "value", v.Text)
		return
	}
	expected := p.Types.Expected()
	if v.Kind == datalayer.String {
		text := strings.TrimSpace(v.Text)
		if p.Types.Has(plan.TypesOf(bare(text))) {
			c.report(rules.WrongType, "quoted", rules.Finding{Path: c.at(""), Suggestion: text}, p,
				"value", preview(v), "expected", expected)
			return
		}
	}
	actual := kindWord(v)
	if v.Kind == datalayer.Number && p.Types.Has(plan.TypeInteger) {
		actual = "the number " + v.Text
	}
	c.report(rules.WrongType, "plain", rules.Finding{Path: c.at("")}, p, "actual", actual, "expected", expected)
}

// bare is the value that a text is without its quotes: a number, a boolean, or
// undefined for neither.
func bare(text string) datalayer.Value {
	if text == "true" || text == "false" {
		return datalayer.Value{Kind: datalayer.Bool, Text: text}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsInf(f, 0) && f == f {
		return datalayer.NumberOf(f)
	}
	return datalayer.Value{}
}

// choice judges a value that has to be one of a few.
func (c *Checker) choice(s *slot, v datalayer.Value) bool {
	p := s.parameter
	if p.Enum == nil || v.Items != nil || v.Fields != nil {
		return true
	}
	if slices.Contains(p.Enum, v.Text) {
		s.seen[v.Text] = true
		return true
	}
	if s.enum == nil {
		s.enum = spelling.New(p.Enum)
	}
	if near := s.enum.Near(v.Text); len(near) > 0 && v.Kind == datalayer.String {
		c.report(rules.InvalidValue, "enum-near", rules.Finding{Path: c.at(""), Suggestion: near[0].Name}, p, "value", preview(v))
		return false
	}
	c.report(rules.InvalidValue, "enum", rules.Finding{Path: c.at("")}, p, "value", preview(v), "expected", rules.OneOf(p.Enum))
	return false
}

// bounds judges a value of the right type by pattern and range.
func (c *Checker) bounds(p *plan.Parameter, v datalayer.Value) {
	if p.Pattern != nil && (v.Kind == datalayer.String || v.Kind == datalayer.Number) && !plan.Matches(p.Pattern, v.Text) {
		c.report(rules.InvalidValue, "pattern", rules.Finding{Path: c.at("")}, p, "value", preview(v), "expected", p.Pattern.String())
	}
	if v.Kind == datalayer.Number && p.Types&(plan.TypeNumber|plan.TypeInteger) != 0 && !numeric(v) {
		c.report(rules.InvalidValue, "number", rules.Finding{Path: c.at("")}, p, "value", v.Text)
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
		c.report(rules.InvalidValue, "range", rules.Finding{Path: c.at("")}, p, "value", shown, "expected", plan.RangeWords(p))
	}
}

// numeric says whether a Number can be computed with.
func numeric(v datalayer.Value) bool {
	return v.Text != "NaN" && v.Text != "Infinity" && v.Text != "-Infinity"
}
