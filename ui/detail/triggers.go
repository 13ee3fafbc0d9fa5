package detail

import (
	"strconv"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Triggers shows whether and why each trigger matches.
var Triggers = &View{Name: "Triggers", Short: "Trig", rows: func(_ Detail, from overview.Source, push *datalayer.Push, i int) []pane.Item {
	return triggerItems(from, push, i)
}, Needs: overview.OfMessage}

// triggerItems returns whether and why each trigger matches a message, with those that
// match first.
func triggerItems(from overview.Source, push *datalayer.Push, i int) []pane.Item {
	outcome := from.Snapshot.Verdict(i).Outcome
	if len(from.Snapshot.Triggers) == 0 {
		return []pane.Item{pane.Prose(style.Faint, "· no triggers known: add one with --trigger, or load a container with --container")}
	}
	var items []pane.Item
	for _, near := range outcome.NearMisses {
		items = append(items, nearMiss(near))
	}
	for _, stale := range outcome.Stale {
		items = append(items, staleValue(stale))
	}
	if answer := from.Explained.Of(push.Seq); answer != nil {
		return append(items, explainedTriggers(answer)...)
	}
	return append(items, matchedTriggers(from, outcome)...)
}

// matchedTriggers returns which triggers match, until the explanation is available.
func matchedTriggers(from overview.Source, outcome gtm.Outcome) []pane.Item {
	var items []pane.Item
	matched := map[*gtm.Trigger]bool{}
	for _, match := range outcome.Triggers {
		matched[match.Trigger] = true
		items = append(items, triggerItem(match.Trigger, match.Matched))
	}
	for _, t := range from.Snapshot.Triggers {
		if !matched[t.Trigger] {
			items = append(items, triggerItem(t.Trigger, gtm.No))
		}
	}
	return items
}

// explainedTriggers returns the explanation, condition by condition.
func explainedTriggers(answer *overview.Answer) []pane.Item {
	if answer.Skipped != "" {
		return []pane.Item{pane.Prose(style.Faint, "· Google Tag Manager ignores this message: "+answer.Skipped)}
	}
	var items []pane.Item
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
	return items
}

func triggerItem(t *gtm.Trigger, matched gtm.Truth) pane.Item {
	role, sign, words := truthLook(matched)
	line := text.Of(role, sign+" "+t.Name).With(style.Faint, "  "+words)
	if t.Container != nil && t.Container.ID != "" {
		line = line.With(style.Faint, "  "+t.Container.ID)
	}
	return pane.Item{Line: line, Wrap: true}
}

func conditionItem(c gtm.ConditionVerdict) pane.Item {
	role, sign := style.Good, "✓"
	switch c.Holds {
	case gtm.No:
		role, sign = style.Bad, "✗"
	case gtm.Unknown:
		role, sign = style.Warn, "?"
	}
	actual := text.Of(style.Faint, "actual ")
	if c.Holds == gtm.Unknown {
		actual = actual.With(style.Warn, "unknown: "+c.Reason)
	} else {
		actual = actual.And(describe.InlineValue(c.Actual)).And(describe.Observed(c.Observed))
	}
	return pane.Item{Line: text.Of(role, sign+" ").With(style.Plain, c.Condition.String()), Tail: actual, Indent: 2, Wrap: true}
}

func nearMiss(near gtm.NearMiss) pane.Item {
	return pane.Item{Wrap: true, Line: text.Of(style.Warn, "▲ near miss: "+near.Trigger.Name).
		With(style.Plain, " listens for "+near.Expected).With(style.Faint, "  "+near.Kind.String())}
}

func staleValue(s gtm.Stale) pane.Item {
	return pane.Item{Wrap: true, Seq: s.SetBy.Seq, Line: text.Of(style.Warn, "▲ left over: ").
		With(style.Plain, s.Tag.Name+" reads "+s.Variable.Name).
		With(style.Faint, ", set by message "+strconv.Itoa(s.SetBy.Seq)+" "+s.SetBy.Event)}
}

// truthLook returns the role, the sign and the words for whether a trigger matches.
func truthLook(t gtm.Truth) (style.Role, string, string) {
	switch t {
	case gtm.Yes:
		return style.Info, "▣", "matches"
	case gtm.Unknown:
		return style.Warn, "▨", "unknown"
	}
	return style.Faint, "□", "doesn't match"
}
