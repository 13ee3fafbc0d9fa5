package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/describe"
	"layertap/ui/status"
)

// done is the result of an operation outside the program.
type done struct {
	info string
	err  error
	kind string // of the operation; an error is cleared once the same kind succeeds
}

func afterDone(m Model, msg done) Model {
	if msg.err != nil {
		m.status = status.Failed(msg.err)
		m.status.Kind = msg.kind
	} else if msg.info != "" {
		m.status = status.Info(msg.info)
		m.status.Fixed = msg.kind
	}
	return m
}

func cannotRemark(m Model) string {
	if m.from.Mark == nil || m.from.Note == nil {
		return "marks and notes can't be kept here"
	}
	return noMessage(m)
}

// toggleMark marks the message, or removes the mark.
func toggleMark(m Model) (Model, tea.Cmd) {
	seq, sign, info := m.messages.Push(m.snapshot).Seq, describe.MarkSign, "marked"
	if m.seen.Marks[seq] != "" {
		sign, info = "", "mark removed"
	}
	mark := m.from.Mark
	return m, func() tea.Msg { return done{info: info, err: mark(seq, sign)} }
}

// askNote asks for the text of a note on the message.
func askNote(m Model) (Model, tea.Cmd) {
	seq := m.messages.Push(m.snapshot).Seq
	return m.ask("note", "⏎ saves · Esc cancels", m.seen.Notes[seq], func(m Model, typed string) (Model, tea.Cmd) {
		return noteOn(m, seq, typed)
	})
}

func noteOn(m Model, seq int, typed string) (Model, tea.Cmd) {
	note := m.from.Note
	return m, func() tea.Msg { return done{info: "note saved", err: note(seq, strings.TrimSpace(typed))} }
}
