package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	printer "golang.org/x/text/message"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// schemaKey reads an event's JSON Schema: written out, or the name of a file.
func schemaKey(r *reader, n *node, e *Event) {
	compiled, err := r.compile(n)
	if err != nil {
		r.problem(n, "the JSON Schema of %s: %v", e.Name, err)
		return
	}
	e.schema, e.schemaSource = compiled, n.json()
	root := schemaParameter(compiled)
	for _, p := range root.Parameters {
		if p.inSchema = true; !isOwnKey(p.Name) && !e.has(p.Name) {
			e.Parameters = append(e.Parameters, p)
		}
	}
	if e.extra == nil {
		e.extra = &root.open
	}
}

// has says whether the event has a parameter of that name.
func (e *Event) has(name string) bool {
	return slices.ContainsFunc(e.Parameters, func(p *Parameter) bool { return p.Name == name })
}

// compile reads a JSON Schema of draft 2020-12, or of the draft that it names.
// Nothing is fetched: it can refer to itself, and to files beside it or below.
func (r *reader) compile(n *node) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.UseRegexpEngine(schemaRegexp)
	dir, location := path.Dir(n.at.file), "file:///schema.json"
	switch n.kind {
	case mappingNode:
		if err := c.AddResource(location, n.json()); err != nil {
			return nil, schemaError(err)
		}
	case scalarNode:
		dir, location = path.Dir(path.Join(dir, n.text)), "file:///"+path.Base(n.text)
	default:
		return nil, errors.New("it has to be a mapping, or the name of a file")
	}
	c.UseLoader(schemaFiles{r.files, dir})
	compiled, err := c.Compile(location)
	if err != nil {
		return nil, schemaError(err)
	}
	if work(compiled, map[*jsonschema.Schema]float64{}) > maxSchemaWork {
		return nil, errors.New("its parts refer to one another so often that it would take for ever")
	}
	return compiled, nil
}

// maxSchemaWork bounds how many parts of a schema one value may be held against.
const maxSchemaWork = 50_000

// work counts the parts of a schema as often as they are used.
func work(s *jsonschema.Schema, done map[*jsonschema.Schema]float64) float64 {
	if s == nil {
		return 0
	}
	if n, ok := done[s]; ok {
		return n
	}
	done[s] = 1 // one that contains itself goes as deep as the value does
	sum := 1.0
	for _, part := range schemaParts(s) {
		sum += work(part, done)
	}
	done[s] = sum
	return sum
}

func schemaParts(s *jsonschema.Schema) []*jsonschema.Schema {
	parts := slices.Concat(s.AllOf, s.AnyOf, s.OneOf, s.PrefixItems,
		[]*jsonschema.Schema{s.Ref, s.RecursiveRef, s.Not, s.If, s.Then, s.Else, s.Items2020, s.Contains, s.PropertyNames})
	for _, part := range s.Properties {
		parts = append(parts, part)
	}
	for _, part := range s.PatternProperties {
		parts = append(parts, part)
	}
	for _, part := range s.DependentSchemas {
		parts = append(parts, part)
	}
	for _, either := range []any{s.Items, s.AdditionalProperties, s.AdditionalItems} {
		switch part := either.(type) {
		case *jsonschema.Schema:
			parts = append(parts, part)
		case []*jsonschema.Schema:
			parts = append(parts, part...)
		}
	}
	return parts
}

// schemaError gives the library's error the form of a sentence's tail.
func schemaError(err error) error {
	var invalid *jsonschema.SchemaValidationError
	if errors.As(err, &invalid) {
		var validation *jsonschema.ValidationError
		if errors.As(invalid.Err, &validation) {
			for len(validation.Causes) > 0 {
				validation = validation.Causes[0]
			}
			return fmt.Errorf("at /%s: %s", strings.Join(validation.InstanceLocation, "/"), validation.ErrorKind.LocalizedString(english))
		}
	}
	return errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
}

var english = printer.NewPrinter(language.English)

// schemaFiles loads the files that a schema refers to, from its own directory.
type schemaFiles struct {
	read ReadFile
	dir  string
}

// Load is called by the library with a file's address.
func (s schemaFiles) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, "file:///")
	if !ok {
		return nil, fmt.Errorf("%s is not fetched; put the schema in a file beside the plan", url)
	}
	if s.read == nil {
		return nil, fmt.Errorf("the file %s cannot be read from here", name)
	}
	name = path.Join(s.dir, name)
	data, err := s.read(name)
	if err != nil {
		return nil, err
	}
	if len(data) > maxFileSize {
		return nil, fmt.Errorf("the file %s is larger than %d bytes", name, maxFileSize)
	}
	return jsonschema.UnmarshalJSON(bytes.NewReader(data))
}

// schemaPattern lets the library match as the browser does.
type schemaPattern struct{ *jsregexp.Regexp }

func (p schemaPattern) MatchString(s string) bool { return matches(p.Regexp, s) }

func schemaRegexp(source string) (jsonschema.Regexp, error) {
	if why := catastrophic(source); why != "" {
		return nil, fmt.Errorf("%q can take for ever: %s", source, why)
	}
	re, err := jsregexp.Compile(source, false)
	return schemaPattern{re}, err
}

// json is the value that a node stands for.
func (n *node) json() any {
	switch n.kind {
	case nullNode:
		return nil
	case listNode:
		items := make([]any, len(n.items))
		for i, item := range n.items {
			items[i] = item.json()
		}
		return items
	case mappingNode:
		object := make(map[string]any, len(n.keys))
		for i, name := range n.keys {
			object[name.text] = n.items[i].json()
		}
		return object
	}
	if n.plain {
		switch n.text {
		case "true":
			return true
		case "false":
			return false
		}
		if _, err := strconv.ParseFloat(n.text, 64); err == nil && json.Valid([]byte(n.text)) {
			return json.Number(n.text)
		}
	}
	return n.text
}

// schema holds the message against the event's JSON Schema, for what the
// parameters made from it do not say.
func (c *Checker) schema(e *Event) {
	instance, ok := schemaInstance(e.schema, c.now.message.fields)
	if !ok {
		return
	}
	var invalid *jsonschema.ValidationError
	if err := e.schema.Validate(instance); errors.As(err, &invalid) {
		c.violations(invalid)
	}
}

// schemaInstance is a message as the library wants it. It is not ok where some
// of it was not captured.
func schemaInstance(s *jsonschema.Schema, fields []datalayer.Field) (map[string]any, bool) {
	instance := make(map[string]any, len(fields))
	for _, f := range fields {
		if _, named := s.Properties[f.Name]; !named && isOwnKey(f.Name) {
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

// plain turns a value into what JSON has for it: here says whether it has any,
// known whether the value was captured.
func plain(v datalayer.Value) (_ any, here, known bool) {
	if opaque(v) {
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

// violations turns what the library found into findings, but for paths of which
// something was found already.
func (c *Checker) violations(e *jsonschema.ValidationError) {
	switch e.ErrorKind.(type) {
	case *kind.AnyOf, *kind.OneOf, *kind.Not: // what is in them are alternatives
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
			c.violation(MissingParameter, "plain", datalayer.Member(at, name), "what", "")
		}
	case *kind.AdditionalProperties:
		for _, name := range broken.Properties {
			c.violation(UnexpectedParameter, "plain", datalayer.Member(at, name))
		}
	case *kind.Type:
		c.violation(WrongType, "plain", at, "actual", article(broken.Got), "expected", oneOf(broken.Want))
	default:
		c.violation(InvalidValue, "schema", at, "expected", e.ErrorKind.LocalizedString(english))
	}
}

func (c *Checker) violation(code Code, form, at string, words ...string) {
	if at == "" {
		at = "the message"
	}
	for _, f := range c.found {
		if f.Path == at || f.Path != "" && strings.HasPrefix(at, f.Path+".") ||
			code == MissingParameter && f.Code == MisspelledParameter && f.Suggestion == path.Base(strings.ReplaceAll(at, ".", "/")) {
			return
		}
	}
	c.report(code, form, Finding{Path: at}, nil, words...)
}

// schemaPath writes a location as the paths of findings are.
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
