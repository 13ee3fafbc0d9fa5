package plan_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/rules"
)

// codeList matches the list of codes in the published schema and what surrounds it.
var codeList = regexp.MustCompile(`(?s)("findings": \{\s+"description": [^\n]+\s+"type": "object",\s+"propertyNames": \{\s+"enum": )\[.*?\]`)

// The published schema lists the codes that have texts. -update writes the list.
func TestPublishedSchemaHasTheCodes(t *testing.T) {
	data, err := os.ReadFile("plan.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	list, err := json.MarshalIndent(rules.Codes(), "        ", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if !codeList.Match(data) {
		t.Fatal("the schema has no list of codes")
	}
	want := codeList.ReplaceAll(data, append([]byte("${1}"), list...))
	if *update {
		if err := os.WriteFile("plan.schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(want), string(data)); diff != "" {
		t.Errorf("the list of codes is not that of the texts; go test ./rules/plan -run Published -update writes it (-want +got)\n%s", diff)
	}
}
