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
	if instead, ok := m.explained.about(push.Seq); !ok {
		return []item{prose(style.Faint, instead)}
	}
	items := []item{{line: text.Of(style.Title, "after "+strconv.Itoa(push.Seq)+" "+eventName(push))}, {}}
	for _, r := range m.explained.answer.Variables {
		items = append(items, variableItem(r))
	}
	if len(m.explained.answer.Variables) == 0 {
		items = append(items, prose(style.Faint, "the triggers read no variables but the event's name: --container loads a container that does"))
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
