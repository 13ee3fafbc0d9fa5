// Package plantest has a plan for tests: the chat widget's as it was once. Tests of
// other things than the plan use it, so that their golden files don't change with
// the plan that is built in.
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

// Load is plan.Load with the frozen plan in place of the built-in plan widget.
func Load(name string, read plan.ReadFile) (*plan.Plan, error) {
	if name == "widget" {
		return plan.Parse(widget, "widget.yaml", read)
	}
	return plan.Load(name, read)
}
