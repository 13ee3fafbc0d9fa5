package messages

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/overview"
	"layertap/ui/style"
	"layertap/ui/text"
)

// columns are the widths of the columns of a message's row.
type columns struct {
	gutter, seq, delta, event, params, triggers, hits int
}

const gap = 2 // cells between two columns

// mostHitCells is the maximum width of the column of hits.
const mostHitCells = 18

// NarrowRow is the width below which a row has its event but not the tags or triggers.
const NarrowRow = 72

// Hidden are the columns that the user has hidden.
type Hidden struct{ Time, Parameters, Tags, Hits bool }

// HideChoice is a column that can be hidden or shown.
type HideChoice struct {
	Key, Words string
	Then       Hidden
}

// Choices returns the columns that can be hidden or shown.
func (h Hidden) Choices() []HideChoice {
	var choices []HideChoice
	for _, column := range []struct {
		key, name string
		hidden    *bool
	}{{"t", "time", &h.Time}, {"p", "parameters", &h.Parameters}, {"g", "tags", &h.Tags}, {"h", "hits", &h.Hits}} {
		verb := map[bool]string{true: "show ", false: "hide "}[*column.hidden]
		*column.hidden = !*column.hidden
		choices = append(choices, HideChoice{column.key, verb + column.name, h})
		*column.hidden = !*column.hidden
	}
	return choices
}

// columns divides the width of the list. If a message takes two lines, the parameters fill
// the second one.
func (m Look) columns(twoLines, hits bool) columns {
	width := m.Width
	c := columns{gutter: 2, seq: 5, delta: 8}
	c.event = min(max(width/4, 24), describe.LongEvent)
	if width >= OneLineWidth { // full names, if the other columns keep enough room
		c.event = max(c.event, min(m.Seen.EventWidth, width-71, describe.LongEvent))
	}
	c.triggers = min(max(width/9, 12), 26)
	if width < OneLineWidth && !twoLines {
		c.triggers = 5 // only the signs; the detail next to the list has the names
	}
	if m.Hidden.Time {
		c.delta = 0
	}
	if hits = hits && !m.Hidden.Hits; hits {
		c.hits = min(max(width/14, 8), mostHitCells)
	}
	if twoLines {
		rest := width - c.gutter - c.seq - c.delta - c.hits - 4*gap
		c.triggers = min(max(rest-describe.LongEvent, c.triggers), width/4, 26)
		if width < NarrowRow {
			c.triggers, c.hits = 5, 0 // only the signs
		}
		if width < NarrowRow*3/4 {
			c.delta = 0
		}
		if m.Hidden.Tags {
			c.triggers = 0
		}
		c.event = width - c.gutter - c.seq - c.delta - c.triggers - c.hits - 4*gap
		c.params = width - c.gutter - c.seq - gap
		return c
	}
	rest := max(width-c.gutter-c.seq-c.delta-c.event-c.hits-5*gap, 0)
	switch {
	case m.Hidden.Tags:
		c.triggers = 0
	case m.Hidden.Parameters:
		c.triggers = rest
	case width >= OneLineWidth:
		c.triggers = max(min(m.Names.Width, rest-max(width/4, leastParameters)), c.triggers)
		if more := text.Width("● +1"); rest-c.triggers-more >= width/3 { // for several tags
			c.triggers += more
		}
	}
	if c.params = max(rest-c.triggers, 0); m.Hidden.Parameters && m.Hidden.Tags {
		c.event, c.params = c.event+c.params, 0
	}
	return c
}

// leastParameters is the minimum width of the parameters next to long names of tags.
const leastParameters = 26

// mostNames is the maximum width of the column of tags.
const mostNames = 64

// Names are the names of the tags or, if there are none, of the triggers.
type Names struct {
	All   []string
	Width int // of the longest, with its sign
	// short has a function that cuts the names, by width: the rows of a screen share it.
	short map[int]func(name string) string
}

// NamesOf returns the names in a session's containers.
func NamesOf(snapshot session.Snapshot) Names {
	names := Names{short: map[int]func(string) string{}}
	tags := HasTags(snapshot)
	for _, t := range snapshot.Triggers {
		if !tags {
			names.All = append(names.All, t.Trigger.Name)
		}
		for _, tag := range t.Trigger.Fires {
			names.All = append(names.All, tag.Name)
		}
	}
	for _, name := range names.All {
		names.Width = max(names.Width, text.Width(name))
	}
	names.Width = min(names.Width+text.Width("● "), mostNames)
	return names
}

// cutTo returns the function that cuts names to a width so that they differ.
func (n Names) cutTo(width int) func(name string) string {
	cut, ok := n.short[width]
	if !ok {
		cut = text.Distinct(n.All, width)
		n.short[width] = cut
	}
	return cut
}

// list joins names in a width: as many whole names as fit, and the number of others. If not
// even the first fits, it is cut so that it differs from the other names.
func (n Names) list(names []string, width int) string {
	for whole := len(names); whole > 0; whole-- {
		joined := strings.Join(names[:whole], ", ")
		if whole < len(names) {
			joined += " +" + strconv.Itoa(len(names)-whole)
		}
		if text.Width(joined) <= width {
			return joined
		}
	}
	more := ""
	if len(names) > 1 {
		more = " +" + strconv.Itoa(len(names)-1)
	}
	first := strings.TrimSuffix(names[0], "?") // its sign shows that, too
	return n.cutTo(max(width-len(more), 0))(first) + more
}

// Look is how the rows of the list are drawn.
type Look struct {
	overview.Source
	Sheet   *style.Sheet
	Width   int
	Word    string // the search word
	Focused bool   // keys go to the list
	Tags    bool   // a container with tags is known
	Hits    bool   // there are hits, or soon may be
	Names   Names
	Hidden  Hidden
}

// draw returns the screen lines of a row.
func (l List) draw(row int, look Look) []string {
	e := look.Snapshot.Entry(l.Entry(row))
	ground, gutter := style.Base, "  "
	if row == l.List.Cursor {
		ground, gutter = style.Cursor, "▸ "
		if !look.Focused {
			ground, gutter = style.Shade, "› "
		}
	}
	switch e := e.(type) {
	case *datalayer.Push:
		return l.drawMessage(int(l.Rows[row]), e, ground, gutter, look)
	case *datalayer.Page:
		return []string{drawPage(look.Sheet, e, ground, gutter, look.Width)}
	}
	line := append(text.Of(style.Accent, gutter), aside(e)...)
	return []string{line.Highlight(look.Word).Draw(look.Sheet, ground, look.Width)}
}

// drawPage draws the heading of a page, which separates its messages from the previous
// ones.
func drawPage(sheet *style.Sheet, page *datalayer.Page, ground style.Ground, gutter string, width int) string {
	line := text.Of(style.Accent, strings.TrimRight(gutter, " "))
	if line[0].Text == "" {
		line[0].Text = " "
	}
	line = line.With(style.Faint, "── ").With(style.Strong, text.BareURL(page.URL))
	switch {
	case page.Worker != "":
		line = line.With(style.Faint, " in a "+string(page.Worker)+" worker")
	case page.Frame != "main":
		line = line.With(style.Faint, " in a frame")
	}
	if why := page.Remark(); why != "" {
		line = line.With(style.Faint, " ("+why+")")
	}
	line = line.With(style.Faint, " "+strings.Repeat("─", max(width-line.Width()-1, 0)))
	return line.Draw(sheet, ground, width)
}

func (l List) drawMessage(i int, push *datalayer.Push, ground style.Ground, gutter string, m Look) []string {
	v, width := m.Snapshot.Verdict(i), m.Width
	c := m.columns(l.TwoLines, m.hasHits(l))
	sheet := m.Sheet
	role, sign := m.sign(push, v)
	head := text.Of(style.Accent, gutter).
		With(style.Faint, text.PadLeft(strconv.Itoa(push.Seq), c.seq)).With(style.Plain, "  ").
		With(style.Faint, text.Fit(delta(m.Snapshot, i), c.delta)).With(style.Plain, "  ").
		And(text.Of(eventRole(push), text.Fit(push.Title(), c.event)).Highlight(m.Word)).With(style.Plain, "  ")
	tail := m.tagCell(push, v, c.triggers, l.TwoLines).With(style.Plain, "  ")
	if c.hits > 0 {
		tail = append(tail, m.hitCell(push, c.hits)...)
	}
	params := m.remarks(push)
	params = append(params, preview(push, v, m.Seen.Carried)...)
	if !startsWithFinding(v) {
		params = append(text.Of(role, sign+" "), params...)
	}
	params = params.Highlight(m.Word)
	if l.TwoLines {
		second := text.Of(style.Plain, strings.Repeat(" ", c.gutter+c.seq+gap))
		return []string{
			append(head, tail...).Draw(sheet, ground, width),
			append(second, params...).Draw(sheet, ground, width),
		}
	}
	left := c.gutter + c.seq + c.delta + c.event + 3*gap
	return []string{head.Draw(sheet, ground, left) +
		params.Draw(sheet, ground, c.params) +
		append(text.Of(style.Plain, "  "), tail...).Draw(sheet, ground, width-left-c.params)}
}

func startsWithFinding(v session.Verdict) bool { return overview.Wrong(v) }

// sign is the sign of a message without findings: whether it is in the plan.
func (m Look) sign(push *datalayer.Push, v session.Verdict) (style.Role, string) {
	if len(v.Findings) > 0 {
		return describe.SeverityLook(overview.Worst(v))
	}
	for _, c := range m.Snapshot.Coverage {
		if c.Event == push.Event {
			return style.Good, "✓"
		}
	}
	return style.Faint, "·"
}

// remarks are the user's additions: the mark, the screenshot, the sign of a message pushed
// by hand, and the note.
func (m Look) remarks(push *datalayer.Push) text.Line {
	var line text.Line
	if mark := m.Seen.Marks[push.Seq]; mark != "" {
		line = line.With(style.Accent, mark+" ")
	}
	if m.Seen.Shots[push.Seq] != "" {
		line = line.With(style.Accent, describe.ShotSign+" ")
	}
	if push.ByHand() {
		line = line.With(style.Accent, "by hand ")
	}
	if note := m.Seen.Notes[push.Seq]; note != "" {
		line = line.With(style.Accent, "“"+note+"” ")
	}
	return line
}

func eventRole(push *datalayer.Push) style.Role {
	if push.Event == "" || overview.IsNoise(push) {
		return style.Faint
	}
	return style.Strong
}

// hasHits reports whether there is a column of hits. If there is room, it is there from the
// start, so that the first hit doesn't move the other columns.
func (m Look) hasHits(l List) bool {
	return m.Hits && (!l.TwoLines || m.Snapshot.Counts.Hits > 0)
}

// tagCell lists the tags that a message fires, and counts those that were prevented from
// firing. If there are none, it lists the triggers. If signsOnly is set, names that don't fit
// aren't cut but left out.
func (m Look) tagCell(push *datalayer.Push, v session.Verdict, width int, signsOnly bool) text.Line {
	if !m.Tags || len(v.Outcome.Tags)+len(v.Outcome.NotFired) == 0 {
		return m.triggerCell(push, v, width)
	}
	var names []string
	var signs, held text.Line
	for _, f := range v.Outcome.Tags {
		status, name := gtm.StatusFired, f.Tag.Name
		if f.Fires == gtm.Unknown {
			status, name = gtm.StatusUnknown, name+"?"
		}
		role, sign, _ := describe.TagLook(status)
		signs, names = signs.With(role, sign), append(names, name)
	}
	counts := map[gtm.Status]int{}
	for _, f := range v.Outcome.NotFired {
		counts[f.Status]++
	}
	for _, status := range []gtm.Status{gtm.StatusHeldBack, gtm.StatusBlocked, gtm.StatusPaused} {
		role, sign, _ := describe.TagLook(status)
		switch n := counts[status]; {
		case n > 1:
			held = held.With(role, " "+sign+strconv.Itoa(n))
		case n == 1:
			held = held.With(role, " "+sign)
		}
	}
	if len(signs) > 3 {
		signs = text.Of(signs[0].Role, signs[0].Text+strconv.Itoa(len(signs)))
	}
	line := signs
	if len(names) > 0 && width >= len("triggers") {
		room := max(width-signs.Width()-1-held.Width(), 0)
		if listed := m.Names.list(names, room); !signsOnly || !strings.Contains(listed, "…") {
			line = signs.With(style.Plain, " ").With(style.Info, listed)
		}
	}
	if line == nil {
		held[0].Text = strings.TrimPrefix(held[0].Text, " ")
	}
	line = line.And(held)
	if over := line.Width() - width; over > 0 {
		return text.Of(style.Info, text.Fit(line.String(), width))
	}
	return line.With(style.Plain, strings.Repeat(" ", width-line.Width()))
}

// HasTags reports whether a container with tags is known.
func HasTags(snapshot session.Snapshot) bool {
	return slices.ContainsFunc(snapshot.Triggers, func(t session.TriggerCount) bool { return len(t.Trigger.Fires) > 0 })
}

// triggerCell lists the triggers that match a message or may match.
func (m Look) triggerCell(push *datalayer.Push, v session.Verdict, width int) text.Line {
	matches := v.Outcome.Listening()
	if len(matches) == 0 {
		if push.Event == "" || overview.IsNoise(push) || len(m.Snapshot.Triggers) == 0 {
			return text.Of(style.Plain, text.Fit("", width))
		}
		if width < len("triggers") {
			return text.Of(style.Faint, text.Fit("□", width))
		}
		return text.Of(style.Faint, text.Fit("□ none", width))
	}
	signs, names, unsure := "", make([]string, len(matches)), false
	for i, match := range matches {
		names[i] = match.Trigger.Name
		if match.Matched == gtm.Yes {
			signs += "▣"
		} else {
			signs += "▨"
			names[i] += "?"
			unsure = true
		}
	}
	role := style.Info
	if unsure {
		role = style.Warn
	}
	if len(matches) > 3 {
		signs = "▣×" + strconv.Itoa(len(matches))
	}
	if width < len("triggers") {
		return text.Of(role, text.Fit(signs, width))
	}
	return text.Of(role, text.Fit(signs+" "+m.Names.list(names, width-text.Width(signs)-1), width))
}

// aside formats an entry that isn't a message on a line.
func aside(e datalayer.Entry) text.Line {
	switch e := e.(type) {
	case *datalayer.Gap:
		line := text.Of(style.Warn, "▲ gap  ")
		if e.Lost > 0 { // which a long reason must not cut off
			return line.With(style.Warn, plural.Count(e.Lost, "message")+" lost  ").With(style.Plain, e.Why).
				With(style.Faint, text.Bracketed(describe.GapExtent(e.Until-e.T, 0)))
		}
		return line.With(style.Plain, e.Why).With(style.Faint, text.Bracketed(describe.GapExtent(e.Until-e.T, e.Lost)))
	case *datalayer.LayerChange:
		return text.Of(style.Info, "· ").With(style.Plain, e.Sentence())
	case *datalayer.TabClosed:
		return text.Of(style.Info, "· ").With(style.Plain, e.Sentence())
	case *datalayer.ScriptError:
		return text.Of(style.Warn, "▲ ").With(style.Plain, e.Sentence())
	case *datalayer.PageValue:
		return text.Of(style.Info, "· ").With(style.Faint, "#"+strconv.Itoa(e.Seq)+" ").With(style.Plain, e.Sentence())
	case *datalayer.Action:
		return text.Of(style.Faint, strings.Repeat(" ", 5+gap)).With(style.Info, "↳ ").
			With(style.Plain, e.Action).With(style.Faint, " "+describe.ShortTarget(e))
	case *datalayer.Note:
		return text.Of(style.Accent, "✎ ").With(style.Plain, e.Text)
	}
	return nil
}

// delta is the time since the previous message of the session, even if the list doesn't
// show that one.
func delta(snapshot session.Snapshot, i int) string {
	t := datalayer.At(snapshot.Entry(i)).T
	for j := i - 1; j >= 0; j-- {
		if p, ok := snapshot.Entry(j).(*datalayer.Push); ok {
			return "+" + text.Seconds(max(t-p.T, 0))
		}
	}
	return "+" + text.Seconds(0)
}

// Heading returns the line with the names of the columns.
func (l List) Heading(m Look) string {
	c := m.columns(l.TwoLines, m.hasHits(l))
	words := strings.Repeat(" ", c.gutter) + text.PadLeft("#", c.seq) + "  " + text.Fit("Δt", c.delta) + "  " +
		text.Fit("event", c.event) + "  " + text.Fit("parameters", c.params) + "  " + text.Fit(m.tagHeading(c.triggers), c.triggers)
	if c.hits > 0 {
		words += "  hits"
	}
	return text.Of(style.Faint, words).Draw(m.Sheet, style.Base, m.Width)
}

// tagHeading is the heading of the column of tags or, if there are none, triggers; of their
// signs if it is narrow.
func (m Look) tagHeading(width int) string {
	switch {
	case width < len("triggers") && m.Tags:
		return "●"
	case width < len("triggers"):
		return "▣"
	case m.Tags:
		return "tags"
	}
	return "triggers"
}

// hitCell summarizes the hits of a message.
func (m Look) hitCell(push *datalayer.Push, width int) text.Line {
	line := describe.HitLine(m.Snapshot, m.Seen.Hits[push.Seq])
	if line == nil && m.Snapshot.Counts.Hits > 0 && push.Event != "" && !overview.IsNoise(push) {
		return text.Of(style.Faint, text.Fit("none", width))
	}
	if line.Width() > width { // no room for the vendors
		return describe.HitSigns(m.Snapshot, m.Seen.Hits[push.Seq])
	}
	return line
}

// OneLineWidth is the width of the screen in cells from which a message takes one line.
const OneLineWidth = 100
