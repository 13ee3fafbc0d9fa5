package screen

import (
	"path"
	"strconv"

	"layertap/diff"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Diff lists the differences of the session from a recording.
var Diff = &Screen{
	Key: "7", Name: "Diff", Command: "differences", Help: "differences from the compared recording",
	Rows:  func(d Data, width int) pane.Items { return d.Compared.items(d.Name, width) },
	tally: func(d Data) string { return " " + strconv.Itoa(len(d.Compared.differences)) },
	WhyNot: func(d Data) string {
		if d.Compared == nil {
			return "no comparison yet: press D to compare with a recording"
		}
		return ""
	},
}

// Compared is the differences of a session from a recording.
type Compared struct {
	Generation  int
	File        string
	Recording   session.Snapshot
	Shown       session.Snapshot
	differences []diff.Difference
	rows        []differenceRow
	names       int // the width of the event names
	Err         error
}

// differenceRow is a row of the screen: the heading of a kind, a difference, or one of its
// changes.
type differenceRow struct {
	count      int // of the kind, on its heading; 0 elsewhere
	difference int // its index; on a heading, that of the first one
	change     int // its index; -1 on the row of the difference itself
}

// Work computes the differences, and lists them by kind.
func (c Compared) Work() Compared {
	c.differences, c.rows, c.names = diff.Sessions(c.Recording, c.Shown, diff.Usual()), nil, 0
	for _, d := range c.differences {
		c.names = max(c.names, min(text.Width(d.Event), describe.LongEvent))
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

// Like returns the row for the message that a row of an older result was about. If there is
// none, it returns the row in the same position.
func (c *Compared) Like(older *Compared, row int) int {
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

// differenceLooks has the look and the words for each kind of difference.
var differenceLooks = map[diff.Kind]struct {
	role                 style.Role
	sign, words, details string
}{
	diff.Missing:   {style.Bad, "-", "missing", "only in the recording"},
	diff.Extra:     {style.Warn, "+", "extra", "not in the recording"},
	diff.Reordered: {style.Info, "↕", "reordered", "in a different position"},
	diff.Shape:     {style.Warn, "~", "changed in shape", "different keys or types"},
	diff.Value:     {style.Info, "~", "changed in value", "same keys, different values"},
}

// items returns the rows of the screen; name is that of the session.
func (c *Compared) items(name string, width int) pane.Items {
	head := pane.Wrapped(c.Summary(name), width, nil)
	return pane.Items{Len: len(head) + len(c.rows), At: func(row int) pane.Item {
		if row < len(head) {
			return head[row]
		}
		return pane.Wrapped([]pane.Item{c.item(c.rows[row-len(head)])}, width, nil)[0]
	}}
}

// Summary counts the differences, and lists what was compared, what was left out, and what
// may be incomplete.
func (c *Compared) Summary(name string) []pane.Item {
	recording := path.Base(c.File)
	between := text.Of(style.Strong, recording).With(style.Faint, " → ").With(style.Strong, name)
	line := text.Of(style.Good, "✓ no differences: ").And(between)
	if len(c.differences) > 0 {
		line = between.With(style.Plain, ": ").And(c.counts())
	}
	items := []pane.Item{{Line: line, Wrap: true},
		pane.Prose(style.Faint, plural.Count(c.Recording.Counts.Messages, "message")+" in the recording, "+strconv.Itoa(c.Shown.Counts.Messages)+" here · "+
			"ignored: IDs, timestamps, the site's origin, gtm.* keys")}
	if detail := c.Recording.Attachment.Detail; detail != "" {
		items = append(items, pane.Prose(style.Warn, "▲ "+recording+": "+detail))
	}
	if gaps := c.Recording.Counts.Gaps; gaps > 0 {
		items = append(items, pane.Prose(style.Warn, "▲ "+recording+" has "+plural.Count(gaps, "gap")+", so it may be incomplete"))
	}
	if gaps := c.Shown.Counts.Gaps; gaps > 0 {
		items = append(items, pane.Prose(style.Warn, "▲ "+name+" has "+plural.Count(gaps, "gap")+", so it may be incomplete"))
	}
	return append(items, pane.Item{})
}

// counts returns the number of differences of each kind.
func (c *Compared) counts() text.Line {
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

func (c *Compared) item(row differenceRow) pane.Item {
	d := c.differences[row.difference]
	look := differenceLooks[d.Kind]
	it := pane.Item{}
	switch {
	case row.count > 0:
		it.Line = text.Of(style.Title, strconv.Itoa(row.count)+" "+look.words).With(style.Faint, "  "+look.details)
		return it
	case row.change >= 0:
		it.Indent, it.Wrap, it.Line = 6, true, changeLine(d.Changes[row.change])
	default:
		it.Indent, it.Line = 2, differenceLine(d, look.role, look.sign, c.names)
	}
	if d.After != nil {
		it.Seq = d.After.Seq
	} else {
		it.Recorded = d.Before.Seq
	}
	return it
}

// differenceLine is a message with its numbers in the recording and in the session.
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
	line := text.Of(role, sign).With(style.Faint, text.PadLeft(before, 5)+arrow+text.Fit(after, 5)+" ").With(style.Strong, text.Fit(d.Event, names))
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
		return text.Of(style.Bad, "- ").With(style.Name, at).With(style.Faint, ": ").And(describe.InlineValue(c.Before))
	case diff.KeyExtra:
		return text.Of(style.Warn, "+ ").With(style.Name, at).With(style.Faint, ": ").And(describe.InlineValue(c.After))
	case diff.TypeChanged:
		return text.Of(style.Warn, "~ ").With(style.Name, at).With(style.Faint, ": "+c.Before.Kind.String()+" ").And(describe.InlineValue(c.Before)).
			With(style.Faint, " → "+c.After.Kind.String()+" ").And(describe.InlineValue(c.After))
	}
	return text.Of(style.Info, "~ ").With(style.Name, at).With(style.Faint, ": ").And(describe.InlineValue(c.Before)).
		With(style.Faint, " → ").And(describe.InlineValue(c.After))
}
