package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/layout"
	"layertap/ui/messages"
	"layertap/ui/screen"
)

// The smallest screen on which the panes are drawn, in cells.
const minWidth, minHeight = 40, 12

// divided returns the parameters of the layout.
func (m Model) divided() layout.Screen {
	return layout.Screen{
		Width: m.width, Height: m.height, Bottom: m.bottom(), Notice: noticeLine(m) != nil, Headed: m.headed(),
		Board: m.screen != screen.Messages, Beside: m.data().Beside, Zoomed: m.zoomed, Split: m.kept.Split,
	}
}

// arrange divides the screen.
func (m Model) arrange() layout.Layout { return m.divided().Arrange() }

// moveSplit moves the border between the panes, within its limits.
func moveSplit(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.kept.Split = m.divided().Resplit(by)
		return m, nil
	}
}

// chooseColumns asks which column of the messages to hide or show.
func chooseColumns(m Model) (Model, tea.Cmd) {
	c := chooser{label: "columns"}
	for _, column := range m.kept.Hidden.Choices() {
		c.choices = append(c.choices, choice{column.Key, column.Words, func(m Model) (Model, tea.Cmd) {
			m.kept.Hidden = column.Then
			return m, nil
		}})
	}
	m.chooser = c
	return m, nil
}

// keptLayout is the message that a layout has been saved.
type keptLayout struct{ layout Layout }

// keepLayout saves the layout if it has changed. One command runs at a time, so that the
// latest layout is saved last.
func (m Model) keepLayout() (Model, tea.Cmd) {
	keep, now := m.options.KeepLayout, m.kept
	if keep == nil || m.keeping || now == m.options.Layout {
		return m, nil
	}
	m.keeping = true
	return m, func() tea.Msg {
		keep(now)
		return keptLayout{now}
	}
}

// headed reports whether the list has a line with the names of its columns.
func (m Model) headed() bool {
	if m.screen == screen.Messages {
		return m.width >= messages.OneLineWidth
	}
	return m.screen.Heading != nil && m.screen.Heading(m.data(), m.width) != nil
}

// arranged fits everything to the size of the screen and the content.
func (m Model) arranged() Model {
	l := m.arrange()
	if m.picking() {
		m.picker = m.picker.Arranged(m.snapshot.Attachment.Choices, l.Body.Height)
	}
	m.messages.TwoLines = m.width < messages.OneLineWidth
	if !m.zoomed && m.screen == screen.Messages {
		m.messages = m.messages.Arranged(m.snapshot, l.List.Height)
	}
	if m.screen != screen.Messages {
		return m.arrangedBoard(l)
	}
	m.detail.ExplainKey = m.commands.KeyOrName("explain")
	m.detail = m.detail.Arranged(m.source(), m.messages.Current(), l.Detail)
	return m
}
