package rules_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules"
)

// A plan that was written reads back as the same plan.
func TestYAMLReadsBack(t *testing.T) {
	sources := map[string]string{"shop": shop, "schema": schemaPlan}
	for _, name := range rules.Builtins() {
		data, err := os.ReadFile(filepath.Join("plans", name+".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(data)
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			if name == "schema" {
				source = "events:\n  order: {schema: {type: object, properties: {a: {type: string}}}, parameters: [b]}\n"
			}
			plan := parse(t, source)
			once := plan.YAML()
			again := parse(t, string(once))
			if diff := cmp.Diff(string(once), string(again.YAML())); diff != "" {
				t.Errorf("written again it differs: %s", diff)
			}
			if changes := rules.Diff(plan, again); len(changes) > 0 {
				t.Errorf("%+v", changes)
			}
		})
	}
}

func TestDiff(t *testing.T) {
	before := parse(t, `
events:
  a: {parameters: {x: string, y?: {type: string, enum: [p, q]}, z: number}}
  b:
  d: {after: [a], parameters: {x: {type: string, empty: true}, y: {description: Y.}}}
triggers: {T: ^a, U: ^b}
`)
	after := parse(t, `
events:
  a: {required: true, parameters: {x: [string, number], y: {type: string, enum: [p]}, "w[].v?": {type: string, pattern: ^a}}}
  c:
  d: {after: [c], parameters: {x: string, y: {description: Another.}}}
triggers: {T: ^ab}
`)
	want := []rules.Change{
		{Path: "a", Kind: rules.Changed, Breaking: true, Message: "The event a is required."},
		{Path: "a.x", Kind: rules.Changed, Message: "The type of a.x was string and is string or number."},
		{Path: "a.y", Kind: rules.Changed, Breaking: true, Message: "The parameter a.y is required now."},
		{Path: "a.y", Kind: rules.Changed, Breaking: true, Message: "The list of values of a.y was p, q and is p."},
		{Path: "a.w", Kind: rules.Added, Message: "The parameter a.w is new, and optional."},
		{Path: "a.w[]", Kind: rules.Added, Message: "The parameter a.w[] is new, and optional."},
		{Path: "a.w[].v", Kind: rules.Added, Message: "The parameter a.w[].v is new, and optional."},
		{Path: "a.z", Kind: rules.Removed, Breaking: true, Message: "The parameter a.z is gone."},
		{Path: "c", Kind: rules.Added, Message: "The event c is new."},
		{Path: "d", Kind: rules.Changed, Breaking: true, Message: "The definition of d is another."},
		{Path: "d.x", Kind: rules.Changed, Breaking: true, Message: "The definition of d.x is another."},
		{Path: "d.y", Kind: rules.Changed, Message: "The definition of d.y is another."},
		{Path: "b", Kind: rules.Removed, Breaking: true, Message: "The event b is gone."},
		{Path: "T", Kind: rules.Changed, Message: "The trigger T is ^ab now."},
		{Path: "U", Kind: rules.Removed, Message: "The trigger U is gone."},
	}
	if diff := cmp.Diff(want, rules.Diff(before, after)); diff != "" {
		t.Error(diff)
	}
	if changes := rules.Diff(after, after); len(changes) > 0 {
		t.Errorf("a plan differs from itself: %+v", changes)
	}
}
