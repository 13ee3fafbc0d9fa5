package ui

import (
	"strconv"
	"strings"

	"layertap/filter"
	"layertap/ui/style"
	"layertap/ui/text"
)

// coverageItems is the plan as a list that is ticked off while one clicks.
func (m Model) coverageItems() []item {
	coverage := m.snapshot.Coverage
	if len(coverage) == 0 {
		return []item{prose(style.Faint, "no plan is in force, so there is nothing to tick off: --plan names one")}
	}
	seen, width := 0, 0
	for _, c := range coverage {
		seen += min(c.Seen, 1)
		width = max(width, text.Width(c.Event))
	}
	items := []item{
		{line: progress(seen, len(coverage), min(m.width/3, 40)).With(style.Plain, "  "+strconv.Itoa(seen)+" of "+count(len(coverage), "event")+" seen")},
		{},
	}
	for _, c := range coverage {
		it := item{line: text.Of(style.Faint, "○ ").With(style.Plain, text.Fit(c.Event, min(width, 48)))}
		switch {
		case c.Seen > 0:
			it.line[0] = text.Span{Role: style.Good, Text: "✓ "}
			it.line = it.line.With(style.Number, padLeft(strconv.Itoa(c.Seen), 7)+"×")
			it.filter = "event=" + filter.Quote(c.Event)
		case c.Required:
			it.line[0] = text.Span{Role: style.Warn, Text: "▲ "}
			it.line = it.line.With(style.Warn, "    not seen, and required")
		default:
			it.line = it.line.With(style.Faint, "    not seen")
		}
		if len(c.Unfilled) > 0 {
			it.line = it.line.With(style.Warn, "   never filled: "+strings.Join(c.Unfilled, ", "))
		}
		if len(c.Unseen) > 0 {
			it.line = it.line.With(style.Faint, "   never seen: "+strings.Join(c.Unseen, ", "))
		}
		items = append(items, it)
	}
	return items
}

// progress is a bar of so many cells.
func progress(done, of, width int) text.Line {
	full := done * width / max(of, 1)
	return text.Of(style.Good, strings.Repeat("█", full)).With(style.Faint, strings.Repeat("░", width-full))
}
