// Package plantest contains a plan for tests: an old version of the chat widget's plan.
// Tests that aren't about the built-in plan use it, so that their golden files don't
// depend on that.
package plantest

import (
	_ "embed"
	"testing"

	"layertap/rules/plan"
)

//go:embed widget.yaml
var widget []byte

// Widget returns the frozen plan.
func Widget(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Parse(widget, "widget.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Load is like plan.Load, with the frozen plan instead of the built-in plan widget.
func Load(name string, read plan.ReadFile) (*plan.Plan, error) {
	if name == "widget" {
		return plan.Parse(widget, "widget.yaml", read)
	}
	return plan.Load(name, read)
}
