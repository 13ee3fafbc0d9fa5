package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/messages"
)

func (m Model) scanned(msg messages.Scanned) (Model, tea.Cmd) {
	if msg.Generation != m.messages.Generation {
		return m, nil
	}
	m.messages.Scanning, m.messages.Work = false, msg.Work
	if len(msg.Work.Rows) > 0 {
		m.messages = m.messages.Adopt(m.snapshot)
	}
	var cmd tea.Cmd
	m.messages, cmd = m.messages.Advance(m.snapshot)
	return m, m.own(cmd)
}

// sift changes the row filter. The old rows stay until there are new ones.
func (m Model) changeRowFilter(s messages.RowFilter) (Model, tea.Cmd) {
	l := m.messages
	l.Refiltered = s.Filter.String() != l.RowFilter.Filter.String()
	l.RowFilter = s
	l.SeenAnnotations = m.seen.Annotations
	l.Generation++
	l.Scanning = false
	l.Work = messages.Scan{}
	var cmd tea.Cmd
	m.messages, cmd = l.Advance(m.snapshot)
	return m, m.own(cmd)
}
