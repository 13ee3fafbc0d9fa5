package plan

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	printer "golang.org/x/text/message"

	"layertap/jsregexp"
	"layertap/rules"
)

//go:embed plan.schema.json
var published []byte

// Schema returns the JSON Schema of plans, for editors and other programs.
func Schema() []byte { return bytes.Clone(published) }

// schemaKey reads an event's JSON Schema: inline, or the name of a file.
func schemaKey(r *reader, n *node, e *Event) {
	compiled, err := r.compile(n)
	if err != nil {
		r.problem(n, "the JSON Schema of %s: %v", e.Name, err)
		return
	}
	e.Schema, e.schemaSource = compiled, n.json()
	root := schemaParameter(compiled)
	for _, p := range root.Parameters {
		if p.inSchema = true; !rules.IsOwnKey(p.Name) && !e.has(p.Name) {
			e.Parameters = append(e.Parameters, p)
		}
	}
	if e.Extra == nil {
		e.Extra = &root.Open
	}
}

// has reports whether the event has a parameter with that name.
func (e *Event) has(name string) bool {
	return slices.ContainsFunc(e.Parameters, func(p *Parameter) bool { return p.Name == name })
}

// compile compiles a JSON Schema of draft 2020-12, or of the draft in it. It can refer
// to itself and to files in its directory and subdirectories; nothing is downloaded.
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
		return nil, errors.New("must be a mapping or a file name")
	}
	c.UseLoader(schemaFiles{r.files, dir})
	compiled, err := c.Compile(location)
	if err != nil {
		return nil, schemaError(err)
	}
	if work(compiled, map[*jsonschema.Schema]float64{}) > maxSchemaWork {
		return nil, errors.New("its references are too deeply nested to evaluate")
	}
	return compiled, nil
}

// maxSchemaWork bounds the parts of a schema that one value is validated against.
const maxSchemaWork = 50_000

// work counts the parts of a schema as often as they are used.
func work(s *jsonschema.Schema, done map[*jsonschema.Schema]float64) float64 {
	if s == nil {
		return 0
	}
	if n, ok := done[s]; ok {
		return n
	}
	done[s] = 1 // a schema that contains itself is as deep as the value
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

// schemaError converts the library's error to the end of a sentence.
func schemaError(err error) error {
	var invalid *jsonschema.SchemaValidationError
	if errors.As(err, &invalid) {
		var validation *jsonschema.ValidationError
		if errors.As(invalid.Err, &validation) {
			for len(validation.Causes) > 0 {
				validation = validation.Causes[0]
			}
			return fmt.Errorf("at /%s: %s", strings.Join(validation.InstanceLocation, "/"), validation.ErrorKind.LocalizedString(English))
		}
	}
	return errors.New(strings.ReplaceAll(err.Error(), "\n", " "))
}

// English formats numbers and messages of schema validation.
var English = printer.NewPrinter(language.English)

// schemaFiles loads the files that a schema refers to, from the schema's directory.
type schemaFiles struct {
	read ReadFile
	dir  string
}

// Load implements the library's loader for file URLs.
func (s schemaFiles) Load(url string) (any, error) {
	name, ok := strings.CutPrefix(url, "file:///")
	if !ok {
		return nil, fmt.Errorf("%s is not downloaded; save the schema in a file next to the plan", url)
	}
	if s.read == nil {
		return nil, fmt.Errorf("cannot read the file %s from here", name)
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

// schemaPattern matches patterns in the library as a browser does.
type schemaPattern struct{ *jsregexp.Regexp }

func (p schemaPattern) MatchString(s string) bool { return Matches(p.Regexp, s) }

func schemaRegexp(source string) (jsonschema.Regexp, error) {
	if why := Catastrophic(source); why != "" {
		return nil, fmt.Errorf("%q may backtrack forever: %s", source, why)
	}
	re, err := jsregexp.Compile(source, false)
	return schemaPattern{re}, err
}

// json returns the JSON value of a node.
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
