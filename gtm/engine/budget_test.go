package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/gtm"
)

// doubling returns variables each of which, except the first, contains the previous one
// twice.
func doubling(levels int, first, each string) []string {
	all := []string{first}
	for i := range levels {
		all = append(all, strings.ReplaceAll(each, "N", fmt.Sprint(i+1)))
	}
	return all
}

// Containers built to be as expensive as possible: values that are too expensive are
// unknown, with a reason; values that only look expensive are computed once.
func TestBudgets(t *testing.T) {
	const (
		e     = `{"function":"__e"}`
		twice = `{"function":"__c","vtp_value":["template",["macro",N],["macro",N]]}`
		lists = `{"function":"__c","vtp_value":["list",["macro",N],["macro",N]]}`
	)
	constant := func(text string) string { return fmt.Sprintf(`{"function":"__c","vtp_value":%q}`, text) }
	// A cycle in which each variable is read twice and no value can be cached.
	circle := doubling(40, `{"function":"__c","vtp_value":["template",["macro",41]]}`,
		`{"function":"__c","vtp_value":["template",["macro",N],["macro",N],["macro",41]]}`)
	growing := `{"function":"__remm","vtp_input":["macro",N],"vtp_replaceAfterMatch":true,"vtp_map":["list",["map","key",".","value","$&$` + "`" + `$&"]]}`
	for _, tt := range []struct {
		name      string
		variables []string
		want      string
	}{
		{"a text", doubling(24, constant("x"), twice), "unknown: the value is larger than 1 MB"},
		{"lists", doubling(24, constant("x"), lists), "unknown: the value is larger than 1 MB"},
		{"an empty text, 2^60 times", doubling(60, constant(""), twice), "yes: "},
		{"a chain", doubling(5000, constant(""), `{"function":"__c","vtp_value":["macro",N]}`), "unknown: the variables are nested too deeply"},
		{"a circle", circle, "unknown: evaluating the container's variables takes too long for one message"},
		{"replacements", doubling(60, constant(strings.Repeat("x", 100)), growing), "unknown: the value is larger than 1 MB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			last := len(tt.variables)
			b := newBench(t, fmt.Sprintf(`{"macros":[%s,%s],"tags":[{"function":"__html"}],
				"predicates":[{"function":"_eq","arg0":["macro",%d],"arg1":""}],"rules":[[["if",0],["add",0]]]}`,
				e, strings.Join(tt.variables, ","), last))
			for range 3 {
				b.push(`{"event":"t"}`)
			}
			explained, _ := b.engine.Explain(b.pushes[2])
			c := explained.Triggers[0].Conditions[0]
			if got := c.Holds.String() + ": " + c.Reason; got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// Setup tags with two setup tags each don't run forever.
func TestBudgetOfSetupTags(t *testing.T) {
	var tags []string
	for i := range 40 {
		tags = append(tags, fmt.Sprintf(`{"function":"__html","setup_tags":["list",["tag",%d,0],["tag",%d,0]]}`, i+1, i+1))
	}
	b := newBench(t, tagged(strings.Join(append(tags, custom), ","), `[["if",0],["add",0]]`))
	if out := b.push(`{"event":"t"}`); len(out.Tags) > 50_000 {
		t.Errorf("%d tags run", len(out.Tags))
	}
}

// After Stop, the engine evaluates messages with a small budget.
func TestStop(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0,3],["add",0]]`,
		`{"function":"__c","vtp_value":["template","`+strings.Repeat("x", 500_000)+`"]}`, `{"function":"_cn","arg0":["macro",1],"arg1":"y"}`))
	if out := b.push(`{"event":"t"}`); len(out.Triggers) != 0 {
		t.Errorf("it matches: %v", out.Triggers[0].Matched)
	}
	b.engine.Stop()
	if out := b.push(`{"event":"t"}`); len(out.Triggers) != 1 || out.Triggers[0].Matched != gtm.Unknown {
		t.Errorf("after the end: %v", out.Triggers)
	}
}
