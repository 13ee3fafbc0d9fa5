package screen

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/internal/plural"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Coverage is the plan as a checklist of events.
var Coverage = &Screen{
	Key: "2", Name: "Coverage", Short: "Plan", Command: "coverage", Help: "events of the plan, seen and not seen",
	Rows:      func(d Data, width int) pane.Items { return pane.All(pane.Wrapped(coverageItems(d, width), width, nil)) },
	tally:     coverageTally,
	HasBeside: func(d Data) bool { return len(d.Snapshot.Coverage) > 0 },
}

// coverageTally counts the plan's events that were seen.
func coverageTally(d Data) string {
	if len(d.Snapshot.Coverage) == 0 {
		return ""
	}
	return " " + strconv.Itoa(seenOf(d.Snapshot.Coverage).came) + "/" + strconv.Itoa(len(d.Snapshot.Coverage))
}

// seenEvents counts the plan's events: all, those that came under the right name or a
// misspelled one, those that never came without errors, and required ones that didn't come.
// Reports count in the same way.
type seenEvents struct{ of, came, wrong, missing int }

func seenOf(coverage []check.Coverage) seenEvents {
	n := seenEvents{of: len(coverage)}
	for _, c := range coverage {
		came := c.Seen > 0 || len(c.Names) > 0
		switch {
		case came && c.Right() > 0:
			n.came++
		case came:
			n.came, n.wrong = n.came+1, n.wrong+1
		case c.Required:
			n.missing++
		}
	}
	return n
}

// line says it in words.
func (n seenEvents) line() text.Line {
	line := text.Of(style.Plain, strconv.Itoa(n.came)+" of "+plural.Count(n.of, "event")+" seen")
	if n.wrong > 0 {
		line = line.With(style.Bad, ", "+strconv.Itoa(n.wrong)+" only with errors")
	}
	if n.missing > 0 {
		line = line.With(style.Warn, ", "+strconv.Itoa(n.missing)+" required not seen")
	}
	return line
}

// noCoverage returns why there is no coverage.
func noCoverage(d Data) string {
	if plan := d.Snapshot.SteppedBack; plan != "" {
		return "no event of the plan " + plan + " came so far: --plan " + plan + " lists its events; --plan ga4, for example, uses another plan"
	}
	return "no plan: choose one with --plan, for example --plan ga4"
}

// wrongWords describes how often an event came with errors, and under which wrong names.
func wrongWords(c check.Coverage) string {
	words := ""
	if c.Wrong > 0 {
		words = "  " + strconv.Itoa(c.Wrong) + " with errors"
	}
	for _, name := range c.Names {
		words += "  as " + name.Name + " " + strconv.Itoa(name.Count) + "×"
	}
	return words
}

func coverageItems(d Data, width int) []pane.Item {
	coverage := d.Snapshot.Coverage
	if len(coverage) == 0 {
		return []pane.Item{pane.Prose(style.Faint, noCoverage(d))}
	}
	seen, names := seenOf(coverage), 0
	for _, c := range coverage {
		names = max(names, text.Width(c.Event))
	}
	names = min(names, width*3/5)
	items := []pane.Item{
		{Line: progress(seen.came-seen.wrong, seen.of, min(width/3, 40)).With(style.Plain, "  ").And(seen.line()), Wrap: true},
		{},
	}
	if seen.came == 0 {
		items = append(items, pane.Prose(style.Faint, "click through the page: events are checked off as they arrive"), pane.Item{})
	}
	for _, c := range coverage {
		it := pane.Item{Line: text.Of(style.Faint, "○ ").With(style.Plain, text.Fit(c.Event, names))}
		it.Details = func() (text.Line, []pane.Item) { return coverageDetails(c) }
		switch {
		case c.Seen > 0:
			it.Line[0] = text.Span{Role: style.Good, Text: "✓ "}
			it.Line = it.Line.With(style.Number, text.PadLeft(strconv.Itoa(c.Seen), 9)+"×")
			it.Filter = "event=" + filter.Quote(c.Event)
			if !c.Complete() {
				it.Line[0] = text.Span{Role: style.Bad, Text: "✗ "}
				it.Line = it.Line.With(style.Bad, wrongWords(c))
			}
		case len(c.Names) > 0:
			it.Line[0] = text.Span{Role: style.Bad, Text: "✗ "}
			it.Line = it.Line.With(style.Bad, wrongWords(c))
			it.Filter = "event=" + filter.Quote(c.Names[0].Name)
		case c.Required:
			it.Line[0] = text.Span{Role: style.Warn, Text: "▲ "}
			it.Line = it.Line.With(style.Warn, "  not seen, required")
		default:
			it.Line = it.Line.With(style.Faint, "  not seen")
		}
		lacks := lackingOf(c)
		if d.Beside && it.Line.Width()+lacks.Width() > width { // the side pane lists them
			lacks = countedOf(c)
		}
		it.Line = it.Line.And(lacks)
		items = append(items, it)
	}
	return items
}

// lackingOf lists what was not seen of an event that was.
func lackingOf(c check.Coverage) text.Line {
	var line text.Line
	if len(c.Unfilled) > 0 {
		line = line.With(style.Warn, "  never set: "+strings.Join(c.Unfilled, ", "))
	}
	if len(c.Unseen) > 0 {
		line = line.With(style.Faint, "  never seen: "+strings.Join(c.Unseen, ", "))
	}
	return line
}

// countedOf counts what lackingOf lists.
func countedOf(c check.Coverage) text.Line {
	var line text.Line
	if n := len(c.Unfilled); n > 0 {
		line = line.With(style.Warn, "  "+strconv.Itoa(n)+" never set")
	}
	if n := len(c.Unseen); n > 0 {
		line = line.With(style.Faint, "  "+plural.Count(n, "value")+" never seen")
	}
	return line
}

// coverageDetails describes an event of the plan, and what was seen of it.
func coverageDetails(c check.Coverage) (text.Line, []pane.Item) {
	seen := "not yet"
	if c.Seen > 0 {
		seen = text.Times(c.Seen)
	} else if c.Required {
		seen = "not yet (required)"
	}
	items := []pane.Item{pane.Fact("seen", seen)}
	if c.Plan == nil {
		return text.Of(style.Strong, c.Event), items
	}
	for _, f := range []struct{ what, value string }{
		{"when", c.Plan.Trigger}, {"meaning", c.Plan.Description}, {"aliases", strings.Join(c.Plan.Aliases, ", ")},
		{"owner", c.Plan.Owner}, {"see", c.Plan.Link},
	} {
		if f.value != "" {
			items = append(items, pane.Fact(f.what, f.value))
		}
	}
	if len(c.Plan.Parameters) > 0 {
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "parameters")})
	}
	return text.Of(style.Strong, c.Event), appendParameters(items, c, c.Plan.Parameters, "", 0)
}

// appendParameters appends a row for each parameter and each nested one.
func appendParameters(items []pane.Item, c check.Coverage, parameters []*plan.Parameter, at string, depth int) []pane.Item {
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
			line = line.With(style.Faint, ", optional")
		}
		if p.Enum != nil {
			line = line.With(style.Faint, ", one of "+strings.Join(p.Enum, ", "))
		}
		if slices.Contains(c.Unfilled, path) {
			line = line.With(style.Warn, "  never set")
		}
		items = append(items, pane.Item{Indent: 2 * depth, Wrap: true, Line: line})
		if p.Description != "" {
			items = append(items, pane.Item{Indent: 2*depth + 2, Wrap: true, Line: text.Of(style.Faint, p.Description)})
		}
		items = appendParameters(items, c, p.Parameters, path, depth+1)
		if p.Items != nil {
			items = appendParameters(items, c, p.Items.Parameters, path+"[]", depth+1)
		}
	}
	return items
}

// progress is a bar of the given width.
func progress(done, of, width int) text.Line {
	full := done * width / max(of, 1)
	return text.Of(style.Good, strings.Repeat("█", full)).With(style.Faint, strings.Repeat("░", width-full))
}
