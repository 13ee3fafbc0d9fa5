package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/screen"
)

// reaction is the time a user takes to notice a change and press a key.
const reaction = 300 * time.Millisecond

// settled is the message that an entry has been under the cursor long enough for the next
// key to apply to it.
type settled struct{ entry int }

// settle schedules the entry under the cursor of a following list to become the target of
// keys. What arrives between the user's decision and the key doesn't change the key's
// target.
func (m Model) settle() (Model, tea.Cmd) {
	current := m.messages.Current()
	if !m.messages.Follow || m.messages.Target < 0 {
		m.messages.Target = current
	}
	if m.messages.Settling || current == m.messages.Target {
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
	m.messages.Target = msg.entry
	return m
}

// onTarget moves the cursor of a following list back to the entry that the user saw when
// pressing the key.
func (m Model) onTarget() Model {
	l := m.messages
	if l.Follow && m.screen == screen.Messages && l.Target >= 0 && l.Target != l.Current() {
		l = l.Moved(m.snapshot, l.Locate(l.Target))
		l.Follow = false
	}
	m.messages = l
	return m
}
