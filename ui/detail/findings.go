package detail

import (
	"cmp"
	"slices"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/accept"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Findings shows the findings of a message.
var Findings = &View{Name: "Findings", Short: "Find", rows: Detail.findingItems, growing: true}

// findingItems returns the findings of a message and how to fix them.
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
	for at, f := range findings {
		lines := describe.FindingLines(f)
		if at == 0 {
			lines[min(2, len(lines)-1)].Tail = d.explains() // of the fix
		}
		if d.Explain {
			lines = append(lines, explained(push, f)...)
		}
		exception := accept.Of(push.Event, &f)
		for i := range lines {
			lines[i].Exception = &exception
		}
		items = append(items, lines...)
	}
	items = append(items, describe.Accepted(snapshot, push.Event, snapshot.Verdict(i).Accepted)...)
	if v := snapshot.Verdict(i); len(v.Findings)+len(v.Accepted) > 0 {
		return items
	}
	if isPlanned(snapshot, push.Event) {
		return append(items, pane.Prose(style.Good, "✓ matches the plan"))
	}
	return append(items, pane.Prose(style.Faint, "· no findings: this message isn't in the plan"))
}

// explained returns what a finding means, with the value in the message that it is about
// or, if it isn't about one, with an example.
func explained(push *datalayer.Push, f rules.Finding) []pane.Item {
	rows := Detail{Whole: true}.payload(push, session.Verdict{Findings: []rules.Finding{f}})
	at := slices.IndexFunc(rows, func(it pane.Item) bool { return it.Path != "" && it.Path == cmp.Or(f.Path, "event") })
	if f.Code == rules.MissingParameter {
		at = len(rows) - 1 // which is the line for the missing value
	}
	if at < 0 {
		return describe.Meaning(f.Code)
	}
	row := rows[at]
	row.Indent, row.Path, row.Wrap = describe.MeaningIndent+2, "", true
	return append(describe.Sense(f.Code), pane.Item{Line: text.Of(style.Faint, "in this message:"), Indent: describe.MeaningIndent}, row)
}

// explains is the hint for the key that explains the findings; nil if they are explained.
func (d Detail) explains() text.Line {
	if d.Explain {
		return nil
	}
	return text.Of(style.Title, d.ExplainKey).With(style.Faint, " explains")
}

// AtExplanation returns the detail scrolled to the first explanation.
func (d Detail) AtExplanation() Detail {
	isPart := func(it pane.Item) bool { return it.Indent >= describe.MeaningIndent }
	first := slices.IndexFunc(d.Items, isPart)
	if first < 0 {
		return d
	}
	last := first
	for last+1 < len(d.Items) && isPart(d.Items[last+1]) {
		last++
	}
	return d.At(last).At(first)
}

// Exceptions returns rows with the exceptions for the findings of the message at index i,
// those that count first.
func Exceptions(s session.Snapshot, i int) []pane.Item {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return nil
	}
	v := s.Verdict(i)
	var items []pane.Item
	for _, f := range v.Findings {
		exception := accept.Of(push.Event, &f)
		items = append(items, pane.Item{Exception: &exception})
	}
	return append(items, describe.Accepted(s, push.Event, v.Accepted)...)
}

func isPlanned(snapshot session.Snapshot, event string) bool {
	for _, c := range snapshot.Coverage {
		if c.Event == event {
			return true
		}
	}
	return false
}
