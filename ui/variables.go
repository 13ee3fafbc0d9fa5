package ui

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/ui/style"
	"layertap/ui/text"
)

// nearestPush is the message under the cursor, or else the one above it, or below.
func (m Model) nearestPush() *datalayer.Push {
	rows := m.messages.rows
	for _, by := range []int{-1, 1} {
		for row := m.messages.list.Cursor; row >= 0 && row < len(rows); row += by {
			if push, ok := m.snapshot.Entry(int(rows[row])).(*datalayer.Push); ok {
				return push
			}
		}
	}
	return nil
}

// variableItems lists what the containers' variables hold after the message under
// the cursor, and which message set it.
func (m Model) variableItems(width int) []item {
	push := m.nearestPush()
	if push == nil {
		return []item{prose(style.Faint, "no message yet: the variables stand here as they are after the one under the cursor")}
	}
	answer := m.explained.of(push.Seq)
	if answer == nil {
		return []item{looking}
	}
	items := []item{{line: text.Of(style.Title, "after "+strconv.Itoa(push.Seq)+" "+push.Title())}, {}}
	keyed := 0
	for _, r := range answer.Variables {
		items = append(items, variableItem(r, width))
		if r.Variable.Key != "" {
			keyed++
		}
	}
	if keyed == 0 {
		items = append(items, layerHolds(answer.State.V2, width)...)
	}
	return append(items, deadWires(answer.wires, width)...)
}

// layerHolds lists what the data layer holds, where no container says what of that
// is read.
func layerHolds(state datalayer.Value, width int) []item {
	items := []item{{}, {line: text.Of(style.Title, "the data layer holds")}}
	for _, f := range state.Fields {
		items = append(items, item{
			line: text.Of(style.Faint, "· ").With(style.Name, text.Fit(f.Name, nameWidth(width))).With(style.Plain, " ").And(inlineValue(f.Value)),
			tell: func() (text.Line, []item) { return text.Of(style.Strong, f.Name), valueItems(f.Value) },
		})
	}
	return append(items, item{}, prose(style.Faint, "no variable of a container reads it: --container loads one from a file"))
}

// nameWidth is how much of a row of so many cells is for the name.
func nameWidth(width int) int { return min(max(width*2/5, 16), 34) }

// valueItems is a value laid out whole.
func valueItems(v datalayer.Value) []item {
	t := tree{findings: map[string]rules.Finding{}}
	t.members(v, "", 0)
	if t.items == nil {
		return []item{{wrap: true, line: scalar(v).With(style.Faint, typeHint(v))}}
	}
	for i := range t.items {
		t.items[i].wrap, t.items[i].path = true, ""
	}
	return t.items
}

// deadWires lists the variables that nothing sets and the keys that nothing reads.
func deadWires(wires gtm.Unused, width int) []item {
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
	if len(wires.Keys) > 0 {
		items = append(items, item{}, item{line: text.Of(style.Title, "pushed, and read by no variable")})
	}
	for _, k := range wires.Keys {
		line := text.Of(style.Faint, "· ").With(style.Name, text.Fit(k.Key, nameWidth(width))).
			With(style.Number, padLeft(strconv.Itoa(k.Count), 6)+"×").With(style.Faint, "  first in "+strconv.Itoa(k.First))
		if k.Near != nil {
			line = line.With(style.Warn, "  near "+k.Near.Name)
		}
		items = append(items, item{seq: k.First, line: line})
	}
	return items
}

func variableItem(r gtm.Reading, width int) item {
	it := item{seq: r.SetBy.Seq, line: text.Of(style.Good, "● ").With(style.Name, text.Fit(r.Variable.Name, nameWidth(width))).With(style.Plain, " ")}
	it.tell = func() (text.Line, []item) { return tellVariable(r) }
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

// tellVariable tells what a variable holds, whole, and where that is from.
func tellVariable(r gtm.Reading) (text.Line, []item) {
	var items []item
	if r.Variable.Key != "" {
		items = append(items, fact("reads", r.Variable.Key+" of the data layer, version "+strconv.Itoa(r.Variable.DataLayerVersion)))
	}
	if c := r.Variable.Container; c != nil && c.ID != "" {
		items = append(items, fact("container", strings.TrimSpace(c.ID+" "+c.Version)))
	}
	switch {
	case r.SetBy.Seq > 0:
		items = append(items, fact("set by", "message "+strconv.Itoa(r.SetBy.Seq)+" "+r.SetBy.Event))
	case r.Variable.Key != "":
		items = append(items, fact("set by", "nothing so far"))
	}
	if r.Stale {
		items = append(items, prose(style.Warn, "▲ left over from that message: this one does not set it"))
	}
	items = append(items, item{})
	if !r.Known {
		return text.Of(style.Strong, r.Variable.Name), append(items, prose(style.Warn, "▲ not known: "+r.Reason))
	}
	return text.Of(style.Strong, r.Variable.Name), append(items, valueItems(r.Value)...)
}
