package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/visible"
)

// Characters that a page can put into a name, and that are invisible or control the
// terminal.
var invisible = []string{
	"\x00", "\x07", "\x1b[31m", "\x7f", "\u0085", "\u009b31m", "\u00ad", "\u034f", "\u061c", "\u115f", "\u1160", "\u17b4", "\u180e", "\u200b", "\u200d", "\u200e", "\u202e",
	"\u2028", "\u2029", "\u2066", "\u2800", "\u3164", "\ufe0f", "\ufeff", "\uffa0", "\ufffe", "\U000e0001", "\U000e0100", "\U0001d173", "\r\n",
}

// A plan file has no invisible characters, whatever the plan's texts are, and each text
// is unchanged when parsed again.
func TestPlanFilesHideNothing(t *testing.T) {
	for _, sign := range invisible {
		for _, name := range []string{"a" + sign + "b", sign + "x", "on" + sign} {
			t.Run(fmt.Sprintf("%+q", name), func(t *testing.T) {
				p, err := Parse([]byte("plan: shop\nevents: {}\n"), "shop.yaml", nil)
				if err != nil {
					t.Fatal(err)
				}
				p.Name, p.Description, p.Known = name, "x"+name, []string{name}
				p.Endpoints = map[string]string{name: "ga4"}
				p.Notes = map[string]string{"plan": "note " + name, name: "note " + name, name + "." + name: "note " + name}
				e := &Event{Name: name, Plan: p, Description: name, Tags: []string{name}, Parameters: []*Parameter{
					{Name: name, Description: name, Enum: []string{name}, Misspellings: map[string]string{name + "s": "w" + name}},
				}}
				p.Events = append(p.Events, e)
				again, text := rewritten(t, p)
				for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
					if shown := visible.Text(line); shown != line {
						t.Errorf("line %d is %q", i+1, line)
					}
				}
				got := []string{again.Name, again.Description, again.Known[0], again.Events[0].Name, again.Events[0].Description, again.Events[0].Parameters[0].Name, again.Events[0].Parameters[0].Enum[0]}
				if diff := cmp.Diff([]string{name, "x" + name, name, name, name, name, name}, got); diff != "" {
					t.Errorf("read again: (-want +got)\n%s\n%s", diff, text)
				}
			})
		}
	}
}
