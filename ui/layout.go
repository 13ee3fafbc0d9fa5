package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/messages"
	"layertap/ui/pane"
	"layertap/ui/screen"
)

// The smallest screen that anything is drawn on, and the width from which on the
// panes are side by side.
const (
	minWidth, minHeight = 40, 12
	sideBySideWidth     = 140
	detailWidth         = 80 // is enough beside the list, which has the rest
)

// layout says where the panes are. A pane that is not shown has no height.
type layout struct {
	notice pane.Rect // one line
	list   pane.Rect // the rows themselves, without their heading
	detail pane.Rect // with its title line
	body   pane.Rect // all between the tabs and the footer
	beside bool
}

// arrange divides the screen.
func (m Model) arrange() layout {
	var l layout
	l.body = pane.Rect{X: 0, Y: 2, Width: m.width, Height: max(m.height-2-m.bottom(), 0)}
	if noticeLine(m) != nil {
		l.notice = pane.Rect{X: 0, Y: 2, Width: m.width, Height: 1}
		l.body.Y++
		l.body.Height--
	}
	switch {
	case m.data().Beside:
		l = l.divided(m.moved(m.width*11/20, m.width, leastPane, leastPane))
	case m.screen != screen.Messages:
		l.list = l.body
		if m.zoomed {
			l.detail = l.body
		}
	case m.zoomed:
		l.detail = l.body
	case m.width >= sideBySideWidth:
		l = l.divided(m.moved(max(m.width*2/3, m.width-detailWidth), m.width, leastList, leastPane))
	default:
		height := m.moved(l.body.Height*11/20, l.body.Height, leastRows, leastRows)
		l.list = pane.Rect{X: 0, Y: l.body.Y, Width: m.width, Height: height}
		l.detail = pane.Rect{X: 0, Y: l.body.Y + height, Width: m.width, Height: l.body.Height - height}
	}
	if l.list.Height > 0 && m.headed() { // the heading
		l.list.Y++
		l.list.Height--
	}
	return l
}

// What a pane keeps, in cells, when the border between two is moved.
const leastList, leastPane, leastRows = 84, 32, 4

// moved is where the border between two panes is, of so many cells.
func (m Model) moved(from, of, before, after int) int {
	if m.split == 0 {
		return from
	}
	return max(min(from+m.split*of/splitSteps, of-after), min(before, from))
}

// splitSteps is how many steps lead from one end of the screen to the other.
const splitSteps = 20

// moveSplit moves the border between the panes, as far as it goes.
func moveSplit(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		before := m.arrange()
		moved := m
		moved.split += by
		if after := moved.arrange(); after.list == before.list && after.detail == before.detail {
			return m, nil
		}
		return moved, nil
	}
}

// chooseColumns asks which column of the messages to hide or to show again.
func chooseColumns(m Model) (Model, tea.Cmd) {
	c := chooser{label: "columns"}
	for _, column := range m.hidden.Choices() {
		c.choices = append(c.choices, choice{column.Key, column.Words, func(m Model) (Model, tea.Cmd) {
			m.hidden = column.Then
			return m, nil
		}})
	}
	m.chooser = c
	return m, nil
}

// divided puts the panes side by side, the list so many cells wide and a rule
// between the two. The list's last cell stays free, so that no text touches the rule.
func (l layout) divided(width int) layout {
	l.beside = true
	l.list = pane.Rect{X: 0, Y: l.body.Y, Width: width - 1, Height: l.body.Height}
	l.detail = pane.Rect{X: width + 1, Y: l.body.Y, Width: l.body.Width - width - 1, Height: l.body.Height}
	return l
}

// headed reports whether the list has a line that names its columns.
func (m Model) headed() bool {
	if m.screen == screen.Messages {
		return m.width >= messages.OneLineWidth
	}
	return m.screen.Heading != nil && m.screen.Heading(m.data(), m.width) != nil
}

// arranged fits everything to the size of the screen and to what is shown.
func (m Model) arranged() Model {
	l := m.arrange()
	if m.picking() {
		m.picker = m.picker.Arranged(m.snapshot.Attachment.Choices, l.body.Height)
	}
	m.messages.TwoLines = m.width < messages.OneLineWidth
	if !m.zoomed && m.screen == screen.Messages {
		m.messages = m.messages.Arranged(m.snapshot, l.list.Height)
	}
	if m.screen != screen.Messages {
		return m.arrangedBoard(l)
	}
	m.detail = m.detail.Arranged(m.source(), m.messages.Current(), l.detail)
	return m
}
