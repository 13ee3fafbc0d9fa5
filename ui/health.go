package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// healthItems says what may be trusted: the attachment, what was missed, what is
// recorded, and how often each kind of fault was found.
func (m Model) healthItems() []item {
	return slices.Concat(
		section("Attachment", m.attachmentItems()),
		section("Data layers", m.layerItems()),
		section("Missed", m.gapItems()),
		section("Recording", []item{m.recordingItem()}),
		section("Findings", m.findingCounts()),
	)
}

func section(title string, items []item) []item {
	for i := range items {
		items[i].indent += 2
	}
	return append(append([]item{{line: text.Of(style.Title, title)}}, items...), item{})
}

func (m Model) attachmentItems() []item {
	a := m.snapshot.Attachment
	items := []item{{line: text.Of(style.Faint, text.Fit("state", 11)).And(m.phase()).With(style.Plain, "  "+a.Detail), wrap: true}}
	if browser := m.snapshot.Header.Browser; browser != "" {
		items = append(items, fact("browser", browser))
	}
	if m.seen.page != nil {
		items = append(items, fact("page", m.seen.page.URL))
	}
	items = append(items, fact("frames", count(len(m.seen.frames), "frame")+" in "+count(len(m.seen.targets), "tab")))
	for _, notice := range a.Notices {
		items = append(items, prose(style.Warn, "▲ "+notice))
	}
	return items
}

func (m Model) layerItems() []item {
	layers := "none seen yet"
	if len(m.seen.layers) > 0 {
		layers = strings.Join(m.seen.layers, ", ")
	}
	items := []item{fact("layers", layers)}
	for _, c := range m.seen.containers {
		what := c.ID
		if c.Version != "" {
			what += " version " + c.Version
		}
		if c.Layer != "" {
			what += ", listens to " + c.Layer
		}
		items = append(items, fact("container", what+", from the "+cmp.Or(c.Source, "page")))
	}
	if m.seen.containers == nil {
		items = append(items, fact("container", "none seen; --container loads one from a file"))
	}
	return items
}

func (m Model) gapItems() []item {
	c := m.snapshot.Counts
	if c.Gaps == 0 {
		return []item{prose(style.Good, "✓ nothing is known to have been missed")}
	}
	items := []item{prose(style.Warn, "▲ "+count(c.Gaps, "gap")+", "+count(c.Lost, "message")+" known to be lost")}
	for _, i := range m.seen.gaps {
		if gap, ok := m.snapshot.Entry(i).(*datalayer.Gap); ok {
			items = append(items, item{seq: gap.Seq, wrap: true,
				line: text.Of(style.Faint, text.Fit(strconv.Itoa(gap.Seq), 6)).With(style.Plain, gap.Why).With(style.Faint, "  ("+gapExtent(gap)+")")})
		}
	}
	return items
}

func (m Model) recordingItem() item {
	switch rec := m.snapshot.Recording; {
	case m.from.File != "":
		return prose(style.Plain, "this is a recording: "+m.from.File)
	case rec.Err != nil:
		return prose(style.Bad, "✗ it has stopped: "+rec.Err.Error())
	case rec.File != "":
		return prose(style.Plain, "◉ everything goes to "+rec.File)
	}
	return prose(style.Faint, "nothing is being recorded: r starts it, with all that came before")
}

// findingCounts lists the kinds of findings, the worst and most frequent first.
func (m Model) findingCounts() []item {
	a := m.explained.answer
	if a == nil || a.kinds == nil {
		return []item{looking}
	}
	var items []item
	for _, k := range a.kinds {
		role, sign := severityLook(k.severity)
		items = append(items, item{seq: k.first,
			line: text.Of(role, sign+" "+text.Fit(string(k.code), 24)).With(style.Number, padLeft(strconv.Itoa(k.count), 6)+"×").
				With(style.Faint, "  first in "+strconv.Itoa(k.first))})
	}
	for _, f := range m.snapshot.Findings {
		items = append(items, findingLines(f)...)
	}
	if items == nil {
		return []item{prose(style.Good, "✓ none")}
	}
	return items
}

// kind is a kind of finding and how often it was found.
type kind struct {
	code         rules.Code
	severity     rules.Severity
	count, first int // first is a Seq
}

// kindsOf counts the findings about messages by their kinds.
func kindsOf(snapshot session.Snapshot) []kind {
	at := map[rules.Code]int{}
	kinds := []kind{}
	for i := range snapshot.Len() {
		for _, f := range snapshot.Verdict(i).Findings {
			n, ok := at[f.Code]
			if !ok {
				n = len(kinds)
				at[f.Code] = n
				kinds = append(kinds, kind{code: f.Code, first: datalayer.At(snapshot.Entry(i)).Seq})
			}
			kinds[n].count++
			kinds[n].severity = max(kinds[n].severity, f.Severity)
		}
	}
	slices.SortStableFunc(kinds, func(a, b kind) int {
		return cmp.Or(int(b.severity)-int(a.severity), b.count-a.count)
	})
	return kinds
}
