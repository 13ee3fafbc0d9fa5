package describe

import (
	"strings"

	"layertap/rules"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// FindingLines describes a finding and how to fix it.
func FindingLines(f rules.Finding) []pane.Item {
	role, sign := SeverityLook(f.Severity)
	head := text.Of(role, string(f.Code))
	if f.Path != "" {
		head = head.With(style.Name, "  "+f.Path)
	}
	if f.Suggestion != "" {
		head = head.With(style.Faint, " → ").With(style.Good, f.Suggestion)
	}
	items := []pane.Item{{Label: text.Of(role, sign+" "), Indent: 2, Line: head, Wrap: true}, {Line: text.Of(style.Plain, f.Message), Indent: 2, Wrap: true}}
	if f.Fix != "" {
		items = append(items, pane.Item{Line: text.Of(style.Faint, "fix: ").With(style.Plain, f.Fix), Indent: 2, Wrap: true})
	}
	for _, more := range []struct{ head, text string }{
		{"note: ", f.Note}, {"also close: ", strings.Join(f.Also, ", ")}, {"owner: ", f.Owner}, {"see: ", f.Link},
	} {
		if more.text != "" {
			items = append(items, pane.Item{Line: text.Of(style.Faint, more.head).With(style.Plain, more.text), Indent: 2, Wrap: true})
		}
	}
	return items
}

// MeaningIndent is the minimum indent of [Meaning].
const MeaningIndent = 4

// Meaning describes what a kind of finding means and why it matters, with a correct
// example.
func Meaning(code rules.Code) []pane.Item { return append(Sense(code), example(code)...) }

// Sense is [Meaning] without the example.
func Sense(code rules.Code) []pane.Item {
	e, ok := rules.Explain(code)
	if !ok {
		return nil
	}
	return []pane.Item{
		{Line: text.Of(style.Strong, e.Title), Indent: MeaningIndent, Wrap: true},
		{Line: text.Of(style.Plain, e.Means), Indent: MeaningIndent, Wrap: true},
		{Line: text.Of(style.Plain, e.Matters), Indent: MeaningIndent, Wrap: true},
		{Line: text.Of(style.Plain, e.Fix), Indent: MeaningIndent, Wrap: true},
	}
}

func example(code rules.Code) []pane.Item {
	e, _ := rules.Explain(code)
	var items []pane.Item
	for line := range strings.Lines(e.Example) {
		it := pane.Item{Line: text.Of(style.String, strings.TrimRight(line, " \n")), Indent: MeaningIndent + 2, Wrap: true}
		if code, remark, ok := strings.Cut(it.Line[0].Text, ")  "); ok { // the remark goes below if it doesn't fit
			it.Line[0].Text, it.Tail = code+")", text.Of(style.Faint, "← "+strings.TrimSpace(remark))
		}
		items = append(items, it)
	}
	return items
}

// SeverityLook returns the role and the sign of a severity.
func SeverityLook(s rules.Severity) (style.Role, string) {
	switch s {
	case rules.Error:
		return style.Bad, "✗"
	case rules.Warning:
		return style.Warn, "▲"
	case rules.Info:
		return style.Info, "•"
	}
	return style.Good, "✓"
}
