package screen

import (
	"strconv"
	"strings"

	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/jsregexp"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// WhatIf is a regular expression that is matched against the events of the session, as in a
// new trigger; or a container file with which its messages are evaluated instead of the
// live one.
type WhatIf struct {
	Pattern    string
	Generation int  // of the pattern; results for older ones are dropped
	Events     int  // the number of events when it was tried
	Asked      bool // the user waits for the result
	Answer     Tried
}

// Tried is the result of a pattern or a container.
type Tried struct {
	Generation int
	Matched    []overview.Event
	Changes    []gtm.Difference
	Err        error
}

// IsFile reports whether the typed text is the name of a container file and not a pattern:
// no event has such a name.
func IsFile(typed string) bool {
	return strings.HasSuffix(typed, ".json") || strings.HasSuffix(typed, ".js")
}

// items returns what the pattern would have matched, or the container changed.
func (w WhatIf) items() []pane.Item {
	if w.Pattern == "" {
		return nil
	}
	title := text.Of(style.Title, "what if ").With(style.Strong, w.Pattern)
	if w.Answer.Err != nil {
		return []pane.Item{{Line: title}, pane.Prose(style.Bad, "✗ "+w.Answer.Err.Error()), {}}
	}
	if IsFile(w.Pattern) {
		return w.changes(title)
	}
	messages, names := 0, 0
	for _, e := range w.Answer.Matched {
		messages += e.Count
		names = max(names, text.Width(e.Name))
	}
	items := []pane.Item{{Line: title.With(style.Faint, "  would match "+plural.Count(messages, "message")+" ("+plural.Count(len(w.Answer.Matched), "event")+")")}}
	for _, e := range w.Answer.Matched {
		items = append(items, pane.Item{Indent: 2, Seq: e.Last, Line: text.Of(style.Info, "▣ ").With(style.Plain, text.Fit(e.Name, min(names, describe.LongEvent))).
			With(style.Number, text.PadLeft(strconv.Itoa(e.Count), 6)+"×")})
	}
	return append(items, pane.Item{})
}

// changes lists the messages for which another container has different results.
func (w WhatIf) changes(title text.Line) []pane.Item {
	title = title.With(style.Faint, " were live  "+plural.Count(len(w.Answer.Changes), "message")+" would change")
	items := []pane.Item{{Line: title}}
	for _, d := range w.Answer.Changes {
		line := text.Of(style.Number, text.PadLeft(strconv.Itoa(d.Push.Seq), 6)).With(style.Plain, "  "+d.Push.Event)
		items = append(items, pane.Item{Seq: d.Push.Seq, Line: line})
		for _, change := range d.Changes() {
			items = append(items, pane.Item{Indent: 8, Seq: d.Push.Seq, Wrap: true, Line: text.Of(style.Info, change)})
		}
	}
	return append(items, pane.Item{})
}

// Match returns the events that a pattern matches, as in a trigger.
func Match(pattern string, events []overview.Event) ([]overview.Event, error) {
	re, err := jsregexp.Compile(pattern, false)
	if err != nil {
		return nil, err
	}
	var matched []overview.Event
	for _, e := range events {
		ok, err := re.Match(e.Name)
		if err != nil {
			return matched, err
		}
		if ok {
			matched = append(matched, e)
		}
	}
	return matched, nil
}
