package parameters

import (
	"encoding/json"
	"errors"
	"path"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
)

// schema validates the message against the event's JSON Schema, for what the parameters
// created from it don't cover.
func (c *Judge) schema(e *plan.Event) {
	instance, ok := schemaInstance(e.Schema, c.now.Fields)
	if !ok {
		return
	}
	var invalid *jsonschema.ValidationError
	if err := e.Schema.Validate(instance); errors.As(err, &invalid) {
		c.violations(invalid)
	}
}

// schemaInstance returns a message as the library expects it. ok is false if a part of
// it wasn't captured.
func schemaInstance(s *jsonschema.Schema, fields []datalayer.Field) (map[string]any, bool) {
	instance := make(map[string]any, len(fields))
	for _, f := range fields {
		if _, named := s.Properties[f.Name]; !named && rules.IsOwnKey(f.Name) {
			continue
		}
		v, here, known := plain(f.Value)
		if !known {
			return nil, false
		}
		if here {
			instance[f.Name] = v
		}
	}
	return instance, true
}

// plain converts a value to its JSON equivalent. here reports whether there is one,
// known whether the value was captured.
func plain(v datalayer.Value) (_ any, here, known bool) {
	if v.Opaque() {
		return nil, false, false
	}
	switch v.Kind {
	case datalayer.Null:
		return nil, true, true
	case datalayer.Bool:
		return v.Text == "true", true, true
	case datalayer.Number:
		return json.Number(v.Text), numeric(v), true
	case datalayer.String, datalayer.Date:
		return v.Text, true, true
	case datalayer.Array, datalayer.Set:
		items := make([]any, 0, len(v.Items))
		for _, item := range v.Items {
			converted, _, known := plain(item)
			if !known {
				return nil, false, false
			}
			items = append(items, converted)
		}
		return items, true, true
	case datalayer.Object, datalayer.Instance:
		object := make(map[string]any, len(v.Fields))
		for _, f := range v.Fields {
			converted, here, known := plain(f.Value)
			if !known {
				return nil, false, false
			}
			if here {
				object[f.Name] = converted
			}
		}
		return object, true, true
	}
	return nil, false, true
}

// violations converts the library's errors to findings, except for paths that already
// have a finding.
func (c *Judge) violations(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not: // they contain alternatives
	default:
		if len(e.Causes) > 0 {
			for _, cause := range e.Causes {
				c.violations(cause)
			}
			return
		}
	}
	at := schemaPath(e.InstanceLocation)
	switch broken := e.ErrorKind.(type) {
	case *kind.Required:
		for _, name := range broken.Missing {
			c.violation(rules.MissingParameter, "plain", datalayer.Member(at, name), "what", "")
		}
	case *kind.AdditionalProperties:
		for _, name := range broken.Properties {
			c.violation(rules.UnexpectedParameter, "plain", datalayer.Member(at, name))
		}
	case *kind.Type:
		c.violation(rules.WrongType, "plain", at, "actual", rules.Article(broken.Got), "expected", rules.OneOf(broken.Want))
	default:
		c.violation(rules.InvalidValue, "schema", at, "expected", e.ErrorKind.LocalizedString(plan.English))
	}
}

func (c *Judge) violation(code rules.Code, form, at string, pairs ...string) {
	if at == "" {
		at = "the message"
	}
	for _, f := range c.now.Found() {
		if f.Path == at || f.Path != "" && strings.HasPrefix(at, f.Path+".") ||
			code == rules.MissingParameter && f.Code == rules.MisspelledParameter && f.Suggestion == path.Base(strings.ReplaceAll(at, ".", "/")) {
			return
		}
	}
	c.now.Report(code, form, rules.Finding{Path: at}, nil, pairs...)
}

// schemaPath returns a location as the path of a finding.
func schemaPath(location []string) string {
	at := ""
	for _, part := range location {
		if isDigits(part) {
			at += "[" + part + "]"
		} else {
			at = datalayer.Member(at, part)
		}
	}
	return at
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
