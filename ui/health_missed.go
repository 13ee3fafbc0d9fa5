package ui

import (
	"strconv"
	"strings"

	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// gapItems says what was missed, a row for each reason.
func (s showing) gapItems() []item {
	var items []item
	for _, g := range s.seen.gaps {
		line := text.Of(style.Warn, "▲ ")
		if g.count > 1 {
			line = line.With(style.Number, strconv.Itoa(g.count)+"× ")
		}
		where := []string{gapExtent(g.took, g.lost)}
		if where[0] == "" {
			where = nil
		}
		if g.count > 1 {
			where = append(where, "first in row "+strconv.Itoa(g.first.Seq)+", last in "+strconv.Itoa(g.last))
		} else {
			where = append(where, "row "+strconv.Itoa(g.first.Seq))
		}
		items = append(items, item{seq: g.first.Seq, wrap: true, tell: s.tellGaps(g), line: line.With(style.Plain, g.first.Why).
			With(style.Faint, "  ("+strings.Join(where, "; ")+")")})
	}
	if s.seen.otherGaps > 0 {
		items = append(items, prose(style.Warn, "▲ and "+count(s.seen.otherGaps, "gap")+" of other kinds: ] leads from one to the next"))
	}
	if items == nil {
		items = append(items, prose(style.Good, "✓ no gaps"))
	}
	if n := s.seen.recovered; n > 0 {
		items = append(items, prose(style.Faint, "· "+count(n, "message")+" stood in a data layer before the hook came: in the right order, at a time unknown"))
	}
	return items
}

// tellGaps lists the gaps of a kind.
func (s showing) tellGaps(g gapKind) func() (text.Line, []item) {
	return func() (text.Line, []item) {
		items := []item{prose(style.Plain, g.first.Why), {}}
		for _, gap := range g.some {
			items = append(items, item{label: text.Of(style.Faint, text.Fit("row "+strconv.Itoa(gap.Seq), 12)), indent: 12, wrap: true,
				line: text.Of(style.Plain, s.clock(s.snapshot.Header.Started.Add(gap.T))).With(style.Faint, inBrackets(gapExtent(gap.Until-gap.T, gap.Lost)))})
		}
		if more := g.count - len(g.some); more > 0 {
			items = append(items, prose(style.Faint, "and "+count(more, "gap")+" more"))
		}
		return text.Of(style.Strong, count(g.count, "gap")), items
	}
}

// cutItems says what was left out of messages because it was too large.
func (s showing) cutItems() []item {
	a := s.explained.answer
	if a == nil || a.kinds == nil {
		return []item{looking}
	}
	if a.cuts.Messages == 0 {
		return []item{prose(style.Good, "✓ every value was kept whole")}
	}
	items := []item{prose(style.Warn, "▲ "+count(a.cuts.Messages, "message")+" with values that were too large to be kept whole")}
	for _, k := range []struct {
		cut        session.Cut
		what, left string
	}{
		{a.cuts.Strings, "string", "character"}, {a.cuts.Arrays, "array", "item"},
		{a.cuts.Objects, "object", "key"}, {a.cuts.Depths, "nested object", "key"},
	} {
		if k.cut.Values == 0 {
			continue
		}
		line := text.Of(style.Plain, count(k.cut.Values, k.what)).With(style.Faint, ", "+count(k.cut.Left, k.left)+" left out")
		if k.cut.Values > 1 {
			line = line.With(style.Faint, ", most of them "+strconv.Itoa(k.cut.Most))
		}
		if k.cut.Path != "" {
			line = line.With(style.Faint, " of ").With(style.Name, text.Cut(k.cut.Path, 40))
		}
		items = append(items, item{indent: 2, seq: k.cut.On, wrap: true, line: line.With(style.Faint, " in row "+strconv.Itoa(k.cut.On))})
	}
	return items
}
