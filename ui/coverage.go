package ui

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/ui/style"
	"layertap/ui/text"
)

// coverageItems is the plan as a list that is ticked off while one clicks.
func (m Model) coverageItems(width int) []item {
	coverage := m.snapshot.Coverage
	if len(coverage) == 0 {
		return []item{prose(style.Faint, "no plan is in force, so there is nothing to tick off: --plan names one")}
	}
	seen, names := 0, 0
	for _, c := range coverage {
		seen += min(c.Seen, 1)
		names = max(names, text.Width(c.Event))
	}
	names = min(names, width*3/5)
	items := []item{
		{line: progress(seen, len(coverage), min(width/3, 40)).With(style.Plain, "  "+strconv.Itoa(seen)+" of "+count(len(coverage), "event")+" seen")},
		{},
	}
	if seen == 0 {
		items = append(items, prose(style.Faint, "each is ticked off as it comes: click through the page"), item{})
	}
	for _, c := range coverage {
		it := item{line: text.Of(style.Faint, "○ ").With(style.Plain, text.Fit(c.Event, names))}
		it.tell = func() (text.Line, []item) { return tellCoverage(c) }
		switch {
		case c.Seen > 0:
			it.line[0] = text.Span{Role: style.Good, Text: "✓ "}
			it.line = it.line.With(style.Number, padLeft(strconv.Itoa(c.Seen), 9)+"×")
			it.filter = "event=" + filter.Quote(c.Event)
		case c.Required:
			it.line[0] = text.Span{Role: style.Warn, Text: "▲ "}
			it.line = it.line.With(style.Warn, "  not seen, and required")
		default:
			it.line = it.line.With(style.Faint, "  not seen")
		}
		lacks := lackingOf(c)
		if m.hasBeside() && it.line.Width()+lacks.Width() > width { // the pane names them
			lacks = countedOf(c)
		}
		it.line = it.line.And(lacks)
		items = append(items, it)
	}
	return items
}

// lackingOf names what was not seen of an event that was.
func lackingOf(c check.Coverage) text.Line {
	var line text.Line
	if len(c.Unfilled) > 0 {
		line = line.With(style.Warn, "  never filled: "+strings.Join(c.Unfilled, ", "))
	}
	if len(c.Unseen) > 0 {
		line = line.With(style.Faint, "  never seen: "+strings.Join(c.Unseen, ", "))
	}
	return line
}

// countedOf counts what lackingOf names.
func countedOf(c check.Coverage) text.Line {
	var line text.Line
	if n := len(c.Unfilled); n > 0 {
		line = line.With(style.Warn, "  "+strconv.Itoa(n)+" never filled")
	}
	if n := len(c.Unseen); n > 0 {
		line = line.With(style.Faint, "  "+count(n, "value")+" never seen")
	}
	return line
}

// tellCoverage tells what the plan says of an event, and what was seen of it.
func tellCoverage(c check.Coverage) (text.Line, []item) {
	seen := "not yet"
	if c.Seen > 0 {
		seen = times(c.Seen)
	} else if c.Required {
		seen = "not yet, and it is required"
	}
	items := []item{fact("seen", seen)}
	if c.Plan == nil {
		return text.Of(style.Strong, c.Event), items
	}
	for _, f := range []struct{ what, value string }{
		{"pushed", c.Plan.Trigger}, {"means", c.Plan.Description}, {"or named", strings.Join(c.Plan.Aliases, ", ")},
		{"owner", c.Plan.Owner}, {"see", c.Plan.Link},
	} {
		if f.value != "" {
			items = append(items, fact(f.what, f.value))
		}
	}
	if len(c.Plan.Parameters) > 0 {
		items = append(items, item{}, item{line: text.Of(style.Title, "parameters")})
	}
	return text.Of(style.Strong, c.Event), appendParameters(items, c, c.Plan.Parameters, "", 0)
}

// appendParameters appends a row for each parameter, and for those within it.
func appendParameters(items []item, c check.Coverage, parameters []*plan.Parameter, at string, depth int) []item {
	for _, p := range parameters {
		path := datalayer.Member(at, p.Name)
		line := text.Of(style.Faint, "○ ")
		switch {
		case c.Seen > 0 && slices.Contains(c.Unfilled, path):
			line = text.Of(style.Warn, "▲ ")
		case c.Seen > 0:
			line = text.Of(style.Good, "✓ ")
		}
		line = line.With(style.Name, p.Name).With(style.Faint, "  "+p.Types.String())
		if !p.Required {
			line = line.With(style.Faint, ", may be missing")
		}
		if p.Enum != nil {
			line = line.With(style.Faint, ", one of "+strings.Join(p.Enum, ", "))
		}
		if slices.Contains(c.Unfilled, path) {
			line = line.With(style.Warn, "  never filled")
		}
		items = append(items, item{indent: 2 * depth, wrap: true, line: line})
		if p.Description != "" {
			items = append(items, item{indent: 2*depth + 2, wrap: true, line: text.Of(style.Faint, p.Description)})
		}
		items = appendParameters(items, c, p.Parameters, path, depth+1)
		if p.Items != nil {
			items = appendParameters(items, c, p.Items.Parameters, path+"[]", depth+1)
		}
	}
	return items
}

// progress is a bar of so many cells.
func progress(done, of, width int) text.Line {
	full := done * width / max(of, 1)
	return text.Of(style.Good, strings.Repeat("█", full)).With(style.Faint, strings.Repeat("░", width-full))
}
