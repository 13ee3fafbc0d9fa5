package ui

import (
	"path"
	"slices"

	tea "charm.land/bubbletea/v2"

	"layertap/session"
	"layertap/ui/detail"
	"layertap/ui/messages"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/suggest"
)

// Recording is a session that is read from a file.
type Recording struct {
	File string
	// Wait is like [Options.Wait].
	Wait func(version uint64) (session.Snapshot, bool)
	// Mark sets a mark on the entry with the given Seq; an empty text removes it. Note does
	// the same with a note. They are nil if nothing can be saved.
	Mark, Note func(on int, text string) error
	// Close closes the file. No snapshot follows.
	Close func()
}

// showing is a session and the user's position in it. The one on the screen is part of the
// [Model]; those behind it keep running and keep their position.
type showing struct {
	id   int       // results are delivered to the session with this ID
	from Recording // its File is empty if the session is live

	snapshot session.Snapshot
	seen     *overview.Overview

	paused bool
	held   *session.Snapshot // the newest one, while paused

	screen    *screen.Screen
	focus     focus
	zoomed    bool // the detail pane fills the screen
	find      find
	messages  messages.List
	detail    detail.Detail
	board     pane.Board
	whatIf    screen.WhatIf
	explained overview.Explained
	audited   *overview.Audited // nil before the containers are checked
	auditing  bool              // a command is checking them
	unfolded  screen.Unfolded

	comparison comparison
	vocabulary suggest.Vocabulary

	saved int // the Seq of the last entry in a complete recording
	broke int // the number of messages when the recording stopped by itself

	wanted int // the Seq of an entry to go to as soon as it has been read
	left   int // the number of messages when the user went to another session
}

func newShowing(id int, from Recording) showing {
	return showing{
		id: id, from: from,
		seen:     overview.New(),
		screen:   screen.Messages,
		messages: messages.List{Follow: from.File == "", Target: -1},
		detail:   detail.New(),
	}
}

// toSession wraps the result of a command for the session that started it.
type toSession struct {
	id  int
	msg tea.Msg
}

// name returns the session's name among others.
func (s showing) name() string {
	if s.from.File == "" {
		return "this session"
	}
	return path.Base(s.from.File)
}

// own wraps a command so that its result is delivered to the session that is shown now.
func (s showing) own(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	id := s.id
	return func() tea.Msg { return toSession{id, cmd()} }
}

// deliver passes a result to its session, whether it is shown or not.
func (m Model) deliver(to toSession) (Model, tea.Cmd) {
	if to.id == m.id {
		return m.answered(to.msg)
	}
	i := slices.IndexFunc(m.behind, func(s showing) bool { return s.id == to.id })
	if i < 0 {
		return m, nil // it has been closed
	}
	m.showing, m.behind[i] = m.behind[i], m.showing
	m, cmd := m.answered(to.msg)
	m.showing, m.behind[i] = m.behind[i], m.showing
	return m, cmd
}

// answered processes the result of a command of the session.
func (m Model) answered(msg tea.Msg) (Model, tea.Cmd) {
	switch msg := msg.(type) {
	case snapshotMsg:
		return m.show(msg)
	case messages.Scanned:
		return m.scanned(msg)
	case found:
		return afterSearch(m, msg)
	case foundRow:
		return afterBoardSearch(m, msg), nil
	case overview.Explanation:
		return afterExplaining(m, msg), nil
	case overview.Audited:
		return afterAudit(m, msg), nil
	case settled:
		return afterSettling(m, msg), nil
	case screen.Tried:
		return afterTrying(m, msg), nil
	case recorded:
		return afterRecording(m, msg), nil
	case screen.Compared:
		return afterComparing(m, msg), nil
	case suggest.Vocabulary:
		return afterLearning(m, msg)
	}
	return m, nil
}

// snapshotMsg is the message with a newer snapshot.
type snapshotMsg struct{ snapshot session.Snapshot }

// waitFor returns the command that waits for a snapshot newer than a version. Only one runs
// at a time.
func (s showing) waitFor(version uint64) tea.Cmd {
	return s.own(func() tea.Msg {
		snapshot, ok := s.from.Wait(version)
		if !ok {
			return nil
		}
		return snapshotMsg{snapshot}
	})
}

// source returns the data for the views of a message.
func (s showing) source() overview.Source {
	return overview.Source{Snapshot: s.snapshot, Seen: s.seen, Explained: s.explained, Audited: s.audited}
}

// capture returns the quality of the session's capture.
func (s showing) capture() screen.Capture {
	return screen.Capture{Source: s.source(), File: s.from.File}
}
