package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// columns are the widths of what stands on the row of a message.
type columns struct {
	gutter, seq, delta, event, params, triggers, hits int
}

const gap = 2 // cells between two columns

// mostHitCells is as wide as the column of hits becomes, and longEvent as wide as
// that of events has to be for the longest names that are usual.
const mostHitCells, longEvent = 18, 34

// narrowRow is the width below which a row names its event and not what heard it.
const narrowRow = 72

// columnsFor divides the width of the list. On two lines the parameters have the
// second one to themselves.
func columnsFor(width int, twoLines bool, hits int) columns {
	c := columns{gutter: 2, seq: 5, delta: 8}
	c.event = min(max(width*3/10, 24), longEvent)
	c.triggers = min(max(width/6, 14), 26)
	if width < oneLineWidth && !twoLines {
		c.triggers = 5 // the signs; the detail beside names them
	}
	if hits > 0 {
		c.hits = min(max(width/9, 8), max(hits, len("hits")), mostHitCells)
	}
	if twoLines {
		rest := width - c.gutter - c.seq - c.delta - c.hits - 4*gap
		c.triggers = min(max(rest-longEvent, c.triggers), width/4, 26)
		if width < narrowRow {
			c.triggers, c.hits = 5, 0 // the signs
		}
		if width < narrowRow*3/4 {
			c.delta = 0
		}
		c.event = width - c.gutter - c.seq - c.delta - c.triggers - c.hits - 4*gap
		c.params = width - c.gutter - c.seq - gap
		return c
	}
	c.params = max(width-c.gutter-c.seq-c.delta-c.event-c.triggers-c.hits-5*gap, 0)
	return c
}

// drawRow returns the screen lines of the list's row, which stands for the entry
// at index i.
func (m Model) drawRow(row, width int) []string {
	i := int(m.messages.rows[row])
	ground, gutter := style.Base, "  "
	if row == m.messages.list.Cursor {
		ground, gutter = style.Cursor, "▸ "
		if m.focus != onList {
			ground, gutter = style.Shade, "› "
		}
	}
	if push, ok := m.snapshot.Entry(i).(*datalayer.Push); ok {
		return m.drawMessage(i, push, ground, gutter, width)
	}
	if page, ok := m.snapshot.Entry(i).(*datalayer.Page); ok {
		return []string{drawPage(m.sheet, page, ground, gutter, width)}
	}
	line := append(text.Of(style.Accent, gutter), m.aside(m.snapshot.Entry(i))...)
	return []string{line.Highlight(m.find.word).Draw(m.sheet, ground, width)}
}

// drawPage separates the messages of a page from those before.
func drawPage(sheet *style.Sheet, page *datalayer.Page, ground style.Ground, gutter string, width int) string {
	line := text.Of(style.Accent, strings.TrimRight(gutter, " "))
	if line[0].Text == "" {
		line[0].Text = " "
	}
	line = line.With(style.Faint, "── ").With(style.Strong, bareURL(page.URL))
	if page.Frame != "main" {
		line = line.With(style.Faint, " in frame "+page.Frame)
	}
	if page.Cause != datalayer.CauseLoad && page.Cause != "" {
		line = line.With(style.Faint, " ("+page.Cause.Words()+")")
	}
	line = line.With(style.Faint, " "+strings.Repeat("─", max(width-line.Width()-1, 0)))
	return line.Draw(sheet, ground, width)
}

// bareURL is a URL without what all have in common.
func bareURL(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return strings.TrimSuffix(rest, "/")
}

func (m Model) drawMessage(i int, push *datalayer.Push, ground style.Ground, gutter string, width int) []string {
	v := m.snapshot.Verdict(i)
	c := columnsFor(width, m.messages.twoLines, m.hitCells())
	sheet := m.sheet
	role, sign := m.sign(push, v)
	head := text.Of(style.Accent, gutter).
		With(style.Faint, padLeft(strconv.Itoa(push.Seq), c.seq)).With(style.Plain, "  ").
		With(style.Faint, text.Fit(delta(m.snapshot, i), c.delta)).With(style.Plain, "  ").
		And(text.Of(eventRole(push), text.Fit(push.Title(), c.event)).Highlight(m.find.word)).With(style.Plain, "  ")
	tail := m.triggerCell(push, v, c.triggers).With(style.Plain, "  ")
	if c.hits > 0 {
		tail = append(tail, m.hitCell(push, c.hits)...)
	}
	params := m.remarks(push)
	params = append(params, preview(push, v, m.seen.carried)...)
	if !startsWithFinding(v) {
		params = append(text.Of(role, sign+" "), params...)
	}
	params = params.Highlight(m.find.word)
	if m.messages.twoLines {
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

func startsWithFinding(v session.Verdict) bool { return wrong(v) }

// sign is what a message without a fault begins with: whether the plan knows it.
func (m Model) sign(push *datalayer.Push, v session.Verdict) (style.Role, string) {
	if len(v.Findings) > 0 {
		return severityLook(worst(v))
	}
	for _, c := range m.snapshot.Coverage {
		if c.Event == push.Event {
			return style.Good, "✓"
		}
	}
	return style.Faint, "·"
}

// shotSign says that there is a screenshot.
const shotSign = "◫"

// remarks are the user's own: the mark, that there is a screenshot, that the message
// was pushed by hand, and the note.
func (m Model) remarks(push *datalayer.Push) text.Line {
	var line text.Line
	if mark := m.seen.marks[push.Seq]; mark != "" {
		line = line.With(style.Accent, mark+" ")
	}
	if m.seen.shots[push.Seq] != "" {
		line = line.With(style.Accent, shotSign+" ")
	}
	if push.ByHand() {
		line = line.With(style.Accent, "by hand ")
	}
	if note := m.seen.notes[push.Seq]; note != "" {
		line = line.With(style.Accent, "“"+note+"” ")
	}
	return line
}

func eventRole(push *datalayer.Push) style.Role {
	if push.Event == "" || isNoise(push) {
		return style.Faint
	}
	return style.Strong
}

// triggerCell names the triggers that match a message, or may.
func (m Model) triggerCell(push *datalayer.Push, v session.Verdict, width int) text.Line {
	matches := v.Outcome.Triggers
	if len(matches) == 0 {
		if push.Event == "" || isNoise(push) || len(m.snapshot.Triggers) == 0 {
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
	return text.Of(role, text.Fit(signs+" "+strings.Join(names, ", "), width))
}

// aside is an entry that is not a message, in a line.
func (m Model) aside(e datalayer.Entry) text.Line {
	switch e := e.(type) {
	case *datalayer.Gap:
		line := text.Of(style.Warn, "▲ gap  ")
		if e.Lost > 0 { // which must not be cut off behind a long reason
			return line.With(style.Warn, count(e.Lost, "message")+" lost  ").With(style.Plain, e.Why).
				With(style.Faint, inBrackets(gapExtent(e.Until-e.T, 0)))
		}
		return line.With(style.Plain, e.Why).With(style.Faint, inBrackets(gapExtent(e.Until-e.T, e.Lost)))
	case *datalayer.LayerChange:
		return text.Of(style.Info, "· ").With(style.Plain, e.Sentence())
	case *datalayer.ScriptError:
		return text.Of(style.Warn, "▲ ").With(style.Plain, e.Sentence())
	case *datalayer.Action:
		return text.Of(style.Faint, strings.Repeat(" ", 5+gap)).With(style.Info, "↳ ").
			With(style.Plain, e.Action).With(style.Faint, " "+shortTarget(e))
	case *datalayer.Note:
		return text.Of(style.Accent, "✎ ").With(style.Plain, e.Text)
	}
	return nil
}

// gapExtent says how long a gap was and what it cost, as far as that is known.
func gapExtent(took time.Duration, lost int) string {
	var words []string
	if took > 0 {
		words = append(words, seconds(took))
	}
	if lost > 0 {
		words = append(words, count(lost, "message")+" lost")
	} else if lost < 0 {
		words = append(words, "unknown how many messages were missed")
	}
	return strings.Join(words, ", ")
}

func inBrackets(s string) string {
	if s == "" {
		return ""
	}
	return "  (" + s + ")"
}

func actionTarget(a *datalayer.Action) string {
	if a.Text != "" {
		return a.Selector + " “" + a.Text + "”"
	}
	return a.Selector
}

// shortTarget is what was acted on, with the words on it first.
func shortTarget(a *datalayer.Action) string {
	if a.Text != "" {
		return "“" + a.Text + "” " + a.Element()
	}
	return a.Element()
}

// delta is the time since the message before the one at index i, whatever the
// list shows.
func delta(snapshot session.Snapshot, i int) string {
	t := datalayer.At(snapshot.Entry(i)).T
	for j := i - 1; j >= 0; j-- {
		if p, ok := snapshot.Entry(j).(*datalayer.Push); ok {
			return "+" + seconds(max(t-p.T, 0))
		}
	}
	return "+" + seconds(0)
}

// seconds is a time in at most seven cells.
func seconds(d time.Duration) string {
	switch {
	case d < 100*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-len(s), 0)) + s
}
