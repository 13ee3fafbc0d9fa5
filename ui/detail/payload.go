package detail

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Payload shows the message as it was pushed.
var Payload = &View{Name: "Payload", Short: "Payl", rows: func(d Detail, from overview.Source, push *datalayer.Push, i int) []pane.Item {
	return d.payload(push, from.Snapshot.Verdict(i))
}}

// payload returns a message as a tree, with each finding next to its value.
func (d Detail) payload(push *datalayer.Push, v session.Verdict) []pane.Item {
	message, err := datalayer.Decode(push.Message)
	if err != nil {
		return []pane.Item{pane.Prose(style.Bad, "✗ "+err.Error())}
	}
	t := describe.Tree{Folds: d.Folds, Whole: d.Whole, Findings: map[string]rules.Finding{}}
	for _, f := range v.Findings {
		if worse, ok := t.Findings[f.Path]; f.Path != "" && (!ok || f.Severity > worse.Severity) {
			t.Findings[f.Path] = f
		}
	}
	t.Members(message, "", 0)
	if len(t.Items) == 0 {
		t.Items = append(t.Items, pane.Item{Line: describe.InlineValue(message)})
	}
	for _, f := range v.Findings {
		if f.Code == "missing-parameter" {
			sign := "✗ "
			if t.Folding {
				sign += "  "
			}
			t.Items = append(t.Items, pane.Item{Line: text.Of(style.Bad, sign+f.Path).With(style.Faint, "  missing")})
		}
	}
	return t.Items
}

// PathUnderCursor returns the path of the value under the cursor in the payload; empty if
// there is none.
func (d Detail) PathUnderCursor() string {
	if d.Tab != Payload || d.List.Cursor < 0 || d.List.Cursor >= len(d.Items) {
		return ""
	}
	return d.Items[d.List.Cursor].Path
}
