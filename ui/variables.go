package ui

import (
	"strconv"

	"layertap/gtm"
	"layertap/ui/style"
	"layertap/ui/text"
)

// variableItems lists what the containers' variables hold after the message under
// the cursor, and which message set it.
func (m Model) variableItems() []item {
	push := m.currentPush()
	if push == nil {
		return []item{prose(style.Faint, "no message yet: the variables stand here as they are after the one under the cursor")}
	}
	answer := m.explained.of(push.Seq)
	if answer == nil {
		return []item{looking}
	}
	items := []item{{line: text.Of(style.Title, "after "+strconv.Itoa(push.Seq)+" "+push.Title())}, {}}
	for _, r := range answer.Variables {
		items = append(items, variableItem(r))
	}
	if len(answer.Variables) == 0 {
		items = append(items, prose(style.Faint, "the triggers read no variables but the event's name: --container loads a container that does"))
	}
	return append(items, deadWires(answer.wires)...)
}

// deadWires lists the variables that nothing sets and the keys that nothing reads.
func deadWires(wires gtm.DeadWires) []item {
	var items []item
	if len(wires.Variables) > 0 {
		items = append(items, item{}, item{line: text.Of(style.Title, "nothing in this session ever set")})
	}
	for _, v := range wires.Variables {
		line := text.Of(style.Warn, "▲ "+v.Variable.Name).With(style.Faint, "  reads ").With(style.Name, v.Variable.Key)
		if v.Near != "" {
			line = line.With(style.Faint, "  meant perhaps: ").With(style.Good, v.Near)
		}
		items = append(items, item{line: line})
	}
	if len(wires.Unread) > 0 {
		items = append(items, item{}, item{line: text.Of(style.Title, "pushed, and read by no variable")})
	}
	for _, k := range wires.Unread {
		line := text.Of(style.Faint, "· ").With(style.Name, text.Fit(k.Key, 30)).
			With(style.Number, padLeft(strconv.Itoa(k.Count), 6)+"×").With(style.Faint, "  first in "+strconv.Itoa(k.First))
		if k.Near != nil {
			line = line.With(style.Warn, "  near "+k.Near.Name)
		}
		items = append(items, item{seq: k.First, line: line})
	}
	return items
}

func variableItem(r gtm.Reading) item {
	it := item{seq: r.SetBy.Seq, line: text.Of(style.Good, "● ").With(style.Name, text.Fit(r.Variable.Name, 30)).With(style.Plain, " ")}
	switch {
	case !r.Known:
		it.line[0] = text.Span{Role: style.Warn, Text: "? "}
		it.line = it.line.With(style.Warn, "not known: "+r.Reason)
		return it
	case r.Stale:
		it.line[0] = text.Span{Role: style.Warn, Text: "▲ "}
	case r.Variable.Key != "" && r.SetBy.Seq == 0:
		it.line[0] = text.Span{Role: style.Faint, Text: "○ "}
	}
	it.line = it.line.And(inlineValue(r.Value))
	switch {
	case r.SetBy.Seq > 0:
		it.line = it.line.With(style.Faint, "  set by "+strconv.Itoa(r.SetBy.Seq)+" "+r.SetBy.Event)
	case r.Variable.Key != "":
		it.line = it.line.With(style.Faint, "  nothing has set "+r.Variable.Key)
	}
	if r.Stale {
		it.line = it.line.With(style.Warn, "  left over")
	}
	return it
}
