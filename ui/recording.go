package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/status"
	"layertap/ui/text"
)

// recorded brings the answer to a wish to record or to stop.
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
	held := text.Count(now.Counts.Messages, "message")
	if msg.size > 0 {
		held += ", " + text.Bytes(msg.size)
	}
	switch {
	case msg.err != nil:
		m.status = status.Failed(msg.err)
	case msg.stopped:
		m.status = status.Told("saved " + msg.file + ": " + held)
		m.saved = lastSeq(now)
	default:
		m.status = status.Told("recording to " + msg.file + ": " + held)
	}
	return m
}

// newest is the last snapshot that came, which a paused screen does not show.
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

// unsaved says what is lost when the user quits; empty where nothing is that the
// user made, or wanted to be kept.
func unsaved(m Model) string {
	now := m.newest()
	if m.from.File != "" || m.options.Record == nil || now.Recording.File != "" && now.Recording.Err == nil {
		return ""
	}
	remarks := 0
	for on, seq := range m.seen.Remarked {
		if seq > m.saved && (m.seen.Marks[on] != "" || m.seen.Notes[on] != "") {
			remarks++
		}
	}
	for i := m.seen.Covered; i < now.Len(); i++ { // made while the screen was frozen
		switch now.Entry(i).(type) {
		case *datalayer.Note, *datalayer.Mark:
			remarks++
		}
	}
	lost := ""
	if remarks > 0 {
		lost = "marks or notes on " + text.Count(remarks, "message") + " are unsaved"
	}
	if missed := now.Counts.Messages - m.broke; now.Recording.Err != nil && missed > 0 {
		if lost != "" {
			lost += ", "
		}
		lost += text.Count(missed, "message") + " since the recording stopped"
	}
	return lost
}

// quit leaves the recording that was opened, or else the program. It asks first
// where something would be lost.
func quit(m Model) (Model, tea.Cmd) {
	if len(m.behind) > 0 {
		return m.closed()
	}
	lost := unsaved(m)
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
