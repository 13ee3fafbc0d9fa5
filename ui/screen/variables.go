package screen

import (
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Variables lists the variables after the message under the cursor.
var Variables = &Screen{
	Key: "4", Name: "Variables", Short: "Vars", Command: "variables", Help: "container variables and their values",
	Rows:      func(d Data, width int) pane.Items { return pane.All(pane.Wrapped(variableItems(d, width), width, nil)) },
	Needs:     overview.OfSession,
	Audits:    true,
	HasBeside: func(d Data) bool { return d.Push != nil },
}

// variableItems lists container variables, their values after the message under the cursor,
// and the messages that set them.
func variableItems(d Data, width int) []pane.Item {
	push := d.Push
	if push == nil {
		return []pane.Item{pane.Prose(style.Faint, "no message yet: select one to see its variables")}
	}
	answer := d.Explained.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	items := []pane.Item{{Line: text.Of(style.Title, "after #"+strconv.Itoa(push.Seq)+" "+push.Title())}, {}}
	found := auditedOf(d, aboutVariables)
	cells := found.cells(variablePaths(answer.Variables))
	keyed := 0
	var all []string
	for _, r := range answer.Variables {
		all = append(all, r.Variable.Name)
	}
	names := text.NamesIn(nameWidth(width-cells), all...)
	for _, r := range answer.Variables {
		items = append(items, found.row(variableItem(r, names), variablePath(r), cells))
		if r.Variable.Key != "" {
			keyed++
		}
	}
	if keyed == 0 {
		items = append(items, layerKeys(d, answer.State.V2, width)...)
	}
	items = append(items, unusedItems(answer.Unused, found, width)...)
	return append(items, found.rest("the plan's parameters in the container")...)
}

// variablePath is the path of findings about a variable.
func variablePath(r gtm.Reading) string { return "variables." + r.Variable.Name }

func variablePaths(readings []gtm.Reading) []string {
	var all []string
	for _, r := range readings {
		all = append(all, variablePath(r))
	}
	return all
}

// layerKeys lists the keys of the data layer, for sessions without variables that read them.
func layerKeys(d Data, state datalayer.Value, width int) []pane.Item {
	items := []pane.Item{{}, {Line: text.Of(style.Title, "data layer")}}
	var all []string
	for _, f := range state.Fields {
		all = append(all, f.Name)
	}
	fieldNames := text.NamesIn(nameWidth(width), all...)
	for _, f := range state.Fields {
		items = append(items, pane.Item{
			Line:    text.Of(style.Faint, "· ").With(style.Name, fieldNames.Fit(f.Name)).With(style.Plain, " ").And(describe.InlineValue(f.Value)),
			Details: func() (text.Line, []pane.Item) { return text.Of(style.Strong, f.Name), describe.ValueItems(f.Value) },
		})
	}
	return append(items, pane.Item{}, pane.Prose(style.Faint, whyUnread(d)))
}

// whyUnread returns why no variable reads the data layer.
func whyUnread(d Data) string {
	evaluated := func(c *datalayer.Container) bool { return d.capture().unevaluated(c) == nil }
	switch {
	case len(overview.Containers(d.Snapshot)) > 0, slices.ContainsFunc(d.Seen.Containers, evaluated):
		return "no variable of the container reads these keys"
	case len(d.Seen.Containers) > 0:
		return "the container wasn't evaluated: " + d.Key("health") + " shows why"
	}
	return "no container: load one with --container to see which variables read these keys"
}

// nameWidth is the width of the name in a row of the given width.
func nameWidth(width int) int { return min(max(width*2/5, 16), 48) }

// unusedItems lists the variables that nothing sets and the keys that nothing reads.
func unusedItems(unused gtm.Unused, found *audited, width int) []pane.Item {
	var items []pane.Item
	if len(unused.Variables) > 0 {
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "never set in this session")})
	}
	for _, v := range unused.Variables {
		line := text.Of(style.Warn, "▲ "+v.Variable.Name).With(style.Faint, "  reads ").With(style.Name, v.Variable.Key)
		if v.Near != "" {
			line = line.With(style.Faint, "  did you mean ").With(style.Good, v.Near)
		}
		items = append(items, pane.Item{Line: line})
	}
	if len(unused.Keys) > 0 {
		items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "pushed, but no variable reads it")})
	}
	var paths []string
	for _, k := range unused.Keys {
		paths = append(paths, k.Key)
	}
	cells, keys := found.cells(paths), text.NamesIn(nameWidth(width), paths...)
	for _, k := range unused.Keys {
		line := text.Of(style.Faint, "· ").With(style.Name, keys.Fit(k.Key)).
			With(style.Number, text.PadLeft(strconv.Itoa(k.Count), 6)+"×").With(style.Faint, "  first #"+strconv.Itoa(k.First))
		if k.Near != nil {
			line = line.With(style.Warn, "  similar: "+k.Near.Name)
		}
		it := pane.Item{Seq: k.First, Line: line, Missing: &pane.Piece{Kind: pane.MissingVariable, Name: k.Key}}
		it.Details = func() (text.Line, []pane.Item) { return unreadDetails(k) }
		items = append(items, found.row(it, k.Key, cells))
	}
	return items
}

// unreadDetails describes a key that no variable reads.
func unreadDetails(k gtm.UnreadKey) (text.Line, []pane.Item) {
	items := []pane.Item{pane.Fact("pushed", text.Times(k.Count)+", first in message "+strconv.Itoa(k.First))}
	if k.Near != nil {
		items = append(items, pane.Fact("similar", k.Near.Name+", which reads "+k.Near.Key))
	}
	return text.Of(style.Strong, k.Key), items
}

func variableItem(r gtm.Reading, names text.Names) pane.Item {
	it := pane.Item{Seq: r.SetBy.Seq, Line: text.Of(style.Good, "● ").With(style.Name, names.Fit(r.Variable.Name)).With(style.Plain, " ")}
	it.Details = func() (text.Line, []pane.Item) { return variableDetails(r) }
	if r.Page != nil {
		it.Readable = &r
	}
	switch {
	case !r.Known:
		it.Line[0] = text.Span{Role: style.Warn, Text: "? "}
		it.Line = it.Line.With(style.Warn, "unknown: "+r.Reason)
		return it
	case r.Stale:
		it.Line[0] = text.Span{Role: style.Warn, Text: "▲ "}
	case r.Variable.Key != "" && r.SetBy.Seq == 0:
		it.Line[0] = text.Span{Role: style.Faint, Text: "○ "}
	}
	it.Line = it.Line.And(describe.InlineValue(r.Value))
	switch {
	case r.From == gtm.FromPage:
		it.Line = it.Line.And(describe.Observed(r.SetBy.Seq))
	case r.SetBy.Seq > 0:
		it.Line = it.Line.With(style.Faint, "  set by #"+strconv.Itoa(r.SetBy.Seq)+" "+r.SetBy.Event)
	case r.Variable.Key != "":
		it.Line = it.Line.With(style.Faint, "  "+r.Variable.Key+" isn't set yet")
	}
	if r.Stale {
		it.Line = it.Line.With(style.Warn, "  left over")
	}
	return it
}

// variableDetails returns the complete value of a variable and its origin.
func variableDetails(r gtm.Reading) (text.Line, []pane.Item) {
	var items []pane.Item
	if r.Variable.Key != "" {
		items = append(items, pane.Fact("reads", r.Variable.Key+" in the data layer, version "+strconv.Itoa(r.Variable.DataLayerVersion)))
	}
	if c := r.Variable.Container; c != nil && c.ID != "" {
		items = append(items, pane.Fact("container", describe.Container(c.ID, c.Version)))
	}
	switch {
	case r.From == gtm.FromPage:
		items = append(items, pane.Fact("read", "from the page at #"+strconv.Itoa(r.SetBy.Seq)+", because you asked for it"))
	case r.SetBy.Seq > 0:
		items = append(items, pane.Fact("set by", "message "+strconv.Itoa(r.SetBy.Seq)+" "+r.SetBy.Event))
	case r.Variable.Key != "":
		items = append(items, pane.Fact("set by", "nothing yet"))
	}
	if r.Stale {
		items = append(items, pane.Prose(style.Warn, "▲ left over: this message doesn't set it"))
	}
	items = append(items, pane.Item{})
	if !r.Known {
		return text.Of(style.Strong, r.Variable.Name), append(items, pane.Prose(style.Warn, "▲ not known: "+r.Reason))
	}
	return text.Of(style.Strong, r.Variable.Name), append(items, describe.ValueItems(r.Value)...)
}
