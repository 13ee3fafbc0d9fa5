package ui

import (
	tea "charm.land/bubbletea/v2"
)

// recorded brings the answer to a wish to record or to stop.
type recorded struct {
	file    string
	stopped bool
	err     error
}

func noRecording(m Model) string {
	if m.options.Record == nil || m.from.File != "" {
		return "this is a recording: there is nothing to record"
	}
	return ""
}

func toggleRecording(m Model) (Model, tea.Cmd) {
	record, stop, file := m.options.Record, m.options.StopRecording, m.snapshot.Recording.File
	if file != "" && m.snapshot.Recording.Err == nil {
		return m, func() tea.Msg { return recorded{file: file, stopped: true, err: stop()} }
	}
	return m, func() tea.Msg {
		file, err := record()
		return recorded{file: file, err: err}
	}
}

func (m Model) recorded(msg recorded) Model {
	switch {
	case msg.err != nil:
		m.status = failed(msg.err)
	case msg.stopped:
		m.status = told("saved " + msg.file)
	default:
		m.status = told("recording to " + msg.file)
	}
	return m
}
