package screen

import (
	"slices"
	"strconv"
	"strings"

	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// leastCondition is the minimum width of a trigger's first condition at which it differs
// from that of others.
const leastCondition = 30

// Triggers lists every trigger with its matches so far.
var Triggers = &Screen{
	Key: "3", Name: "Triggers", Short: "Trig", Command: "triggers", Help: "triggers and what they matched",
	Rows:      func(d Data, width int) pane.Items { return pane.All(pane.Wrapped(triggerBoard(d, width), width, nil)) },
	Needs:     overview.OfSession,
	Audits:    true,
	HasBeside: func(d Data) bool { return len(d.Snapshot.Triggers) > 0 },
}

func triggerBoard(d Data, width int) []pane.Item {
	items := d.WhatIf.items()
	if len(d.Snapshot.Triggers) == 0 {
		return append(items, pane.Prose(style.Faint, "no triggers known: add one with --trigger, or load a container with --container"))
	}
	examples := areExamples(d)
	var all []string
	matched := 0
	for _, t := range d.Snapshot.Triggers {
		all = append(all, t.Trigger.Name)
		matched += min(t.Matched, 1)
	}
	names := text.NamesIn(width/2, all...)
	found := auditedOf(d, aboutTriggers)
	cells := found.cells(triggerPaths(d))
	width -= cells
	title := text.Of(style.Title, plural.Count(len(d.Snapshot.Triggers), "trigger"))
	if examples {
		title = text.Of(style.Warn, "no container; ").With(style.Title, plural.Count(len(d.Snapshot.Triggers), "example trigger")+" of the plan")
	}
	items = append(items, pane.Item{Line: title.With(style.Faint, ", "+strconv.Itoa(matched)+" matched")})
	for _, t := range d.Snapshot.Triggers {
		it := pane.Item{Seq: t.Last, Line: text.Of(style.Info, "▣ ").With(style.Plain, names.Fit(t.Trigger.Name))}
		it.Details = func() (text.Line, []pane.Item) { return triggerDetails(t) }
		last := text.Fit("last #"+strconv.Itoa(t.Last), 13)
		if t.Matched == 0 {
			it.Line[0] = text.Span{Role: style.Faint, Text: "□ "}
			last = text.Fit("never matched", 13)
		}
		it.Line = it.Line.With(style.Number, text.PadLeft(strconv.Itoa(t.Matched), 6)+"×").With(style.Faint, "  "+last)
		if !d.Beside || width-it.Line.Width() >= leastCondition { // the side pane shows it too
			it.Line = it.Line.With(style.Faint, "  "+listensTo(t.Trigger))
		}
		items = append(items, found.row(it, triggerPath(t), cells))
	}
	if a := d.Explained.Answer; a != nil && d.Explained.About.Messages > 0 {
		items = append(items, unmatchedEvents(a.Unused, found)...)
	}
	items = append(items, found.rest("the plan's events in the container")...)
	if d.WhatIf.Pattern == "" {
		items = append(items, pane.Item{}, pane.Item{Wrap: true, Line: text.Of(style.Title, d.Key("what-if")).
			With(style.Faint, " tries a regular expression on the events of this session, or a draft container from a file")})
	}
	return items
}

// areExamples reports whether the triggers are the plan's examples, because no container is
// known.
func areExamples(d Data) bool {
	return !slices.ContainsFunc(d.Snapshot.Triggers, func(t session.TriggerCount) bool {
		return t.Trigger.Container == nil || t.Trigger.Container.Form != gtm.FormSuggested
	})
}

// triggerPath is the path of findings about a trigger.
func triggerPath(t session.TriggerCount) string { return "triggers." + t.Trigger.Name }

func triggerPaths(d Data) []string {
	var all []string
	for _, t := range d.Snapshot.Triggers {
		all = append(all, triggerPath(t))
	}
	return all
}

// listensTo describes on one line what a trigger waits for.
func listensTo(t *gtm.Trigger) string {
	if len(t.Conditions) == 0 {
		return t.Type
	}
	words := t.Conditions[0].String()
	if more := len(t.Conditions) - 1; more > 0 {
		words += " and " + plural.Count(more, "more condition")
	}
	return words
}

// triggerDetails describes what a trigger waits for and what it fires.
func triggerDetails(t session.TriggerCount) (text.Line, []pane.Item) {
	matched := "never"
	if t.Matched > 0 {
		matched = text.Times(t.Matched) + ", last in message " + strconv.Itoa(t.Last)
	}
	items := []pane.Item{pane.Fact("matched", matched), pane.Fact("type", t.Trigger.Type)}
	if c := t.Trigger.Container; c != nil && c.ID != "" {
		items = append(items, pane.Fact("container", describe.Container(c.ID, c.Version)))
	}
	listed := func(title string, lines []text.Line) {
		if lines == nil {
			return
		}
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, title)})
		for _, line := range lines {
			items = append(items, pane.Item{Line: line, Wrap: true})
		}
	}
	var conditions, fires, blocks []text.Line
	for _, c := range t.Trigger.Conditions {
		conditions = append(conditions, text.Of(style.Plain, c.String()))
	}
	for _, tag := range t.Trigger.Fires {
		fires = append(fires, tagLine(tag))
	}
	for _, tag := range t.Trigger.Blocks {
		blocks = append(blocks, tagLine(tag))
	}
	listed("all conditions", conditions)
	listed("fires", fires)
	listed("blocks", blocks)
	return text.Of(style.Strong, t.Trigger.Name), items
}

func tagLine(tag *gtm.Tag) text.Line {
	line := text.Of(style.Info, "→ ").With(style.Plain, tag.Name).With(style.Faint, "  "+describe.TagType(tag))
	if tag.Paused {
		line = line.With(style.Warn, "  paused")
	}
	if len(tag.Consent) > 0 {
		line = line.With(style.Faint, "  needs "+strings.Join(tag.Consent, ", "))
	}
	return line
}

// unmatchedEvents lists the events that no trigger matches.
func unmatchedEvents(unused gtm.Unused, found *audited) []pane.Item {
	if len(unused.Events) == 0 {
		return nil
	}
	items := []pane.Item{{}, {Line: text.Of(style.Title, "events that no trigger matches")}}
	names, first := 0, 0
	var paths []string
	for _, e := range unused.Events {
		paths = append(paths, e.Event)
		names, first = max(names, min(text.Width(e.Event), describe.LongEvent)), max(first, len(strconv.Itoa(e.First)))
	}
	cells := found.cells(paths)
	for _, e := range unused.Events {
		line := text.Of(style.Faint, "· ").With(style.Plain, text.Fit(e.Event, names)).
			With(style.Number, text.PadLeft(strconv.Itoa(e.Count), 6)+"×").With(style.Faint, "  first #"+text.Fit(strconv.Itoa(e.First), first))
		for _, near := range e.Near {
			line = line.With(style.Warn, "  near miss: "+near.Trigger.Name)
		}
		it := pane.Item{Seq: e.First, Line: line, Missing: &pane.Piece{Kind: pane.MissingTrigger, Name: e.Event}}
		it.Details = func() (text.Line, []pane.Item) { return unmatchedDetails(e) }
		items = append(items, found.row(it, e.Event, cells))
	}
	return items
}

// unmatchedDetails describes an event that no trigger matches.
func unmatchedDetails(e gtm.UnmatchedEvent) (text.Line, []pane.Item) {
	items := []pane.Item{pane.Fact("pushed", text.Times(e.Count)+", first in message "+strconv.Itoa(e.First))}
	for _, near := range e.Near {
		items = append(items, pane.Fact("near miss", near.Trigger.Name+", "+near.Kind.String()))
	}
	return text.Of(style.Strong, e.Event), items
}
