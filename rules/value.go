package rules

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
)

// value judges the value of a parameter that the plan knows.
func (c *Checker) value(s *slot, v datalayer.Value) {
	p := s.parameter
	if opaque(v) {
		s.fill()
		return
	}
	if empty := emptiness(v); empty != "" {
		if !p.Empty && (v.Kind != datalayer.Null || !p.Types.has(TypeNull)) && !slices.Contains(p.Enum, v.Text) {
			c.report(EmptyValue, "plain", Finding{Path: c.at("")}, p, "actual", empty)
		}
		return
	}
	s.fill()
	if v.Kind == datalayer.String && isStringified(v.Text) && !slices.Contains(p.Enum, v.Text) {
		c.report(StringifiedValue, "plain", Finding{Path: c.at("")}, p, "value", preview(v))
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

// opaque says whether nothing can be known of a value: it was cut, taken out, in whole or
// in part, or could not be read.
func opaque(v datalayer.Value) bool {
	switch v.Kind {
	case datalayer.Hole, datalayer.Cycle, datalayer.Threw, datalayer.Truncated, datalayer.Redacted:
		return true
	}
	return v.Kind == datalayer.String && datalayer.IsMarked(v.Text)
}

// emptiness says in words in which way a value is empty; "" where it is not.
func emptiness(v datalayer.Value) string {
	switch {
	case v.Kind == datalayer.Undefined || v.Kind == datalayer.Null:
		return v.Kind.String()
	case v.Kind == datalayer.String && strings.TrimSpace(v.Text) == "":
		return "an empty text"
	case v.Kind == datalayer.Array && len(v.Items) == 0:
		return "an empty list"
	}
	return ""
}

// isStringified says whether a text is what JavaScript makes of a value that is
// joined to text by accident.
func isStringified(s string) bool {
	switch s {
	case "undefined", "null", "NaN":
		return true
	}
	class, ok := strings.CutPrefix(s, "[object ")
	class, end := strings.CutSuffix(class, "]")
	return ok && end && class != "" && !strings.ContainsAny(class, " []")
}

// stringified judges a value of which the plan knows nothing.
func (c *Checker) stringified(name string, v datalayer.Value) bool {
	if v.Kind != datalayer.String || !isStringified(v.Text) {
		return false
	}
	c.report(StringifiedValue, "plain", Finding{Path: c.at(name)}, nil, "value", preview(v))
	return true
}

// fits judges the type of a value.
func (c *Checker) fits(p *Parameter, v datalayer.Value) bool {
	if p.Types == 0 || p.Types.has(typesOf(v)) {
		return true
	}
	if p.Types.has(TypeURL) && v.Kind == datalayer.String {
		if isURL(v.Text) {
			return true
		}
		if !p.Types.has(TypeTimestamp) {
			c.report(InvalidValue, "url", Finding{Path: c.at("")}, p, "value", preview(v))
			return false
		}
	}
	if p.Types.has(TypeTimestamp) && (v.Kind == datalayer.String || v.Kind == datalayer.Number || v.Kind == datalayer.Date) {
		return c.timestamp(p, v)
	}
	c.wrongType(p, v)
	return false
}

// typesOf returns the types that a value has by its kind alone.
func typesOf(v datalayer.Value) Types {
	switch v.Kind {
	case datalayer.String:
		return TypeString
	case datalayer.Number:
		if isInteger(v.Text) {
			return TypeNumber | TypeInteger
		}
		return TypeNumber
	case datalayer.Bool:
		return TypeBoolean
	case datalayer.Array, datalayer.Set:
		return TypeArray
	case datalayer.Object, datalayer.Instance, datalayer.Map:
		return TypeObject
	case datalayer.Null:
		return TypeNull
	}
	return 0
}

func isInteger(number string) bool {
	if !strings.ContainsAny(number, ".eN") {
		return number != "Infinity" && number != "-Infinity"
	}
	f, err := strconv.ParseFloat(number, 64)
	return err == nil && f == math.Trunc(f)
}

// wrongType says of what type a value is and of what it should be.
func (c *Checker) wrongType(p *Parameter, v datalayer.Value) {
	if v.Kind == datalayer.Number && (v.Text == "NaN" || strings.HasSuffix(v.Text, "Infinity")) {
		c.report(InvalidValue, "number", Finding{Path: c.at("")}, p, "value", v.Text)
		return
	}
	expected := p.Types.expected()
	if v.Kind == datalayer.String {
		text := strings.TrimSpace(v.Text)
		if p.Types.has(typesOf(bare(text))) {
			c.report(WrongType, "quoted", Finding{Path: c.at(""), Suggestion: text}, p,
				"value", preview(v), "expected", expected)
			return
		}
	}
	actual := kindWord(v)
	if v.Kind == datalayer.Number && p.Types.has(TypeInteger) {
		actual = "the number " + v.Text
	}
	c.report(WrongType, "plain", Finding{Path: c.at("")}, p, "actual", actual, "expected", expected)
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

// expected names the types as a sentence has them.
func (t Types) expected() string {
	words := t.words()
	for i, word := range words {
		words[i] = article(word)
	}
	return oneOf(words)
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
		s.enum = newSpeller(p.Enum)
	}
	if near := s.enum.near(v.Text); len(near) > 0 && v.Kind == datalayer.String {
		c.report(InvalidValue, "enum-near", Finding{Path: c.at(""), Suggestion: near[0].name}, p, "value", preview(v))
		return false
	}
	c.report(InvalidValue, "enum", Finding{Path: c.at("")}, p, "value", preview(v), "expected", oneOf(p.Enum))
	return false
}

// bounds judges a value of the right type by pattern and range.
func (c *Checker) bounds(p *Parameter, v datalayer.Value) {
	if p.Pattern != nil && (v.Kind == datalayer.String || v.Kind == datalayer.Number) && !matches(p.Pattern, v.Text) {
		c.report(InvalidValue, "pattern", Finding{Path: c.at("")}, p, "value", preview(v), "expected", p.Pattern.String())
	}
	if v.Kind == datalayer.Number && p.Types&(TypeNumber|TypeInteger) != 0 && !numeric(v) {
		c.report(InvalidValue, "number", Finding{Path: c.at("")}, p, "value", v.Text)
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
		c.report(InvalidValue, "range", Finding{Path: c.at("")}, p, "value", shown, "expected", rangeWords(p))
	}
}

// numeric says whether a Number can be computed with.
func numeric(v datalayer.Value) bool {
	return v.Text != "NaN" && v.Text != "Infinity" && v.Text != "-Infinity"
}

func rangeWords(p *Parameter) string {
	text := func(f float64) string { return datalayer.NumberOf(f).Text }
	switch {
	case p.Max == nil:
		return text(*p.Min) + " or more"
	case p.Min == nil:
		return text(*p.Max) + " or less"
	}
	return "from " + text(*p.Min) + " to " + text(*p.Max)
}
