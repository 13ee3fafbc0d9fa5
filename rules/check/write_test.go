package check_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules/plan"
)

// written returns a plan as a file.
func written(t testing.TB, p *plan.Plan) []byte {
	t.Helper()
	text, err := p.YAML()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A written plan is equal when it is parsed again.
func TestYAMLReadsBack(t *testing.T) {
	sources := map[string]string{"shop": shop, "schema": schemaPlan}
	for _, name := range plan.Builtins() {
		data, err := os.ReadFile(filepath.Join("..", "plan", "plans", name+".yaml"))
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
			loaded := parse(t, source)
			once := written(t, loaded)
			again := parse(t, string(once))
			if diff := cmp.Diff(string(once), string(written(t, again))); diff != "" {
				t.Errorf("written again it differs: %s", diff)
			}
			if changes := plan.Diff(loaded, again); len(changes) > 0 {
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
	want := []plan.Change{
		{Path: "a", Kind: plan.Changed, Breaking: true, Message: "The event a is now required."},
		{Path: "a.x", Kind: plan.Changed, Message: "The type of a.x changed from string to string or number."},
		{Path: "a.y", Kind: plan.Changed, Breaking: true, Message: "The parameter a.y is now required."},
		{Path: "a.y", Kind: plan.Changed, Breaking: true, Message: "The list of values of a.y changed from p, q to p."},
		{Path: "a.w", Kind: plan.Added, Message: "The parameter a.w was added (optional)."},
		{Path: "a.w[]", Kind: plan.Added, Message: "The parameter a.w[] was added (optional)."},
		{Path: "a.w[].v", Kind: plan.Added, Message: "The parameter a.w[].v was added (optional)."},
		{Path: "a.z", Kind: plan.Removed, Breaking: true, Message: "The parameter a.z was removed."},
		{Path: "c", Kind: plan.Added, Message: "The event c was added."},
		{Path: "d", Kind: plan.Changed, Breaking: true, Message: "The definition of d changed."},
		{Path: "d.x", Kind: plan.Changed, Breaking: true, Message: "The definition of d.x changed."},
		{Path: "d.y", Kind: plan.Changed, Message: "The definition of d.y changed."},
		{Path: "b", Kind: plan.Removed, Breaking: true, Message: "The event b was removed."},
		{Path: "T", Kind: plan.Changed, Message: "The trigger T is now ^ab."},
		{Path: "U", Kind: plan.Removed, Message: "The trigger U was removed."},
	}
	if diff := cmp.Diff(want, plan.Diff(before, after)); diff != "" {
		t.Error(diff)
	}
	if changes := plan.Diff(after, after); len(changes) > 0 {
		t.Errorf("a plan differs from itself: %+v", changes)
	}
}
