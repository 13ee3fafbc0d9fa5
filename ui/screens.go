package ui

import (
	"cmp"
	"maps"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/detail"
	"layertap/ui/layout"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/status"
)

// data returns the input of the screens.
func (m Model) data() screen.Data {
	d := screen.Data{
		Source: m.source(), Push: m.messages.Nearest(m.snapshot),
		File: m.from.File, Name: m.name(), WhatIf: m.whatIf, Compared: m.comparison.answer, Unfolded: m.unfolded,
		Width: m.width, Key: m.commands.KeyOrName,
	}
	d.Beside = m.width >= besideWidth && m.screen.HasBeside != nil && m.screen.HasBeside(d)
	return d
}

// boardOf is everything that the rows of a board depend on.
type boardOf struct {
	version uint64
	width   int
	whatIf  int
	answer  *overview.Answer
	audited *overview.Audited
	diff    *screen.Compared
	folds   int
}

// arrangedBoard lays out the screen that is shown.
func (m Model) arrangedBoard(l layout.Layout) Model {
	d := m.data()
	of := boardOf{m.snapshot.Version, l.List.Width, m.whatIf.Generation, m.explained.Answer, m.audited, m.comparison.answer, m.unfolded.Changes}
	m.board = m.board.LaidOut(m.screen.Name, of, func() pane.Items { return m.screen.Rows(d, max(l.List.Width-2, 1)) }, l.List).
		BesideLaidOut(l.Detail)
	return m
}

// besideWidth is the width in cells from which a board has the side pane.
const besideWidth = 110

func goToScreen(s *screen.Screen) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.screen, m.focus, m.zoomed = s, onList, false
		return m, nil
	}
}

// nothingBehind returns why Enter does nothing on the row of a board.
func nothingBehind(m Model) string {
	if it, ok := m.board.Current(); ok && (it.Leads() || it.Details != nil && !m.zoomed && !m.data().Beside) {
		return ""
	}
	return "this row has no message"
}

// rowZoomed reports whether the details of a board's row fill the screen, because there is
// no room next to the rows.
func (m Model) rowZoomed() bool {
	return m.zoomed && m.screen != screen.Messages && !m.data().Beside
}

// followItem shows the details of the row under the cursor if there is no side pane, and on
// the next call goes to its target.
func followItem(m Model) (Model, tea.Cmd) {
	it, ok := m.board.Current()
	if ok && it.Details != nil && !m.data().Beside && !m.zoomed {
		m.zoomed = true
		return m, nil
	}
	if it.Leads() {
		m.zoomed = false
	}
	switch {
	case !ok:
	case it.Filter != "":
		m.screen = screen.Messages
		return m.filtered(it.Filter)
	case it.Seq > 0:
		if tab := cmp.Or(detail.Named(it.View), m.screen.Tab); tab != nil {
			m.detail.Tab = tab
		}
		m.screen = screen.Messages
		if i := m.snapshot.Find(it.Seq); i >= 0 {
			return m.goTo(i)
		}
	case it.Recorded > 0:
		return openAt(m, m.comparison.answer.File, it.Recorded)
	}
	return m, nil
}

// moreOrMessages returns the hint for what Enter does on the row of a board.
func moreOrMessages(m Model) string {
	if it, ok := m.board.Current(); ok && it.Details != nil && !m.zoomed && !m.data().Beside {
		return "more"
	}
	return "messages"
}

func moveBoard(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.board = m.board.Moved(by)
		return m, nil
	}
}

func pageBoard(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		if m.rowZoomed() {
			return scrollBeside(direction)(m)
		}
		m.board = m.board.Paged(direction)
		return m, nil
	}
}

func boardEnd(m Model) (Model, tea.Cmd) {
	m.board = m.board.At(m.board.Items.Len)
	return m, nil
}

func boardStart(m Model) (Model, tea.Cmd) {
	m.board = m.board.At(0)
	return m, nil
}

func scrollBeside(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.board.Beside = m.board.Beside.Scrolled(direction)
		return m, nil
	}
}

func nothingBeside(m Model) string {
	if !m.data().Beside && !m.rowZoomed() {
		return "no side pane: the terminal needs " + strconv.Itoa(besideWidth) + " columns"
	}
	return ""
}

// unfoldHit expands or collapses the hit under the cursor. On other screens the key
// switches the view of the message.
func unfoldHit(open bool) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		d := m.data()
		rows := screen.HitRows(d)
		switch row := m.board.List.Cursor; {
		case m.screen != screen.Hits && open:
			return turnTab(1)(m)
		case m.screen != screen.Hits:
			return turnTab(-1)(m)
		case d.Beside:
			m.status = status.Info("the side pane shows it: " + m.commands.KeyOf("beside-down") + " scrolls it")
		case row >= 0 && row < len(rows) && m.unfolded.Hits[rows[row].Entry] != open:
			m.unfolded.Hits = maps.Clone(m.unfolded.Hits)
			if m.unfolded.Hits == nil {
				m.unfolded.Hits = map[int]bool{}
			}
			m.unfolded.Hits[rows[row].Entry] = open
			m.unfolded.Changes++
			m.board.List.Cursor = row - rows[row].Line
		}
		return m, nil
	}
}
