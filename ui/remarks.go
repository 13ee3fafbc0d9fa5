package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"
)

// the sign that a mark sets.
const markSign = "★"

// done brings the answer of something that was asked of the world outside.
type done struct {
	told string
	err  error
}

func (m Model) done(msg done) Model {
	if msg.err != nil {
		m.status = failed(msg.err)
	} else if msg.told != "" {
		m.status = told(msg.told)
	}
	return m
}

func cannotRemark(m Model) string {
	if m.options.Mark == nil || m.options.Note == nil || m.from.File != "" {
		return "this session cannot be written in: marks and notes are for live ones"
	}
	return noMessage(m)
}

// toggleMark sets a sign on the message, or takes it off.
func toggleMark(m Model) (Model, tea.Cmd) {
	seq, sign := m.currentPush().Seq, markSign
	if m.seen.marks[seq] != "" {
		sign = ""
	}
	mark := m.options.Mark
	return m, func() tea.Msg { return done{err: mark(seq, sign)} }
}

// askNote asks for the text of a note on the message.
func askNote(m Model) (Model, tea.Cmd) {
	seq := m.currentPush().Seq
	return m.ask("note", "enter keeps it · esc", m.seen.notes[seq], func(m Model, typed string) (Model, tea.Cmd) {
		return m.noteOn(seq, typed)
	})
}

func (m Model) noteOn(seq int, typed string) (Model, tea.Cmd) {
	note := m.options.Note
	return m, func() tea.Msg { return done{told: "noted", err: note(seq, strings.TrimSpace(typed))} }
}
