package filter_test

import (
	"errors"
	"slices"
	"testing"

	"layertap/filter"
)

// Any text is a valid filter or has an error with a position within it. Filters obey
// the laws of and, or and not.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"event:widget_ error url:/checkout not gtm", "param:link_url~wa.me", `a "b ""c" or -(d and @clicks)`,
		"seq:3-7 or value=7", `event~"^(a|b)`, "param=a:b)", "\xff:é=~", "not(gtm)or(gtm)",
	} {
		f.Add(text)
	}
	s := visit(f)
	all := chosen(filter.Filter{}, s)
	parse := func(t *testing.T, text string) []int {
		t.Helper()
		one, err := filter.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return chosen(one, s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		one, err := filter.Parse(text)
		if err != nil {
			var wrong *filter.Error
			if !errors.As(err, &wrong) || wrong.Offset < 0 || wrong.Offset > len(text) || wrong.Reason == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		let := chosen(one, s)
		if again := parse(t, one.String()); !slices.Equal(let, again) {
			t.Errorf("%q lets %v through, and then %v", text, let, again)
		}
		if one.All() || len(text) > 90 { // with more parentheses the nesting may be too deep
			return
		}
		if both := parse(t, "("+text+") and ("+text+")"); !slices.Equal(let, both) {
			t.Errorf("%q lets %v through, and twice %v", text, let, both)
		}
		others := parse(t, "not ("+text+")")
		if together := slices.Sorted(slices.Values(slices.Concat(let, others))); !slices.Equal(together, all) {
			t.Errorf("%q lets %v through, and its opposite %v", text, let, others)
		}
	})
}
