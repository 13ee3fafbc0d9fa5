package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/session"
	"layertap/ui/status"
	"layertap/ui/text"
)

// recorded is the result of starting or stopping a recording.
type recorded struct {
	file    string
	size    int64
	stopped bool
	err     error
}

func noRecording(m Model) string {
	if m.options.Record == nil || m.from.File != "" {
		return "this is already a recording"
	}
	return ""
}

func toggleRecording(m Model) (Model, tea.Cmd) {
	record, stop, size := m.options.Record, m.options.StopRecording, m.options.Size
	if size == nil {
		size = func(string) int64 { return 0 }
	}
	if now := m.newest().Recording; now.File != "" && now.Err == nil {
		return m, m.own(func() tea.Msg {
			err := stop()
			return recorded{now.File, size(now.File), true, err}
		})
	}
	return m, m.own(func() tea.Msg {
		file, err := record()
		return recorded{file, size(file), false, err}
	})
}

func afterRecording(m Model, msg recorded) Model {
	now := m.newest()
	held := plural.Count(now.Counts.Messages, "message")
	if msg.size > 0 {
		held += ", " + text.Bytes(msg.size)
	}
	switch {
	case msg.err != nil:
		m.status = status.Failed(msg.err)
	case msg.stopped:
		m.status = status.Info("saved " + msg.file + ": " + held)
		m.saved = lastSeq(now)
	default:
		m.status = status.Info("recording to " + msg.file + ": " + held)
	}
	return m
}

// newest returns the latest snapshot, which a paused screen doesn't show.
func (s showing) newest() session.Snapshot {
	if s.held != nil {
		return *s.held
	}
	return s.snapshot
}

func lastSeq(s session.Snapshot) int {
	if s.Len() == 0 {
		return 0
	}
	return datalayer.At(s.Entry(s.Len() - 1)).Seq
}

// backOrQuit returns the hint for what quit does now.
func backOrQuit(m Model) string {
	if m.rowZoomed() {
		return "back"
	}
	return "quit"
}

// quit leaves the detail of a row, the recording that was opened, or else the program. It
// asks first if something would be lost.
func quit(m Model) (Model, tea.Cmd) {
	if m.rowZoomed() {
		m.zoomed = false
		return m, nil
	}
	if len(m.behind) > 0 {
		return m.closed()
	}
	if m.from.File != "" || m.options.Record == nil {
		return m, tea.Quit
	}
	lost := m.seen.Unsaved(m.newest(), m.saved, m.broke)
	if lost == "" {
		return m, tea.Quit
	}
	record := m.options.Record
	m.chooser = chooser{label: lost, choices: []choice{
		{"r", "record and quit", func(m Model) (Model, tea.Cmd) {
			return m, func() tea.Msg {
				if _, err := record(); err != nil {
					return done{err: err}
				}
				return tea.QuitMsg{}
			}
		}},
		{"q", "quit", func(m Model) (Model, tea.Cmd) { return m, tea.Quit }},
	}}
	return m, nil
}
