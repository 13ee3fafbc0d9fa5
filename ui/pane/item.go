// Package pane has the building blocks of the screen: rows, boards of rows, and rectangles.
package pane

import (
	"slices"
	"strings"

	"layertap/gtm"
	"layertap/rules/accept"
	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Rect is a part of the screen in cells, from its top left corner.
type Rect struct{ X, Y, Width, Height int }

// Holds reports whether a cell is in r.
func (r Rect) Holds(x, y int) bool {
	return x >= r.X && x < r.X+r.Width && y >= r.Y && y < r.Y+r.Height
}

// Filled adds blank lines until a part of the screen is full.
func Filled(lines []string, r Rect) []string {
	for len(lines) < r.Height {
		lines = append(lines, strings.Repeat(" ", r.Width))
	}
	return lines[:max(r.Height, 0)]
}

// Ruled draws a line followed by a rule to the end.
func Ruled(sheet *style.Sheet, width int, line text.Line) string {
	return line.With(style.Faint, strings.Repeat("─", max(width-line.Width(), 0))).Draw(sheet, style.Base, width)
}

// Item is a row of a pane.
type Item struct {
	Line   text.Line
	Indent int
	Label  text.Line // follows the indent
	// Wrap is set if a long line is wrapped and not cut.
	Wrap bool
	More []text.Line
	// Tail follows the line or, if it doesn't fit there, is below it.
	Tail text.Line
	// Path is the path of the value that a row of the payload shows.
	Path string
	// Nested is set if the value has members.
	Nested bool
	// Seq and Filter are the target of Enter: a message or a filter.
	Seq    int
	Filter string
	View   string // the name of the view to show the message in; empty for the screen's
	// Details, if set, returns the details of a board's row.
	Details func() (title text.Line, items []Item)
	// Exception is for accepting the finding of the row, or the one it was accepted by if
	// Accepted is set; nil if the row has no finding.
	Exception *accept.Exception
	Accepted  bool
	// Recorded is a message in the recording that the session is compared with.
	Recorded int
	// Missing is what a container lacks for the row's subject; nil for nothing.
	Missing *Piece
	// Readable is the row's variable if its value can be read from the page; nil if there is
	// none, or it is known anyway.
	Readable *gtm.Reading
}

// Piece is a part of a container: a variable that reads a key of the data layer, or a
// trigger that matches an event.
type Piece struct {
	Kind PieceKind
	Name string // of the key or the event
}

// PieceKind is what part of a container a [Piece] is.
type PieceKind string

// The kinds.
const (
	MissingVariable PieceKind = "variable"
	MissingTrigger  PieceKind = "trigger"
)

// Items are the rows of a board. If there may be many, each is made when it is drawn.
type Items struct {
	Len int
	At  func(row int) Item
	// ID identifies a row, even after rows were inserted; nil if rows are only appended.
	ID func(row int) int
	// Offers is set if the cursor stays on the first row that leads somewhere until the
	// user moves it, even if that row is added later.
	Offers bool
}

// farthest is how many rows away a row is searched for after others were inserted before
// it.
const farthest = 4000

// moved returns the new position of a row of older items, or else the row in the same
// position.
func (i Items) moved(older Items, row int) int {
	if i.ID == nil || older.ID == nil || row < 0 || row >= older.Len {
		return row
	}
	id := older.ID(row)
	for by := range farthest {
		for _, at := range []int{row + by, row - by} {
			if at >= 0 && at < i.Len && i.ID(at) == id {
				return at
			}
		}
	}
	return row
}

// firstThatLeads returns the first row with a target for Enter, or else the first with
// details; 0 if none of the first rows has either.
func (i Items) firstThatLeads() int {
	withDetails := -1
	for row := range min(i.Len, 20) {
		switch it := i.At(row); {
		case it.Leads():
			return row
		case it.Details != nil && withDetails < 0:
			withDetails = row
		}
	}
	return max(withDetails, 0)
}

// selectable returns the row itself or, if it only separates others, the nearest one that
// doesn't: first in the direction of by.
func (i Items) selectable(row, by int) int {
	row = max(min(row, i.Len-1), 0)
	step := 1
	if by < 0 {
		step = -1
	}
	for _, step := range []int{step, -step} {
		for at := row; at >= 0 && at < i.Len; at += step {
			if it := i.At(at); len(it.Line) > 0 || len(it.Label) > 0 {
				return at
			}
		}
	}
	return row
}

// Leads reports whether an item has a target for Enter.
func (it Item) Leads() bool { return it.Seq > 0 || it.Recorded > 0 || it.Filter != "" }

// All returns existing rows as Items.
func All(of []Item) Items { return Items{Len: len(of), At: func(row int) Item { return of[row] }} }

// Wrapped wraps the lines of those items that are shown in full.
func Wrapped(items []Item, width int, wide map[string]bool) []Item {
	for i, it := range items {
		if it.Wrap || it.Path != "" && wide[it.Path] {
			lines := it.lines(width - it.Indent)
			items[i].Line, items[i].More = lines[0], lines[1:]
		}
	}
	return items
}

// lines returns the line of an item and its tail, in the given width.
func (it Item) lines(width int) []text.Line {
	if it.Tail == nil {
		return it.Line.Wrap(width)
	}
	if it.Line.Width()+2+it.Tail.Width() <= width {
		return []text.Line{it.Line.With(style.Plain, "  ").And(it.Tail)}
	}
	lines := it.Line.Wrap(width)
	if last := len(lines) - 1; lines[last].Width()+2+it.Tail.Width() <= width {
		lines[last] = lines[last].With(style.Plain, "  ").And(it.Tail)
		return lines
	}
	for _, line := range it.Tail.Wrap(width - 2) {
		lines = append(lines, text.Of(style.Plain, "  ").And(line))
	}
	return lines
}

// Highlight returns an item with the search word highlighted.
func (it Item) Highlight(word string) Item {
	if word == "" {
		return it
	}
	it.Line = it.Line.Highlight(word)
	it.More = slices.Clone(it.More)
	for i, line := range it.More {
		it.More[i] = line.Highlight(word)
	}
	return it
}

// Draw returns the lines of an item, at most as many as fit on the screen.
func (it Item) Draw(sheet *style.Sheet, underCursor bool, r Rect) []string {
	ground, gutter := style.Base, "  "
	if underCursor {
		ground, gutter = style.Cursor, "▸ "
	}
	indented := func(gutter string, label, line text.Line) string {
		whole := text.Of(style.Accent, gutter).With(style.Plain, strings.Repeat(" ", max(it.Indent-label.Width(), 0)))
		return whole.And(label).And(line).Draw(sheet, ground, r.Width)
	}
	drawn := []string{indented(gutter, it.Label, it.Line)}
	for _, line := range it.More[:min(len(it.More), r.Height)] {
		drawn = append(drawn, indented("  ", nil, line))
	}
	return drawn
}

// Mentions reports whether a row contains a word.
func (it Item) Mentions(word string) bool {
	whole := slices.Concat(it.Label, it.Line)
	for _, more := range it.More {
		whole = slices.Concat(whole, more)
	}
	return text.Mentions(whole.String(), word)
}

// RowsOf returns items as rows for a list.
func RowsOf(items []Item) list.Rows {
	return list.Rows{Len: len(items), Height: func(row int) int { return 1 + len(items[row].More) }}
}

// Prose is an item of running text.
func Prose(role style.Role, s string) Item {
	return Item{Line: text.Of(role, s), Wrap: true}
}

// factWidth is the width of the first column of a fact, in cells.
const factWidth = 12

// Fact is a row of two columns: a label and a value.
func Fact(what, value string) Item {
	return Item{Label: text.Of(style.Faint, text.Fit(what, factWidth-1)+" "), Indent: factWidth, Line: text.Of(style.Plain, value), Wrap: true}
}

// In returns a fact in another role.
func (it Item) In(role style.Role) Item {
	it.Line = text.Of(role, it.Line.String())
	return it
}

// Centered draws paragraphs in the center of a part of the screen.
func Centered(sheet *style.Sheet, paragraphs []text.Line, r Rect) []string {
	var lines []string
	for _, paragraph := range paragraphs {
		for _, line := range paragraph.Wrap(min(r.Width-8, 72)) {
			left := max(r.Width-line.Width(), 0) / 2
			whole := append(text.Of(style.Plain, strings.Repeat(" ", left)), line...)
			lines = append(lines, whole.Draw(sheet, style.Base, r.Width))
		}
	}
	blank := strings.Repeat(" ", r.Width)
	top := max(r.Height-len(lines), 0) * 2 / 5
	lines = append(slicesOf(blank, top), lines...)
	if len(lines) < r.Height {
		lines = append(lines, slicesOf(blank, r.Height-len(lines))...)
	}
	return lines[:r.Height]
}

func slicesOf(s string, n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = s
	}
	return lines
}

// Looking is shown until the result is available.
var Looking = Prose(style.Faint, "loading…")
