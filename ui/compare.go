package ui

import (
	"path"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/diff"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// comparison holds a session against a recording of how it should be.
type comparison struct {
	generation int  // of the recording; answers about older ones are dropped
	asked      bool // a command is out
	answer     *compared
}

// compared is in what a session differs from a recording.
type compared struct {
	generation  int
	file        string
	recording   session.Snapshot
	shown       session.Snapshot
	differences []diff.Difference
	rows        []differenceRow
	names       int // the width of the names of events
	err         error
}

// differenceRow is a row of the screen: the heading of a kind, a difference of it,
// or one of that one's changes.
type differenceRow struct {
	count      int // of the kind, on its heading; 0 elsewhere
	difference int // its index; on a heading, that of the first one
	change     int // its index; -1 on the row of the difference itself
}

func askCompare(m Model) (Model, tea.Cmd) {
	already := ""
	if a := m.comparison.answer; a != nil {
		already = a.file
	}
	m, focus := m.ask("compare with", "a recording · Tab completes · Esc back", already, Model.compare)
	m, more := m.completing("file", completeFile(recordings...))
	return m, tea.Batch(focus, more)
}

func notCompared(m Model) string {
	if m.comparison.answer == nil {
		return "nothing is compared yet: D compares with a recording"
	}
	return ""
}

// compare holds the session against the recording in a file.
func (m Model) compare(file string) (Model, tea.Cmd) {
	if file = strings.TrimSpace(file); file == "" {
		return m, nil
	}
	m = m.remember("file", file)
	m.comparison.generation++
	m.comparison.asked = true
	m.status = told("comparing with " + file)
	asked, open := compared{generation: m.comparison.generation, file: file, shown: m.snapshot}, m.options.Open
	return m, m.own(func() tea.Msg {
		recording, err := open(file)
		if err != nil {
			asked.err = err
			return asked
		}
		asked.recording = readAll(recording)
		return asked.work()
	})
}

// readAll reads a recording to its end.
func readAll(r Recording) session.Snapshot {
	defer r.Close()
	var read session.Snapshot
	for read.Attachment.Phase != datalayer.Over {
		newer, ok := r.Wait(read.Version)
		if !ok {
			break
		}
		read = newer
	}
	return read
}

// compareAgain takes in what came since, while one looks at the differences.
func (m Model) compareAgain() (Model, tea.Cmd) {
	c := &m.comparison
	if m.screen != onDiff || c.asked || c.answer == nil || c.answer.shown.Counts.Messages == m.snapshot.Counts.Messages {
		return m, nil
	}
	c.asked = true
	asked := *c.answer
	asked.shown = m.snapshot
	return m, m.own(func() tea.Msg { return asked.work() })
}

// work finds the differences, and lists them by their kinds.
func (c compared) work() compared {
	c.differences, c.rows, c.names = diff.Sessions(c.recording, c.shown, diff.Usual()), nil, 0
	for _, d := range c.differences {
		c.names = max(c.names, min(text.Width(d.Event), longEvent))
	}
	for _, kind := range diff.Kinds() {
		heading := len(c.rows)
		for i, d := range c.differences {
			if d.Kind != kind {
				continue
			}
			if len(c.rows) == heading {
				c.rows = append(c.rows, differenceRow{difference: i})
			}
			c.rows[heading].count++
			for change := -1; change < len(d.Changes); change++ {
				c.rows = append(c.rows, differenceRow{difference: i, change: change})
			}
		}
	}
	return c
}

// compared takes in what was found, and shows it where it was just asked for.
func (m Model) compared(msg compared) Model {
	c := &m.comparison
	if msg.generation != c.generation {
		return m
	}
	c.asked = false
	if msg.err != nil {
		m.status = failed(msg.err)
		return m
	}
	if c.answer == nil || c.answer.generation != msg.generation {
		m.status = status{}
		m.screen, m.focus, m.zoomed = onDiff, onList, false
	} else if row := m.board.list.Cursor - len(c.answer.summary("")); m.screen == onDiff && row >= 0 {
		m.board.list.Cursor = len(msg.summary("")) + msg.like(c.answer, row)
	}
	c.answer = &msg
	return m
}

// like returns the row that says of a message what a row of an older answer said.
// Where there is none any more, that is the row in its place.
func (c *compared) like(older *compared, row int) int {
	want := older.rows[row]
	about := older.differences[want.difference]
	for i, r := range c.rows {
		d := c.differences[r.difference]
		if d.Kind == about.Kind && d.Before == about.Before && d.After == about.After && r.change == want.change && (r.count > 0) == (want.count > 0) {
			return i
		}
	}
	return min(row, len(c.rows)-1)
}

// differenceLooks says how each kind of difference is drawn and told.
var differenceLooks = map[diff.Kind]struct {
	role              style.Role
	sign, words, tell string
}{
	diff.Missing:   {style.Bad, "-", "missing", "only the recording has it"},
	diff.Extra:     {style.Warn, "+", "extra", "the recording does not have it"},
	diff.Reordered: {style.Info, "↕", "reordered", "it stands in another place"},
	diff.Shape:     {style.Warn, "~", "changed in shape", "other keys, or other types"},
	diff.Value:     {style.Info, "~", "changed in value", "the same keys, other values"},
}

// items are the rows of the screen, for a session with a name.
func (c *compared) items(name string, width int) items {
	head := wrapped(c.summary(name), width, nil)
	return items{len(head) + len(c.rows), func(row int) item {
		if row < len(head) {
			return head[row]
		}
		return wrapped([]item{c.item(c.rows[row-len(head)])}, width, nil)[0]
	}}
}

// summary says how much differs, between what, what was left out, and what may not
// be whole.
func (c *compared) summary(name string) []item {
	recording := path.Base(c.file)
	between := text.Of(style.Strong, recording).With(style.Faint, " → ").With(style.Strong, name)
	line := text.Of(style.Good, "✓ the two say the same: ").And(between)
	if len(c.differences) > 0 {
		line = between.With(style.Plain, ": ").And(c.counts())
	}
	items := []item{{line: line, wrap: true},
		prose(style.Faint, count(c.recording.Counts.Messages, "message")+" in the recording, "+strconv.Itoa(c.shown.Counts.Messages)+" here · "+
			"not compared: ids, timestamps, the site's own origin, keys gtm.*")}
	if detail := c.recording.Attachment.Detail; detail != "" {
		items = append(items, prose(style.Warn, "▲ "+recording+": "+detail))
	}
	if gaps := c.recording.Counts.Gaps; gaps > 0 {
		items = append(items, prose(style.Warn, "▲ "+recording+" has "+count(gaps, "gap")+", so it may not have everything"))
	}
	if gaps := c.shown.Counts.Gaps; gaps > 0 {
		items = append(items, prose(style.Warn, "▲ "+name+" has "+count(gaps, "gap")+", so it may not have everything"))
	}
	return append(items, item{})
}

// counts is how often there is each kind of difference.
func (c *compared) counts() text.Line {
	var line text.Line
	for _, row := range c.rows {
		if row.count == 0 {
			continue
		}
		if line != nil {
			line = line.With(style.Plain, ", ")
		}
		look := differenceLooks[c.differences[row.difference].Kind]
		line = line.With(look.role, strconv.Itoa(row.count)+" "+look.words)
	}
	return line
}

func (c *compared) item(row differenceRow) item {
	d := c.differences[row.difference]
	look := differenceLooks[d.Kind]
	it := item{}
	switch {
	case row.count > 0:
		it.line = text.Of(style.Title, strconv.Itoa(row.count)+" "+look.words).With(style.Faint, "  "+look.tell)
		return it
	case row.change >= 0:
		it.indent, it.wrap, it.line = 6, true, changeLine(d.Changes[row.change])
	default:
		it.indent, it.line = 2, differenceLine(d, look.role, look.sign, c.names)
	}
	if d.After != nil {
		it.seq = d.After.Seq
	} else {
		it.recorded = d.Before.Seq
	}
	return it
}

// differenceLine names a message by its numbers in the recording and here.
func differenceLine(d diff.Difference, role style.Role, sign string, names int) text.Line {
	before, arrow, after := "", "   ", ""
	if d.Before != nil {
		before = strconv.Itoa(d.Before.Seq)
	}
	if d.After != nil {
		after = strconv.Itoa(d.After.Seq)
	}
	if d.Before != nil && d.After != nil {
		arrow = " → "
	}
	line := text.Of(role, sign).With(style.Faint, padLeft(before, 5)+arrow+text.Fit(after, 5)+" ").With(style.Strong, text.Fit(d.Event, names))
	line = line.With(style.Faint, "  "+d.Page)
	if d.Layer != "dataLayer" {
		line = line.With(style.Faint, "  "+d.Layer)
	}
	return line
}

// changeLine is a path at which two messages differ, with both values.
func changeLine(c diff.Change) text.Line {
	at := c.Path
	if at == "" {
		at = "the message"
	}
	switch c.Kind {
	case diff.KeyMissing:
		return text.Of(style.Bad, "- ").With(style.Name, at).With(style.Faint, ": ").And(inlineValue(c.Before))
	case diff.KeyExtra:
		return text.Of(style.Warn, "+ ").With(style.Name, at).With(style.Faint, ": ").And(inlineValue(c.After))
	case diff.TypeChanged:
		return text.Of(style.Warn, "~ ").With(style.Name, at).With(style.Faint, ": "+c.Before.Kind.String()+" ").And(inlineValue(c.Before)).
			With(style.Faint, " → "+c.After.Kind.String()+" ").And(inlineValue(c.After))
	}
	return text.Of(style.Info, "~ ").With(style.Name, at).With(style.Faint, ": ").And(inlineValue(c.Before)).
		With(style.Faint, " → ").And(inlineValue(c.After))
}
