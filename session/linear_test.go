package session_test

import (
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"layertap/rules"
)

// Analyzing a session with ten times as many faults takes about ten times the memory,
// and reports no more causes.
func TestCostIsLinear(t *testing.T) {
	text, err := os.ReadFile("testdata/codes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all []codeCases
	if err := yaml.Load(text, &all, yaml.WithKnownFields()); err != nil {
		t.Fatal(err)
	}
	const few, many = 150, 1500
	for _, c := range all {
		lines := c.Raise[0]
		t.Run(string(c.Code), func(t *testing.T) {
			costOf(t, c.Plan, repeated(lines, few)) // one-time allocations are done
			little, causes := costOf(t, c.Plan, repeated(lines, few))
			much, moreCauses := costOf(t, c.Plan, repeated(lines, many))
			if much > 13*little {
				t.Errorf("%d times takes %d kB, %d times %d kB", few, little>>10, many, much>>10)
			}
			if len(moreCauses) > len(causes) {
				t.Errorf("%d causes at %d times, %d at %d: %v", len(causes), few, len(moreCauses), many, moreCauses)
			}
		})
	}
}

// repeated returns the lines with the parts of the container once and everything else n
// times.
func repeated(lines []string, n int) []string {
	isPart := func(line string) bool {
		return slices.ContainsFunc([]string{"tag ", "trigger ", "variable "}, func(word string) bool { return strings.HasPrefix(line, word) })
	}
	all := slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !isPart(line) })
	rest := slices.DeleteFunc(slices.Clone(lines), isPart)
	for range n {
		all = append(all, rest...)
	}
	return all
}

// costOf returns the number of bytes allocated for analyzing the session, and the
// findings about it as a whole.
func costOf(t *testing.T, plan string, lines []string) (bytes uint64, causes []rules.Code) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := runLines(t, plan, lines)
	runtime.ReadMemStats(&after)
	for _, f := range s.Findings {
		causes = append(causes, f.Code)
	}
	return after.TotalAlloc - before.TotalAlloc, causes
}
