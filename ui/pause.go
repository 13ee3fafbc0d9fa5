package ui

import (
	tea "charm.land/bubbletea/v2"
)

// togglePause freezes the screen, or resumes with what arrived meanwhile.
func togglePause(m Model) (Model, tea.Cmd) {
	m.paused = !m.paused
	held := m.held
	m.held = nil
	if m.paused || held == nil {
		return m, nil
	}
	return m.take(*held)
}

// missedWhilePaused returns how many messages have arrived since the screen was frozen.
func missedWhilePaused(m Model) int {
	if m.held == nil {
		return 0
	}
	return m.held.Counts.Messages - m.snapshot.Counts.Messages
}
