package ui

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/ui/style"
	"layertap/ui/text"
)

// looking stands where an answer is not there yet.
var looking = prose(style.Faint, "looking…")

// state is the data layer after a message, as Google Tag Manager computes it: what
// the message changed first.
func (d detail) state(push *datalayer.Push, why explained) []item {
	answer := why.of(push.Seq)
	if answer == nil {
		return []item{looking}
	}
	after := answer.State
	var items []item
	if after.Doubt != "" {
		items = append(items, prose(style.Warn, "▲ not certain: "+after.Doubt))
	}
	if len(after.Changed) == 0 {
		items = append(items, prose(style.Faint, "this message changed nothing"))
	}
	changed := map[string]bool{}
	for _, c := range after.Changed {
		changed["state."+c.Path] = true
		items = append(items, changeItem(c))
	}
	items = append(items, item{}, item{line: text.Of(style.Title, "all of it")})
	t := tree{folds: d.folds, findings: map[string]rules.Finding{}, changed: changed}
	t.members(after.V2, "state", 0)
	return append(items, t.items...)
}

func changeItem(c gtm.Change) item {
	line := text.Of(style.Accent, "~ "+c.Path).With(style.Faint, "  ")
	switch {
	case c.Before.Kind == datalayer.Undefined:
		line = line.With(style.Faint, "new ").And(inlineValue(c.After))
	case c.After.Kind == datalayer.Undefined:
		line = line.And(inlineValue(c.Before)).With(style.Warn, " → gone")
	default:
		line = line.And(inlineValue(c.Before)).With(style.Faint, " → ").And(inlineValue(c.After))
	}
	return item{line: line, path: "change." + c.Path}
}
