package plan

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"layertap/datalayer"
)

// schemaParameter converts a JSON Schema to a parameter, as far as possible; the rest
// is checked by validating against the schema. within are the schemas that contain s.
func schemaParameter(s *jsonschema.Schema, within ...*jsonschema.Schema) *Parameter {
	p := &Parameter{Description: s.Description, Ahead: DefaultAhead, Empty: s.MinLength == nil || *s.MinLength == 0, Open: true}
	if slices.Contains(within, s) {
		return p
	}
	within = append(slices.Clip(within), s)
	if s.Types != nil {
		for i, word := range typeWords {
			if slices.Contains(s.Types.ToStrings(), word) {
				p.Types |= 1 << i
			}
		}
	}
	if s.Format != nil && p.Types == TypeString {
		switch s.Format.Name {
		case "date-time":
			p.Types, p.Unit = TypeTimestamp, ISO8601
		case "uri", "iri":
			p.Types = TypeURL
		}
	}
	schemaBounds(p, s)
	if item, ok := s.Items.(*jsonschema.Schema); ok {
		p.Items = schemaParameter(item, within...)
	}
	if s.Items2020 != nil && len(s.PrefixItems) == 0 {
		p.Items = schemaParameter(s.Items2020, within...)
	}
	schemaProperties(p, s, within)
	for _, part := range append([]*jsonschema.Schema{s.Ref}, s.AllOf...) {
		if part != nil {
			p.adopt(schemaParameter(part, within...))
		}
	}
	return p
}

func schemaBounds(p *Parameter, s *jsonschema.Schema) {
	if re, ok := s.Pattern.(schemaPattern); ok {
		p.Pattern = re.Regexp
	}
	if s.Enum != nil {
		p.Enum = schemaTexts(s.Enum.Values)
	}
	if s.Const != nil {
		p.Enum = schemaTexts([]any{*s.Const})
	}
	if s.Minimum != nil {
		f, _ := s.Minimum.Float64()
		p.Min = &f
	}
	if s.Maximum != nil {
		f, _ := s.Maximum.Float64()
		p.Max = &f
	}
}

// schemaTexts returns the values of an enumeration as text, or nil if one of them isn't
// a string, number or boolean, which only the schema can check.
func schemaTexts(values []any) []string {
	var texts []string
	for _, value := range values {
		text, ok := scalarText(value)
		if !ok {
			return nil
		}
		texts = append(texts, text)
	}
	return texts
}

func schemaProperties(p *Parameter, s *jsonschema.Schema, within []*jsonschema.Schema) {
	if closed, ok := s.AdditionalProperties.(bool); ok && !closed && len(s.PatternProperties) == 0 {
		p.Open = false
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		child := schemaParameter(s.Properties[name], within...)
		child.Name = name
		child.Required = slices.Contains(s.Required, name)
		p.Parameters = append(p.Parameters, child)
	}
	for _, name := range s.Required {
		if _, ok := s.Properties[name]; !ok {
			p.Parameters = append(p.Parameters, &Parameter{Name: name, Required: true, Empty: true, Open: true})
		}
	}
}

// adopt adds the constraints of another description of the same value.
func (p *Parameter) adopt(other *Parameter) {
	if p.Types == 0 {
		p.Types, p.Unit = other.Types, other.Unit
	}
	if p.Enum == nil {
		p.Enum = other.Enum
	}
	if p.Pattern == nil {
		p.Pattern = other.Pattern
	}
	if p.Items == nil {
		p.Items = other.Items
	}
	p.Description = cmp.Or(p.Description, other.Description)
	p.Empty = p.Empty && other.Empty
	p.Open = p.Open && other.Open
	for _, child := range other.Parameters {
		at := slices.IndexFunc(p.Parameters, func(own *Parameter) bool { return own.Name == child.Name })
		if at < 0 {
			p.Parameters = append(p.Parameters, child)
			continue
		}
		p.Parameters[at].Required = p.Parameters[at].Required || child.Required
		p.Parameters[at].adopt(child)
	}
}

// scalarText returns a value in a schema as text, in the same format as values of
// messages.
func scalarText(value any) (string, bool) {
	switch v := value.(type) {
	case nil:
		return "null", true
	case string:
		return v, true
	case bool:
		return datalayer.BoolOf(v).Text, true
	case json.Number:
		f, err := v.Float64()
		return datalayer.NumberOf(f).Text, err == nil
	}
	return "", false
}
