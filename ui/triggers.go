package ui

import (
	"layertap/gtm"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// triggerItems lists every trigger, those that match the message first, and the
// tags that fire on it.
func triggerItems(snapshot session.Snapshot, i int) []item {
	outcome := snapshot.Verdict(i).Outcome
	var items []item
	matched := map[*gtm.Trigger]bool{}
	for _, match := range outcome.Triggers {
		matched[match.Trigger] = true
		role, sign, words := truthLook(match.Matched)
		items = append(items, item{line: text.Of(role, sign+" "+match.Trigger.Name).With(style.Faint, "  "+words)})
	}
	for _, firing := range outcome.Tags {
		role, _, _ := truthLook(firing.Fires)
		items = append(items, item{indent: 2, line: text.Of(role, "→ "+firing.Tag.Name).With(style.Faint, "  "+firesWords[firing.Fires])})
	}
	for _, t := range snapshot.Triggers {
		if !matched[t.Trigger] {
			role, sign, words := truthLook(gtm.No)
			items = append(items, item{line: text.Of(role, sign+" "+t.Trigger.Name+"  "+words)})
		}
	}
	if len(items) == 0 {
		items = append(items, prose(style.Faint, "· no triggers are known: name one with --trigger, or load a container with --container"))
	}
	return items
}

var firesWords = [...]string{gtm.No: "does not fire", gtm.Unknown: "may fire", gtm.Yes: "fires"}

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
