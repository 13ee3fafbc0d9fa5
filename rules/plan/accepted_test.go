package plan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules"
	"layertap/rules/accept"
)

// Accepted findings in a plan are read and written.
func TestAccept(t *testing.T) {
	p, err := Parse([]byte(`plan: shop
accept:
  - {code: empty-value, event: shop_left, path: "lines[].sku", why: "since May: known"}
  - code: dead-trigger
events: {}
`), "shop.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	want := accept.List{
		{Code: rules.EmptyValue, Event: "shop_left", Path: "lines[].sku", Why: "since May: known", From: "the plan shop"},
		{Code: rules.DeadTrigger, From: "the plan shop"},
	}
	if diff := cmp.Diff(want, p.Accept); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	again, text := rewritten(t, p)
	if diff := cmp.Diff(want, again.Accept); diff != "" {
		t.Errorf("written: (-want +got)\n%s\n%s", diff, text)
	}
	for accept, want := range map[string]string{
		"{}":                   "must be a list of findings",
		"[{path: a}]":          "it has no code",
		"[{code: emty-value}]": "did you mean empty-value?",
		"[{cod: empty-value}]": `did you mean "code"?`,
		"[empty-value]":        "must be a mapping",
	} {
		if _, err := Parse([]byte("plan: shop\naccept: "+accept+"\nevents: {}\n"), "shop.yaml", nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %s", accept, err, want)
		}
	}
}

// rewritten writes a plan and parses it again.
func rewritten(t *testing.T, p *Plan) (again *Plan, text string) {
	t.Helper()
	written, err := p.YAML()
	if err != nil {
		t.Fatal(err)
	}
	text = string(written)
	if again, err = Parse([]byte(text), "again.yaml", nil); err != nil {
		t.Fatal(err)
	}
	return again, text
}
