package detail

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// State shows the data layer after the message.
var State = &View{Name: "State", Key: "s", rows: func(d Detail, from overview.Source, push *datalayer.Push, _ int) []pane.Item {
	return d.state(push, from.Explained)
}, Needs: overview.OfMessage}

// state returns the data layer after a message, as Google Tag Manager computes it, with the
// keys that the message changed first.
func (d Detail) state(push *datalayer.Push, why overview.Explained) []pane.Item {
	answer := why.Of(push.Seq)
	if answer == nil {
		return []pane.Item{pane.Looking}
	}
	after := answer.State
	var items []pane.Item
	if after.Doubt != "" {
		items = append(items, pane.Prose(style.Warn, "▲ uncertain: "+after.Doubt))
	}
	if len(after.Changed) == 0 {
		items = append(items, pane.Prose(style.Faint, "this message changed nothing"))
	}
	changed := map[string]bool{}
	for _, c := range after.Changed {
		changed["state."+c.Path] = true
		items = append(items, changeItem(c))
	}
	items = append(items, pane.Item{}, pane.Item{Line: text.Of(style.Title, "the data layer after this message")})
	t := describe.Tree{Folds: d.Folds, Whole: d.Whole, Findings: map[string]rules.Finding{}, Changed: changed}
	t.Members(after.V2, "state", 0)
	return append(items, t.Items...)
}

func changeItem(c gtm.Change) pane.Item {
	line := text.Of(style.Accent, "~ "+c.Path).With(style.Faint, "  ")
	switch {
	case c.Before.Kind == datalayer.Undefined:
		line[0].Text = "+ " + c.Path
		line = line.And(describe.InlineValue(c.After))
	case c.After.Kind == datalayer.Undefined:
		line = line.And(describe.InlineValue(c.Before)).With(style.Warn, " → removed")
	default:
		line = line.And(describe.InlineValue(c.Before)).With(style.Faint, " → ").And(describe.InlineValue(c.After))
	}
	return pane.Item{Line: line, Path: "change." + c.Path}
}
