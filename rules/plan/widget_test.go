package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/internal/golden"
	"layertap/rules/plan"
)

// TestWidgetPlan compares the built-in plan with a list of its events. It is the only
// test that depends on the events of that plan.
func TestWidgetPlan(t *testing.T) {
	p, err := plan.Builtin("widget")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, event := range p.Events {
		fmt.Fprint(&got, event.Name)
		for _, parameter := range event.Parameters {
			fmt.Fprint(&got, " ", parameter.Name)
		}
		fmt.Fprintln(&got)
	}
	golden.Compare(t, "testdata/widget.txt", got.String())
}
