package filter_test

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"layertap/filter"
	"layertap/internal/golden"
)

//go:embed testdata/guide.md
var guide string

// TestDocument checks docs/filters.md against the tables of fields, words and presets,
// and that its examples are valid filters.
func TestDocument(t *testing.T) {
	var fields, words, presets bytes.Buffer
	for _, f := range filter.Fields() {
		fmt.Fprintf(&fields, "| `%s` | %s | `%s` |\n", f.Name, f.Help, f.Example)
		if _, err := filter.Parse(f.Example); err != nil || !strings.HasPrefix(f.Example, f.Name) {
			t.Errorf("the example of %s: %q, %v", f.Name, f.Example, err)
		}
	}
	for _, w := range filter.Words() {
		fmt.Fprintf(&words, "| `%s` | %s |\n", w.Name, w.Help)
	}
	for _, name := range slices.Sorted(maps.Keys(filter.Builtin())) {
		fmt.Fprintf(&presets, "| `@%s` | `%s` |\n", name, strings.ReplaceAll(filter.Builtin()[name], "|", `\|`))
	}
	text := strings.NewReplacer("FIELDS\n", fields.String(), "WORDS\n", words.String(), "PRESETS\n", presets.String()).Replace(guide)
	for _, part := range strings.Split(text, "```text\n")[1:] {
		example, _, _ := strings.Cut(part, "```")
		for line := range strings.Lines(example) {
			if _, err := filter.Parse(strings.TrimSpace(line)); err != nil {
				t.Error(err)
			}
		}
	}
	golden.Compare(t, "../docs/filters.md", text)
}
