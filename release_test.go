package main

import (
	"os"
	"regexp"
	"testing"
)

// A release is written down: the version that the program reports is the newest in the
// list of changes, and it is a semantic one.
func TestVersionIsInTheListOfChanges(t *testing.T) {
	first := func(name, pattern string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(pattern).FindSubmatch(text)
		if found == nil {
			t.Fatalf("%s has no %s", name, pattern)
		}
		return string(found[1])
	}
	const semantic = `(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)`
	program := first("cli/version.go", `(?m)^const released = "`+semantic+`"$`)
	changes := first("CHANGELOG.md", `(?m)^## `+semantic+`$`)
	if program != changes {
		t.Errorf("the program is version %s, and the newest in CHANGELOG.md is %s", program, changes)
	}
}
