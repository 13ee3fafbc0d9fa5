package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/screen"
	"layertap/ui/status"
)

// comparison is the comparison of a session with a recording.
type comparison struct {
	generation int  // of the recording; results for older ones are dropped
	asked      bool // a command is running
	answer     *screen.Compared
}

func askCompare(m Model) (Model, tea.Cmd) {
	already := ""
	if a := m.comparison.answer; a != nil {
		already = a.File
	}
	m, focus := m.ask("compare with", "a recording · Tab completes · Esc cancels", already, compareWith)
	m, more := m.completing("file", completeFile(recordings...))
	return m, tea.Batch(focus, more)
}

// compareWith compares the session with the recording in a file.
func compareWith(m Model, file string) (Model, tea.Cmd) {
	if file = strings.TrimSpace(file); file == "" {
		return m, nil
	}
	m = m.remember("file", file)
	m.comparison.generation++
	m.comparison.asked = true
	m.status = status.Info("comparing with " + file)
	asked, open := screen.Compared{Generation: m.comparison.generation, File: file, Shown: m.snapshot}, m.options.Open
	return m, m.own(func() tea.Msg {
		recording, err := open(file)
		if err != nil {
			asked.Err = err
			return asked
		}
		asked.Recording = readAll(recording)
		return asked.Work()
	})
}

// readAll reads a recording to the end.
func readAll(r Recording) session.Snapshot {
	defer r.Close()
	var read session.Snapshot
	for read.Attachment.Phase != datalayer.Over {
		newer, ok := r.Wait(read.Version)
		if !ok {
			break
		}
		read = newer
	}
	return read
}

// compareAgain compares again with the messages that arrived since, while the differences
// are shown.
func compareAgain(m Model) (Model, tea.Cmd) {
	c := &m.comparison
	if m.screen != screen.Diff || c.asked || c.answer == nil || c.answer.Shown.Counts.Messages == m.snapshot.Counts.Messages {
		return m, nil
	}
	c.asked = true
	asked := *c.answer
	asked.Shown = m.snapshot
	return m, m.own(func() tea.Msg { return asked.Work() })
}

// afterComparing stores a result, and shows the screen if the user has just requested it.
func afterComparing(m Model, msg screen.Compared) Model {
	c := &m.comparison
	if msg.Generation != c.generation {
		return m
	}
	c.asked = false
	if msg.Err != nil {
		m.status = status.Failed(msg.Err)
		return m
	}
	if c.answer == nil || c.answer.Generation != msg.Generation {
		m.status = status.Status{}
		m.screen, m.focus, m.zoomed = screen.Diff, onList, false
	} else if row := m.board.List.Cursor - len(c.answer.Summary("")); m.screen == screen.Diff && row >= 0 {
		m.board.List.Cursor = len(msg.Summary("")) + msg.Like(c.answer, row)
	}
	c.answer = &msg
	return m
}
