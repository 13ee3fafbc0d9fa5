package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// beside is the pane that tells more of the row under a board's cursor.
type beside struct {
	of    besideOf // what it was laid out for
	title text.Line
	items []item
	list  list.List
}

// besideOf is everything that the pane depends on.
type besideOf struct {
	board boardOf
	row   int
	width int
}

// besideWidth is the width from which on a board has the pane.
const besideWidth = 110

// hasBeside says whether there is something to tell beside the rows of the screen.
func (m Model) hasBeside() bool {
	there := map[screen]bool{
		onCoverage: len(m.snapshot.Coverage) > 0, onTriggers: len(m.snapshot.Triggers) > 0,
		onVariables: m.nearestPush() != nil, onHits: len(m.seen.hitRows) > 0, onHealth: true,
	}
	return m.width >= besideWidth && there[m.screen]
}

// arrangedBeside lays the pane out anew where another row, or another state of it,
// is to be told of.
func (m Model) arrangedBeside(r rect) Model {
	b := &m.board.beside
	of := besideOf{m.board.of, m.board.list.Cursor, r.width}
	if of != b.of {
		if of.row != b.of.row || of.board.screen != b.of.board.screen {
			b.list = list.List{}
		}
		b.title, b.items, b.of = nil, nil, of
		if row := m.board.list.Cursor; row >= 0 && row < m.board.items.len {
			if tell := m.board.items.at(row).tell; tell != nil {
				b.title, b.items = tell()
				b.items = wrapped(b.items, max(r.width-3, 1), nil)
			}
		}
	}
	b.list = b.list.Resize(max(r.height-1, 1))
	b.list = b.list.Show(rowsOf(b.items), b.list.Cursor)
	return m
}

func (m Model) drawBeside(r rect) []string {
	b := m.board.beside
	title := text.Of(style.Faint, "─ ").And(b.title).With(style.Faint, " ")
	if b.title == nil {
		title = nil
	}
	lines := []string{ruled(m.sheet, r.width, title)}
	lines = append(lines, b.list.View(rowsOf(b.items), func(row int) []string {
		return b.items[row].highlight(m.find.word).draw(m.sheet, false, r)
	})...)
	if below := len(b.items) - 1 - b.list.Last(rowsOf(b.items)); below > 0 && len(lines) == r.height {
		more := text.Of(style.Faint, "  ▼ "+count(below+1, "line")+" more  ").With(style.Title, shownKeyOf(m.commands, "beside-down"))
		lines[r.height-1] = more.Draw(m.sheet, style.Base, r.width)
	}
	return filled(lines, r)
}

// shownKeyOf is the first key of a command; empty where it has none.
func shownKeyOf(c *commands, name string) string {
	if cmd, ok := c.named(name); ok && len(cmd.keys) > 0 {
		return shownKey(cmd.keys[0])
	}
	return ""
}

// scrollBeside scrolls the pane by half of it.
func scrollBeside(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		b := m.board.beside
		m.board.beside.list = b.scrolledBy(direction * max(b.list.Height()/2, 1))
		return m, nil
	}
}

// scrolledBy returns the list scrolled by so many rows.
func (b beside) scrolledBy(rows int) list.List {
	if rows > 0 {
		return b.list.Show(rowsOf(b.items), b.list.Last(rowsOf(b.items))+rows)
	}
	return b.list.Show(rowsOf(b.items), b.list.First()+rows)
}

func nothingBeside(m Model) string {
	if !m.hasBeside() {
		return "there is no pane beside this: a terminal of " + strconv.Itoa(besideWidth) + " columns has one"
	}
	return ""
}
