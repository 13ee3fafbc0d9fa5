package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/screen"
)

// reaction is how long a person takes to see what is new and to press a key.
const reaction = 300 * time.Millisecond

// settled says that an entry has been under the cursor long enough to be meant by
// the next key.
type settled struct{ entry int }

// settle notes what is under the cursor of a list that follows, to be meant a
// little later. What arrives in between the decision and the key does not change
// what the key is about.
func (m Model) settle() (Model, tea.Cmd) {
	current := m.messages.Current()
	if !m.messages.Follow || m.messages.Meant < 0 {
		m.messages.Meant = current
	}
	if m.messages.Settling || current == m.messages.Meant {
		return m, nil
	}
	m.messages.Settling = true
	wait := m.options.Reaction
	return m, m.own(func() tea.Msg {
		wait()
		return settled{current}
	})
}

func afterSettling(m Model, msg settled) Model {
	m.messages.Settling = false
	m.messages.Meant = msg.entry
	return m
}

// onMeant puts the cursor of a list that follows back on what the user saw when
// the key was pressed.
func (m Model) onMeant() Model {
	l := m.messages
	if l.Follow && m.screen == screen.Messages && l.Meant >= 0 && l.Meant != l.Current() {
		l = l.Moved(m.snapshot, l.Locate(l.Meant))
		l.Follow = false
	}
	m.messages = l
	return m
}
