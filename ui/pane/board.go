package pane

import (
	"layertap/internal/plural"
	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Board is a list of rows with a cursor and, if there is room, a side pane with details of
// the row under it. The zero Board is empty.
type Board struct {
	List   list.List
	Items  Items
	screen string // the screen of the rows
	of     any    // what they were made for
	Beside beside
	chosen bool // the user has moved the cursor since the screen was opened
}

// LaidOut returns the board with the rows of a screen, fitted to its part of the terminal.
// The rows are made again if of, everything that they depend on, has changed. The cursor
// stays on its row, except on another screen and if nothing could be selected before, such
// as while the rows were being computed.
func (b Board) LaidOut(screen string, of any, rows func() Items, r Rect) Board {
	if screen != b.screen || of != b.of {
		before := b.Items
		b.Items = rows()
		if screen != b.screen {
			b.chosen = false
		}
		if it, ok := b.Current(); screen != b.screen || before.Len <= 1 || b.Items.Offers && !b.chosen && (!ok || !it.Leads()) {
			b.List = list.List{Cursor: b.Items.firstThatLeads()}
		} else if row := b.Items.moved(before, b.List.Cursor); row != b.List.Cursor {
			y := b.List.Line(list.Rows{Len: before.Len})
			b.List.Cursor = row
			b.List = b.List.Keep(b.Rows(), y)
		}
		b.screen, b.of = screen, of
	}
	b.List = b.List.Resize(max(r.Height, 1))
	b.List = b.List.Show(b.Rows(), b.Items.selectable(b.List.Cursor, 1))
	return b
}

// Forgotten returns the board with its rows to be made again. The cursor returns to the
// start.
func (b Board) Forgotten() Board {
	b.screen, b.of, b.chosen = "", nil, false
	return b
}

// Outdated returns the board with its rows to be made again. The cursor stays.
func (b Board) Outdated() Board {
	b.of = nil
	return b
}

// Rows returns the rows for a list.
func (b Board) Rows() list.Rows {
	return list.Rows{Len: b.Items.Len, Height: func(row int) int { return 1 + len(b.Items.At(row).More) }}
}

// At returns the board with the cursor on a row selected by the user.
func (b Board) At(row int) Board {
	b.chosen = true
	b.List = b.List.Show(b.Rows(), row)
	return b
}

// Moved returns the board with the cursor moved by the given number of rows.
func (b Board) Moved(by int) Board { return b.At(b.Items.selectable(b.List.Cursor+by, by)) }

// Paged returns the board with the cursor moved by a page: down for 1, up for -1.
func (b Board) Paged(direction int) Board { return b.At(b.List.Page(b.Rows(), direction)) }

// Current returns the row under the cursor.
func (b Board) Current() (Item, bool) {
	if row := b.List.Cursor; row >= 0 && row < b.Items.Len {
		return b.Items.At(row), true
	}
	return Item{}, false
}

// Draw returns the screen lines of the rows, with the search word highlighted.
func (b Board) Draw(sheet *style.Sheet, word string, r Rect) []string {
	return b.List.View(b.Rows(), func(row int) []string {
		return b.Items.At(row).Highlight(word).Draw(sheet, row == b.List.Cursor, r)
	})
}

// beside is the side pane, with details of the row under a board's cursor.
type beside struct {
	of    besideOf // what it was made for
	title text.Line
	items []Item
	list  list.List
}

// besideOf is everything that the side pane depends on.
type besideOf struct {
	screen string
	of     any
	row    int
	width  int
}

// BesideLaidOut returns the board with its side pane fitted to a part of the terminal.
func (b Board) BesideLaidOut(r Rect) Board {
	of := besideOf{b.screen, b.of, b.List.Cursor, r.Width}
	if of != b.Beside.of {
		if of.row != b.Beside.of.row || of.screen != b.Beside.of.screen {
			b.Beside.list = list.List{}
		}
		b.Beside.title, b.Beside.items, b.Beside.of = nil, nil, of
		if it, ok := b.Current(); ok && it.Details != nil {
			b.Beside.title, b.Beside.items = it.Details()
			b.Beside.items = Wrapped(b.Beside.items, max(r.Width-3, 1), nil)
		}
	}
	b.Beside.list = b.Beside.list.Resize(max(r.Height-1, 1))
	b.Beside.list = b.Beside.list.Show(RowsOf(b.Beside.items), b.Beside.list.Cursor)
	return b
}

// Draw returns the lines of the side pane; key is the key that scrolls it down.
func (b beside) Draw(sheet *style.Sheet, word, key string, r Rect) []string {
	title := text.Of(style.Faint, "─ ").And(b.title).With(style.Faint, " ")
	if b.title == nil {
		title = nil
	}
	lines := []string{Ruled(sheet, r.Width, title)}
	lines = append(lines, b.list.View(RowsOf(b.items), func(row int) []string {
		return b.items[row].Highlight(word).Draw(sheet, false, r)
	})...)
	if below := b.list.Below(RowsOf(b.items)); below > 0 && len(lines) == r.Height {
		lines[r.Height-1] = More(below+1, key).Draw(sheet, style.Base, r.Width)
	}
	return Filled(lines, r)
}

// More counts the lines below, with the key that shows them.
func More(lines int, key string) text.Line {
	return text.Of(style.Faint, "  ▼ "+plural.Count(lines, "more line")+"  ").With(style.Title, key)
}

// Scrolled returns the side pane scrolled by half a page: down for 1, up for -1.
func (b beside) Scrolled(direction int) beside {
	return b.ScrolledBy(direction * max(b.list.Height()/2, 1))
}

// ScrolledBy returns the side pane scrolled by the given number of rows.
func (b beside) ScrolledBy(rows int) beside {
	if rows > 0 {
		b.list = b.list.Show(RowsOf(b.items), b.list.Last(RowsOf(b.items))+rows)
	} else {
		b.list = b.list.Show(RowsOf(b.items), b.list.First()+rows)
	}
	return b
}
