package plan_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules/plan"
)

var update = flag.Bool("update", false, "write the golden files")

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
	const golden = "testdata/widget.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the events (-want +got):\n%s", diff)
	}
}
