package plan_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"layertap/internal/golden"
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
	golden.Compare(t, "plan.schema.json", string(want))
}
