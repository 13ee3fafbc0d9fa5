package plan

import (
	"os"
	"strings"
	"testing"
)

// The guide to plans mentions every key, and its examples are valid plans.
func TestGuide(t *testing.T) {
	data, err := os.ReadFile("../../docs/plans.md")
	if err != nil {
		t.Fatal(err)
	}
	guide := string(data)
	check := func(key string) {
		if !strings.Contains(guide, "`"+key+"`") {
			t.Errorf("the guide does not name %s", key)
		}
	}
	for key := range planKeys {
		check(key)
	}
	for key := range eventKeys {
		check(key)
	}
	for key := range parameterKeys {
		check(key)
	}
	for key := range conversationKeys {
		check(key)
	}
	for key := range hitKeys {
		check(key)
	}
	plans := 0
	for i, block := range strings.Split(guide, "```") {
		example, ok := strings.CutPrefix(block, "yaml\n")
		if i%2 == 0 || !ok || !strings.Contains(example, "events:") {
			continue
		}
		plans++
		if _, err := Parse([]byte(example), "docs/plans.md", nil); err != nil {
			t.Error(err)
		}
	}
	if plans != 2 {
		t.Errorf("the guide has %d examples", plans)
	}
}
