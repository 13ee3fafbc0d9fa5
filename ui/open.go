package ui

import (
	"path"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/text"
)

// opened is the message with a recording that was opened.
type opened struct {
	recording Recording
	at        int // the Seq of the entry to go to; 0 for none
	err       error
}

func cannotOpen(m Model) string {
	if m.options.Open == nil {
		return "recordings can't be opened here"
	}
	return ""
}

func askOpen(m Model) (Model, tea.Cmd) {
	m, focus := m.ask("open", "a recording · Tab completes · Esc cancels", "", openRecording)
	m, more := m.completing("file", completeFile(recordings...))
	return m, tea.Batch(focus, more)
}

// openRecording opens the recording in a file. The current session keeps running behind it.
func openRecording(m Model, file string) (Model, tea.Cmd) { return openAt(m, file, 0) }

// openAt opens a recording and goes to one of its entries.
func openAt(m Model, file string, seq int) (Model, tea.Cmd) {
	if file = strings.TrimSpace(file); file == "" {
		return m, nil
	}
	m = m.remember("file", file)
	m.status = status.Info("opening " + file)
	open := m.options.Open
	return m, func() tea.Msg {
		recording, err := open(file)
		return opened{recording, seq, err}
	}
}

func afterOpening(m Model, msg opened) (Model, tea.Cmd) {
	if msg.err != nil {
		m.status = status.Failed(msg.err)
		return m, nil
	}
	m.status = status.Status{}
	m.left = m.snapshot.Counts.Messages
	m.behind = append([]showing{m.showing}, m.behind...)
	m.showing = newShowing(m.begun, msg.recording)
	m.begun++
	if m.wanted = msg.at; msg.at == 0 {
		m.screen = screen.Summary
	}
	return m, m.waitFor(0)
}

// closed closes the session that is shown, and returns to the one behind it.
func (m Model) closed() (Model, tea.Cmd) {
	closeFrom := m.from.Close
	m.showing, m.behind = m.behind[0], m.behind[1:]
	return m, func() tea.Msg {
		closeFrom()
		return nil
	}
}

// brief returns the name and the state of a session that is behind another.
func (s showing) brief() text.Line {
	if s.from.File != "" {
		return text.Of(style.Plain, text.Cut(path.Base(s.from.File), 24))
	}
	line := s.capture().Phase()
	if s.newest().Recording.File != "" {
		line = line.With(style.Bad, " ◉ REC")
	}
	if more := s.snapshot.Counts.Messages - s.left; more > 0 {
		line = line.With(style.Accent, " +"+strconv.Itoa(more))
	}
	return line
}
