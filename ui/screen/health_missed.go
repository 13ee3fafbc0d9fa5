package screen

import (
	"strconv"
	"strings"

	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// gapItems lists what was missed, with a row for each reason.
func (s Capture) gapItems() []pane.Item {
	var items []pane.Item
	for _, g := range s.Seen.Gaps {
		line := text.Of(style.Warn, "▲ ")
		if g.Count > 1 {
			line = line.With(style.Number, strconv.Itoa(g.Count)+"× ")
		}
		where := []string{describe.GapExtent(g.Took, g.Lost)}
		if where[0] == "" {
			where = nil
		}
		if g.Count > 1 {
			where = append(where, "first #"+strconv.Itoa(g.First.Seq)+", last #"+strconv.Itoa(g.Last))
		} else {
			where = append(where, "#"+strconv.Itoa(g.First.Seq))
		}
		items = append(items, pane.Item{Seq: g.First.Seq, Wrap: true, Details: s.gapDetails(g), Line: line.With(style.Plain, g.First.Why).
			With(style.Faint, "  ("+strings.Join(where, "; ")+")")})
	}
	if s.Seen.OtherGaps > 0 {
		items = append(items, pane.Prose(style.Warn, "▲ and "+plural.Count(s.Seen.OtherGaps, "gap")+" of other kinds: ] goes to the next"))
	}
	if items == nil {
		items = append(items, pane.Prose(style.Good, "✓ no gaps"))
	}
	if n := s.Seen.Recovered; n > 0 {
		items = append(items, pane.Prose(style.Faint, "· "+plural.Count(n, "message")+" from before the hook: order known, time unknown"))
	}
	return items
}

// gapDetails lists the gaps of a kind.
func (s Capture) gapDetails(g overview.GapKind) func() (text.Line, []pane.Item) {
	return func() (text.Line, []pane.Item) {
		items := []pane.Item{pane.Prose(style.Plain, g.First.Why), {}}
		for _, gap := range g.Some {
			items = append(items, pane.Item{Label: text.Of(style.Faint, text.Fit("#"+strconv.Itoa(gap.Seq), 12)), Indent: 12, Wrap: true,
				Line: text.Of(style.Plain, s.clock(s.Snapshot.Header.Started.Add(gap.T))).With(style.Faint, text.Bracketed(describe.GapExtent(gap.Until-gap.T, gap.Lost)))})
		}
		if more := g.Count - len(g.Some); more > 0 {
			items = append(items, pane.Prose(style.Faint, "and "+plural.Count(more, "more gap")))
		}
		return text.Of(style.Strong, plural.Count(g.Count, "gap")), items
	}
}

// cutItems lists what was left out of messages because it was too large.
func (s Capture) cutItems() []pane.Item {
	a := s.Explained.Answer
	if a == nil || a.Kinds == nil {
		return []pane.Item{pane.Looking}
	}
	if a.Cuts.Messages == 0 {
		return []pane.Item{pane.Prose(style.Good, "✓ every value was kept in full")}
	}
	items := []pane.Item{pane.Prose(style.Warn, "▲ "+plural.Count(a.Cuts.Messages, "message")+" with values too large to keep in full")}
	for _, k := range []struct {
		cut        session.Cut
		what, left string
	}{
		{a.Cuts.Strings, "string", "character"}, {a.Cuts.Arrays, "array", "item"},
		{a.Cuts.Objects, "object", "key"}, {a.Cuts.Depths, "nested object", "key"},
	} {
		if k.cut.Values == 0 {
			continue
		}
		line := text.Of(style.Plain, plural.Count(k.cut.Values, k.what)).With(style.Faint, ", "+plural.Count(k.cut.Left, k.left)+" left out")
		if k.cut.Values > 1 {
			line = line.With(style.Faint, ", up to "+strconv.Itoa(k.cut.Most)+" in one")
		}
		if k.cut.Path != "" {
			line = line.With(style.Faint, " of ").With(style.Name, text.Cut(k.cut.Path, 40))
		}
		items = append(items, pane.Item{Indent: 2, Seq: k.cut.On, Wrap: true, Line: line.With(style.Faint, " in #"+strconv.Itoa(k.cut.On))})
	}
	return items
}
