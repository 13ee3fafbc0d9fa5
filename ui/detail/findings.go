package detail

import (
	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
)

// Findings says what is wrong with a message.
var Findings = &View{Name: "Findings", rows: Detail.findingItems, growing: true}

// findingItems says what is wrong with a message and what to do about it.
func (d Detail) findingItems(from overview.Source, push *datalayer.Push, i int) []pane.Item {
	snapshot := from.Snapshot
	var items []pane.Item
	if note := from.Seen.Notes[push.Seq]; note != "" {
		items = append(items, pane.Prose(style.Accent, "✎ "+note))
	}
	if file := from.Seen.Shots[push.Seq]; file != "" {
		items = append(items, pane.Prose(style.Accent, describe.ShotSign+" screenshot "+file))
	}
	if push.ByHand() {
		items = append(items, pane.Prose(style.Accent, "pushed by hand, not by the page"))
	}
	findings := snapshot.Verdict(i).Findings
	for _, f := range findings {
		items = append(items, describe.FindingLines(f)...)
		if d.Explain {
			items = append(items, describe.Meaning(f.Code)...)
		}
	}
	if len(findings) > 0 {
		return items
	}
	if isPlanned(snapshot, push.Event) {
		return append(items, pane.Prose(style.Good, "✓ matches the plan"))
	}
	return append(items, pane.Prose(style.Faint, "· no findings: this message isn't in the plan"))
}

func isPlanned(snapshot session.Snapshot, event string) bool {
	for _, c := range snapshot.Coverage {
		if c.Event == event {
			return true
		}
	}
	return false
}
