package plan

import (
	"bytes"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func publishedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, err := os.ReadFile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plan.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The published schema and the reader have the same keys.
func TestPublishedSchemaHasTheReadersKeys(t *testing.T) {
	root := publishedSchema(t)
	event := root.Properties["events"].OneOf[0].AdditionalProperties.(*jsonschema.Schema).Ref.OneOf[1]
	shared := root.Properties["parameters"].Ref.OneOf[1].AdditionalProperties.(*jsonschema.Schema)
	parameter := shared.OneOf[3].Ref
	hit := event.Properties["hits"].OneOf[0].Ref.OneOf[1]
	for what, keys := range map[string][2][]string{
		"a plan":         {slices.Sorted(maps.Keys(planKeys)), slices.Sorted(maps.Keys(root.Properties))},
		"an event":       {slices.Sorted(maps.Keys(eventKeys)), slices.Sorted(maps.Keys(event.Properties))},
		"a parameter":    {slices.Sorted(maps.Keys(parameterKeys)), slices.Sorted(maps.Keys(parameter.Properties))},
		"a hit":          {slices.Sorted(maps.Keys(hitKeys)), slices.Sorted(maps.Keys(hit.Properties))},
		"a conversation": {slices.Sorted(maps.Keys(conversationKeys)), slices.Sorted(maps.Keys(root.Properties["conversation"].Properties))},
	} {
		if diff := cmp.Diff(keys[0], keys[1]); diff != "" {
			t.Errorf("%s: the reader's and the schema's keys differ: %s", what, diff)
		}
	}
	types := parameter.Properties["type"].OneOf[0].Ref.Enum.Values
	for _, word := range append([]string{"any"}, typeWords...) {
		if !slices.Contains(types, any(word)) {
			t.Errorf("the schema has no type %s", word)
		}
	}
}

func TestPublishedSchemaTakesTheBuiltinPlans(t *testing.T) {
	schema := publishedSchema(t)
	for _, name := range Builtins() {
		data, err := builtin.ReadFile("plans/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		root, err := parseYAML(name, data)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(root.json()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// If the form is wrong, both the reader and the published schema reject it.
func TestPublishedSchemaRefuses(t *testing.T) {
	schema := publishedSchema(t)
	for _, source := range []string{
		`plan: x`, `{events: {a: {parameterz: []}}}`, `{events: {a: {parameters: {b: strin}}}}`, `{events: 3}`,
		`{events: {a: {findings: {mising-parameter: error}}}}`, `{events: {a: {once: day}}}`, `{events: {a: {duplicates: soon}}}`,
		`{events: {a: {parameters: {b: {unit: days}}}}}`, `{events: {a: {hits: {vender: ga4}}}}`,
	} {
		root, err := parseYAML("plan.yaml", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(root.json()); err == nil {
			t.Errorf("the schema takes %s", source)
		}
		if _, err := Parse([]byte(source), "plan.yaml", nil); err == nil {
			t.Errorf("the reader takes %s", source)
		}
	}
}
