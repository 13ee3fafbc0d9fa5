package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/overview"
	"layertap/ui/screen"
)

// explain works out what the screen needs about the message under the cursor. One command
// runs at a time.
func (m Model) explain() (Model, tea.Cmd) {
	needs := m.screen.Needs
	if m.screen == screen.Messages {
		needs = m.detail.Tab.Needs
	}
	q, ok := m.source().Question(needs, m.messages.Nearest(m.snapshot))
	if !ok {
		return m, nil
	}
	m.explained.Asked = q
	snapshot, before := m.snapshot, m.explained.Answer
	return m, m.own(func() tea.Msg { return overview.Ask(snapshot, q, before) })
}

func afterExplaining(m Model, msg overview.Explanation) Model {
	m.explained = overview.Explained{About: msg.Question, Answer: msg.Answer}
	return m
}
