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

// Variables shows every variable of the containers at the message, with those that it
// changed first.
var Variables = &View{Name: "Variables", Short: "Vars", Key: "v", rows: variableItems, Needs: overview.OfMessage}

// variableGroups are the sections of the view in display order.
var variableGroups = []struct {
	title string
	has   func(r gtm.Reading, seq int) bool
}{
	{"set by this message", func(r gtm.Reading, seq int) bool { return r.Known && r.SetBy.Seq == seq }},
	{"read from the page", func(r gtm.Reading, _ int) bool { return r.Known && r.From == gtm.FromPage }},
	{"left over", func(r gtm.Reading, seq int) bool {
		return r.Known && r.SetBy.Seq > 0 && r.SetBy.Seq != seq && r.From != gtm.FromPage
	}},
	{"others", func(r gtm.Reading, _ int) bool {
		return r.Known && r.SetBy.Seq == 0 && r.From != gtm.FromNothing && r.From != gtm.FromDefault
	}},
	{"default value", func(r gtm.Reading, _ int) bool { return r.Known && r.SetBy.Seq == 0 && r.From == gtm.FromDefault }},
	{"not set", func(r gtm.Reading, _ int) bool { return r.Known && r.SetBy.Seq == 0 && r.From == gtm.FromNothing }},
	{"unknown", func(r gtm.Reading, _ int) bool { return !r.Known }},
}

func variableItems(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	answer := from.Explained.Of(push.Seq)
	switch {
	case answer == nil:
		return []pane.Item{pane.Looking}
	case len(answer.Variables) == 0:
		return []pane.Item{pane.Prose(style.Faint, "· no variables known: load a container with --container")}
	}
	var all []string
	for _, r := range answer.Variables {
		all = append(all, r.Variable.Name)
	}
	names := text.NamesIn(max(d.shown.width/3, 12), all...)
	var items []pane.Item
	for _, group := range variableGroups {
		title := true
		for _, r := range answer.Variables {
			if !group.has(r, push.Seq) {
				continue
			}
			if title {
				items, title = append(items, pane.Item{Line: text.Of(style.Title, group.title)}), false
			}
			items = append(items, reading(r, push.Seq, names))
		}
	}
	return items
}

// reading is a variable with its value, its type and the origin of its value.
func reading(r gtm.Reading, seq int, names text.Names) pane.Item {
	line := text.Of(style.Name, names.Fit(r.Variable.Name)).With(style.Plain, "  ")
	if !r.Known {
		it := pane.Item{Indent: 2, Wrap: true, Line: line.With(style.Warn, r.Reason)}
		if r.Page != nil {
			it.Readable = &r
		}
		return it
	}
	if r.From == gtm.FromNothing && r.SetBy.Seq == 0 {
		line = line.With(style.Literal, "undefined")
		if r.Variable.Key != "" {
			line = line.With(style.Faint, "  "+r.Variable.Key+" isn't set yet")
		}
		return pane.Item{Indent: 2, Line: line}
	}
	line = line.And(describe.Typed(r.Value)).With(style.Faint, "  "+r.Value.Kind.String())
	switch {
	case r.From == gtm.FromPage:
		line = line.And(describe.Observed(r.SetBy.Seq))
	case r.SetBy.Seq > 0 && r.SetBy.Seq != seq:
		line = line.With(style.Faint, "  #"+strconv.Itoa(r.SetBy.Seq)+" "+r.SetBy.Event)
	}
	if r.Stale {
		line = line.With(style.Warn, "  ▲ left over")
	}
	it := pane.Item{Indent: 2, Line: line, Path: "variable." + r.Variable.Name}
	if r.Page != nil {
		it.Readable = &r
	}
	return it
}
