package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"
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
	current := m.messages.current()
	if !m.messages.follow || m.messages.meant < 0 {
		m.messages.meant = current
	}
	if m.messages.settling || current == m.messages.meant {
		return m, nil
	}
	m.messages.settling = true
	wait := m.options.Reaction
	return m, m.own(func() tea.Msg {
		wait()
		return settled{current}
	})
}

func (m Model) settledOn(msg settled) Model {
	m.messages.settling = false
	m.messages.meant = msg.entry
	return m
}

// onMeant puts the cursor of a list that follows back on what the user saw when
// the key was pressed.
func (m Model) onMeant() Model {
	l := m.messages
	if l.follow && m.screen == onMessages && l.meant >= 0 && l.meant != l.current() {
		l = l.moved(m.snapshot, l.locate(l.meant))
		l.follow = false
	}
	m.messages = l
	return m
}
