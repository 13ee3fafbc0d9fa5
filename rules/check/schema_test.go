package check_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules/plan"
)

const schemaPlan = `
plan: schemas
events:
  order:
    schema:
      $schema: %s
      type: object
      required: [event, total, currency]
      additionalProperties: false
      properties:
        event: {const: order}
        total: {type: number, minimum: 0}
        currency: {type: string, enum: [EUR, USD], minLength: 1}
        at: {type: string, format: date-time}
        lines:
          type: array
          minItems: 1
          items:
            type: object
            required: [sku]
            properties:
              sku: {type: string, pattern: "^[A-Z]"}
              quantity: {type: integer}
        gift: {type: boolean}
        greeting: {type: string}
      if: {properties: {gift: {const: true}}, required: [gift]}
      then: {required: [greeting]}
`

func TestJSONSchema(t *testing.T) {
	for _, draft := range []string{"https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"} {
		plan := parse(t, fmt.Sprintf(schemaPlan, draft))
		for message, want := range map[string][]string{
			`{"event":"order","total":3,"currency":"EUR"}`:                                                                   nil,
			`{"event":"order","total":3,"currency":"EUR","lines":[{"sku":"A1","colour":"red"}]}`:                             nil,
			`{"event":"order","total":"3","currency":"EUR"}`:                                                                 {"wrong-type total"},
			`{"event":"order","total":-3,"currency":"EUR"}`:                                                                  {"invalid-value total"},
			`{"event":"order","total":3,"currency":"EURO"}`:                                                                  {"invalid-value currency"},
			`{"event":"order","total":3}`:                                                                                    {"missing-parameter currency"},
			`{"event":"order","total":3,"curency":"EUR"}`:                                                                    {"misspelled-parameter curency"},
			`{"event":"order","total":3,"currency":"EUR","shop":1}`:                                                          {"unexpected-parameter shop"},
			`{"event":"order","total":3,"currency":"EUR","at":"today"}`:                                                      {"invalid-value at"},
			`{"event":"order","total":3,"currency":"EUR","lines":[{"sku":"A1"},{"sku":"a1"},{"quantity":1.5}]}`:              {"invalid-value lines[1].sku", "wrong-type lines[2].quantity", "missing-parameter lines[2].sku"},
			`{"event":"order","total":3,"currency":"EUR","lines":[]}`:                                                        {"invalid-value lines"},
			`{"event":"order","total":3,"currency":"EUR","gift":true}`:                                                       {"missing-parameter greeting"},
			`{"event":"order","total":3,"currency":"EUR","gift":true,"greeting":{"$":"truncated","kind":"string","size":9}}`: nil,
		} {
			found := newBench(t, plan).push(message)
			if diff := cmp.Diff(want, codes(found), cmp.Transformer("sort", sorted)); diff != "" {
				t.Errorf("%s\n%s: %s", draft, message, diff)
			}
			for _, f := range found {
				checkTexts(t, f)
			}
		}
	}
}

func sorted(in []string) string { return strings.Join(in, "\n") }

func TestJSONSchemaInAFile(t *testing.T) {
	files := map[string]string{
		"plans/plan.yaml":          "events:\n  order: {schema: schemas/order.json}\n",
		"plans/schemas/order.json": `{"type":"object","required":["total"],"properties":{"total":{"$ref":"parts.json#/$defs/amount"}}}`,
		"plans/schemas/parts.json": `{"$defs":{"amount":{"type":"number"}}}`,
	}
	read := func(name string) ([]byte, error) {
		if text, ok := files[name]; ok {
			return []byte(text), nil
		}
		return nil, fmt.Errorf("open %s: no such file", name)
	}
	loaded, err := plan.Load("plans/plan.yaml", read)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"wrong-type total"}, codes(newBench(t, loaded).push(`{"event":"order","total":"x"}`))); diff != "" {
		t.Error(diff)
	}
	for schema, want := range map[string]string{
		`schemas/other.json`:                        "no such file",
		`{$ref: "https://example.com/schema.json"}`: "is not downloaded",
		`{type: strin}`:                             "at /type",
		`{pattern: "(a+)+$"}`:                       "may backtrack forever",
		`[]`:                                        "must be a mapping",
	} {
		_, err := plan.Parse([]byte("events:\n  order: {schema: "+schema+"}\n"), "plan.yaml", read)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "plan.yaml:2:") {
			t.Errorf("%s: got %v, want %q", schema, err, want)
		}
	}
}

func TestJSONSchemaThatIsItsOwnPart(t *testing.T) {
	plan := parse(t, `events: {order: {schema: {$ref: "#"}}, list: {schema: {properties: {next: {$ref: "#"}, other: {$ref: "#"}}, required: [n]}}}`)
	b := newBench(t, plan)
	b.push(`{"event":"order","total":1}`) // it ends
	found := b.push(`{"event":"list","n":1,"next":{"n":2,"next":{"m":3}}}`)
	if diff := cmp.Diff([]string{"missing-parameter next.next.n"}, codes(found)); diff != "" {
		t.Error(diff)
	}
}

// A schema whose parts refer to one another twice each would take 2^30 steps.
func TestExplodingJSONSchemaIsRefused(t *testing.T) {
	var defs strings.Builder
	for i := range 30 {
		fmt.Fprintf(&defs, "        a%d: {allOf: [{$ref: \"#/$defs/a%d\"}, {$ref: \"#/$defs/a%d\"}]}\n", i, i+1, i+1)
	}
	_, err := plan.Parse([]byte("events:\n  order:\n    schema:\n      $ref: \"#/$defs/a0\"\n      $defs:\n"+defs.String()+"        a30: {type: object}\n"), "plan.yaml", nil)
	if err == nil || !strings.Contains(err.Error(), "too deeply nested") {
		t.Errorf("got %v", err)
	}
}
