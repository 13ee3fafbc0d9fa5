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
		return "marks and notes are for live sessions: a recording stays as it is"
	}
	return noMessage(m)
}

// toggleMark sets a sign on the message, or takes it off.
func toggleMark(m Model) (Model, tea.Cmd) {
	seq, sign, told := m.currentPush().Seq, markSign, "marked"
	if m.seen.marks[seq] != "" {
		sign, told = "", "the mark is off"
	}
	mark := m.options.Mark
	return m, func() tea.Msg { return done{told: told, err: mark(seq, sign)} }
}

// askNote asks for the text of a note on the message.
func askNote(m Model) (Model, tea.Cmd) {
	seq := m.currentPush().Seq
	return m.ask("note", "⏎ keeps it · Esc back", m.seen.notes[seq], func(m Model, typed string) (Model, tea.Cmd) {
		return m.noteOn(seq, typed)
	})
}

func (m Model) noteOn(seq int, typed string) (Model, tea.Cmd) {
	note := m.options.Note
	return m, func() tea.Msg { return done{told: "noted", err: note(seq, strings.TrimSpace(typed))} }
}
