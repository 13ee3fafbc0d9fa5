package ui

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// triggerItems says of every trigger whether it matches a message and why, those
// that match first, and of the tags which of them fire.
func triggerItems(from source, push *datalayer.Push, i int) []item {
	outcome := from.snapshot.Verdict(i).Outcome
	if len(from.snapshot.Triggers) == 0 {
		return []item{prose(style.Faint, "· no triggers are known: name one with --trigger, or load a container with --container")}
	}
	var items []item
	for _, near := range outcome.NearMisses {
		items = append(items, nearMiss(near))
	}
	for _, stale := range outcome.Stale {
		items = append(items, staleValue(stale))
	}
	if answer := from.explained.of(push.Seq); answer != nil {
		return append(items, explainedTriggers(answer)...)
	}
	return append(items, matchedTriggers(from, outcome)...)
}

// matchedTriggers is what is known at once: which triggers match.
func matchedTriggers(from source, outcome gtm.Outcome) []item {
	var items []item
	matched := map[*gtm.Trigger]bool{}
	for _, match := range outcome.Triggers {
		matched[match.Trigger] = true
		items = append(items, triggerItem(match.Trigger, match.Matched))
	}
	for _, firing := range outcome.Tags {
		items = append(items, tagItem(firing.Tag, firing.Fires, ""))
	}
	for _, t := range from.snapshot.Triggers {
		if !matched[t.Trigger] {
			items = append(items, triggerItem(t.Trigger, gtm.No))
		}
	}
	return items
}

// explainedTriggers is the whole answer, condition by condition.
func explainedTriggers(answer *answer) []item {
	if answer.Skipped != "" {
		return []item{prose(style.Faint, "· Google Tag Manager does nothing on this message: "+answer.Skipped)}
	}
	var items []item
	for _, want := range []gtm.Truth{gtm.Yes, gtm.Unknown, gtm.No} {
		for _, t := range answer.Triggers {
			if t.Matched != want {
				continue
			}
			items = append(items, triggerItem(t.Trigger, t.Matched))
			for _, c := range t.Conditions {
				items = append(items, conditionItem(c))
			}
		}
	}
	items = append(items, item{})
	for _, want := range []gtm.Truth{gtm.Yes, gtm.Unknown, gtm.No} {
		for _, t := range answer.Tags {
			if t.Fires == want {
				items = append(items, tagItem(t.Tag, t.Fires, t.Reason))
			}
		}
	}
	return items
}

func triggerItem(t *gtm.Trigger, matched gtm.Truth) item {
	role, sign, words := truthLook(matched)
	line := text.Of(role, sign+" "+t.Name).With(style.Faint, "  "+words)
	if t.Container != nil && t.Container.ID != "" {
		line = line.With(style.Faint, "  "+t.Container.ID)
	}
	return item{line: line}
}

func conditionItem(c gtm.ConditionVerdict) item {
	role, sign := style.Good, "✓"
	switch c.Holds {
	case gtm.No:
		role, sign = style.Bad, "✗"
	case gtm.Unknown:
		role, sign = style.Warn, "?"
	}
	actual := text.Of(style.Faint, "actual ")
	if c.Holds == gtm.Unknown {
		actual = actual.With(style.Warn, "not known: "+c.Reason)
	} else {
		actual = actual.And(inlineValue(c.Actual))
	}
	return item{line: text.Of(role, sign+" ").With(style.Plain, c.Condition.String()), tail: actual, indent: 2, wrap: true}
}

var firesWords = [...]string{gtm.No: "does not fire", gtm.Unknown: "may fire", gtm.Yes: "fires"}

func tagItem(t *gtm.Tag, fires gtm.Truth, why string) item {
	role, _, _ := truthLook(fires)
	line := text.Of(role, "→ "+t.Name).With(style.Faint, "  "+firesWords[fires])
	if why != "" {
		line = line.With(style.Faint, ": "+why)
	}
	return item{line: line, wrap: true}
}

func nearMiss(near gtm.NearMiss) item {
	return item{wrap: true, line: text.Of(style.Warn, "▲ nearly: "+near.Trigger.Name).
		With(style.Plain, " listens to "+near.Expected).With(style.Faint, "  "+near.Kind.String())}
}

func staleValue(s gtm.Stale) item {
	return item{wrap: true, seq: s.SetBy.Seq, line: text.Of(style.Warn, "▲ left over: ").
		With(style.Plain, s.Tag.Name+" reads "+s.Variable.Name).
		With(style.Faint, ", set by message "+strconv.Itoa(s.SetBy.Seq)+" "+s.SetBy.Event)}
}

// truthLook is how the answer to whether a trigger matches is drawn.
func truthLook(t gtm.Truth) (style.Role, string, string) {
	switch t {
	case gtm.Yes:
		return style.Info, "▣", "matches"
	case gtm.Unknown:
		return style.Warn, "▨", "unknown"
	}
	return style.Faint, "□", "does not match"
}

// leastCondition is the least of a trigger's first condition that tells it from
// those of others.
const leastCondition = 30

// triggerBoard lists every trigger with what it matched so far.
func (m Model) triggerBoard(width int) []item {
	items := m.whatIf.items()
	if len(m.snapshot.Triggers) == 0 {
		return append(items, prose(style.Faint, "no triggers are known: name one with --trigger, or load a container with --container"))
	}
	names, matched := 0, 0
	for _, t := range m.snapshot.Triggers {
		names = max(names, min(text.Width(t.Trigger.Name), width/2))
		matched += min(t.Matched, 1)
	}
	items = append(items, item{line: text.Of(style.Title, count(len(m.snapshot.Triggers), "trigger")).With(style.Faint, ", "+strconv.Itoa(matched)+" of them matched")})
	for _, t := range m.snapshot.Triggers {
		it := item{seq: t.Last, line: text.Of(style.Info, "▣ ").With(style.Plain, text.Fit(t.Trigger.Name, names))}
		it.tell = func() (text.Line, []item) { return tellTrigger(t) }
		last := text.Fit("last on "+strconv.Itoa(t.Last), 15)
		if t.Matched == 0 {
			it.line[0] = text.Span{Role: style.Faint, Text: "□ "}
			last = text.Fit("never matched", 15)
		}
		it.line = it.line.With(style.Number, padLeft(strconv.Itoa(t.Matched), 6)+"×").With(style.Faint, "  "+last)
		if !m.hasBeside() || width-it.line.Width() >= leastCondition { // the pane says it too
			it.line = it.line.With(style.Faint, "  "+listensTo(t.Trigger))
		}
		items = append(items, it)
	}
	if a := m.explained.answer; a != nil && m.explained.about.messages > 0 {
		items = append(items, unheard(a.wires)...)
	}
	if m.whatIf.pattern == "" {
		items = append(items, item{}, item{wrap: true, line: text.Of(style.Title, m.commands.keyOrName("what-if")).
			With(style.Faint, " tries a regular expression on the events of this session, as a trigger would, or the file of a draft")})
	}
	return items
}

// listensTo is what a trigger waits for, in a line.
func listensTo(t *gtm.Trigger) string {
	if len(t.Conditions) == 0 {
		return t.Type
	}
	words := t.Conditions[0].String()
	if more := len(t.Conditions) - 1; more > 0 {
		words += " and " + count(more, "condition") + " more"
	}
	return words
}

// tellTrigger tells what a trigger waits for and what it fires.
func tellTrigger(t session.TriggerCount) (text.Line, []item) {
	matched := "never so far"
	if t.Matched > 0 {
		matched = times(t.Matched) + ", the last time on message " + strconv.Itoa(t.Last)
	}
	items := []item{fact("matched", matched), fact("type", t.Trigger.Type)}
	if c := t.Trigger.Container; c != nil && c.ID != "" {
		items = append(items, fact("container", strings.TrimSpace(c.ID+" "+c.Version)))
	}
	listed := func(title string, lines []text.Line) {
		if lines == nil {
			return
		}
		items = append(items, item{}, item{line: text.Of(style.Title, title)})
		for _, line := range lines {
			items = append(items, item{line: line, wrap: true})
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
	listed("all of this has to hold", conditions)
	listed("fires", fires)
	listed("keeps from firing", blocks)
	return text.Of(style.Strong, t.Trigger.Name), items
}

func tagLine(tag *gtm.Tag) text.Line {
	line := text.Of(style.Info, "→ ").With(style.Plain, tag.Name).With(style.Faint, "  "+tag.Type)
	if tag.Paused {
		line = line.With(style.Warn, "  paused")
	}
	if len(tag.Consent) > 0 {
		line = line.With(style.Faint, "  needs consent to "+strings.Join(tag.Consent, ", "))
	}
	return line
}

// unheard lists the events that no trigger listens to.
func unheard(wires gtm.Unused) []item {
	if len(wires.Events) == 0 {
		return nil
	}
	items := []item{{}, {line: text.Of(style.Title, "pushed, and heard by no trigger")}}
	names, first := 0, 0
	for _, e := range wires.Events {
		names, first = max(names, min(text.Width(e.Event), longEvent)), max(first, len(strconv.Itoa(e.First)))
	}
	for _, e := range wires.Events {
		line := text.Of(style.Faint, "· ").With(style.Plain, text.Fit(e.Event, names)).
			With(style.Number, padLeft(strconv.Itoa(e.Count), 6)+"×").With(style.Faint, "  first in "+text.Fit(strconv.Itoa(e.First), first))
		for _, near := range e.Near {
			line = line.With(style.Warn, "  nearly "+near.Trigger.Name)
		}
		items = append(items, item{seq: e.First, line: line})
	}
	return items
}
