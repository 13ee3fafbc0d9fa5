package ui

import (
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// prose is an item of running text.
func prose(role style.Role, s string) item {
	return item{line: text.Of(role, s), wrap: true}
}

// findingItems says what is wrong with a message and what to do about it.
func (d detail) findingItems(from source, push *datalayer.Push, i int) []item {
	snapshot := from.snapshot
	var items []item
	if note := from.seen.notes[push.Seq]; note != "" {
		items = append(items, prose(style.Accent, "✎ "+note))
	}
	if file := from.seen.shots[push.Seq]; file != "" {
		items = append(items, prose(style.Accent, shotSign+" screenshot "+file))
	}
	if push.ByHand() {
		items = append(items, prose(style.Accent, "pushed by hand, and not by the page"))
	}
	findings := snapshot.Verdict(i).Findings
	for _, f := range findings {
		items = append(items, findingLines(f)...)
		if d.explain {
			items = append(items, meaning(f.Code)...)
		}
	}
	if len(findings) > 0 {
		return items
	}
	if isPlanned(snapshot, push.Event) {
		return append(items, prose(style.Good, "✓ as the plan has it"))
	}
	return append(items, prose(style.Faint, "· nothing to find: the plan does not speak of this message"))
}

func isPlanned(snapshot session.Snapshot, event string) bool {
	for _, c := range snapshot.Coverage {
		if c.Event == event {
			return true
		}
	}
	return false
}

func findingLines(f rules.Finding) []item {
	role, sign := severityLook(f.Severity)
	head := text.Of(role, string(f.Code))
	if f.Path != "" {
		head = head.With(style.Name, "  "+f.Path)
	}
	if f.Suggestion != "" {
		head = head.With(style.Faint, " → ").With(style.Good, f.Suggestion)
	}
	items := []item{{label: text.Of(role, sign+" "), indent: 2, line: head, wrap: true}, {line: text.Of(style.Plain, f.Message), indent: 2, wrap: true}}
	if f.Fix != "" {
		items = append(items, item{line: text.Of(style.Faint, "fix: ").With(style.Plain, f.Fix), indent: 2, wrap: true})
	}
	for _, more := range []struct{ head, text string }{
		{"note: ", f.Note}, {"as near: ", strings.Join(f.Also, ", ")}, {"owner: ", f.Owner}, {"see: ", f.Link},
	} {
		if more.text != "" {
			items = append(items, item{line: text.Of(style.Faint, more.head).With(style.Plain, more.text), indent: 2, wrap: true})
		}
	}
	return items
}

// meaning says what a finding of a kind means, why it matters and what the right
// thing looks like.
func meaning(code rules.Code) []item {
	e, ok := rules.Explain(code)
	if !ok {
		return nil
	}
	items := []item{
		{line: text.Of(style.Strong, e.Title), indent: 4, wrap: true},
		{line: text.Of(style.Plain, e.Means), indent: 4, wrap: true},
		{line: text.Of(style.Plain, e.Matters), indent: 4, wrap: true},
		{line: text.Of(style.Plain, e.Fix), indent: 4, wrap: true},
	}
	for line := range strings.Lines(e.Example) {
		items = append(items, item{line: text.Of(style.String, strings.TrimRight(line, "\n")), indent: 6, wrap: true})
	}
	return items
}
