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
	// Wait does what that of [Options] does.
	Wait func(version uint64) (session.Snapshot, bool)
	// Mark sets a sign on the entry with the given Seq; an empty one takes it
	// off. Note does the same with a text. They are nil where nothing keeps them.
	Mark, Note func(on int, text string) error
	// Close lets go of the file. No snapshot comes after it.
	Close func()
}

// showing is a session and where the user is in it. The one on the screen is part
// of the [Model]; those behind it go on and stay as they were left.
type showing struct {
	id   int       // commands answer to the session that they were asked for
	from Recording // its File is empty where the session is live

	snapshot session.Snapshot
	seen     *overview.Overview

	paused bool
	held   *session.Snapshot // the newest one, while paused

	screen    *screen.Screen
	focus     focus
	zoomed    bool // the detail pane has the screen to itself
	find      find
	messages  messages.List
	detail    detail.Detail
	board     pane.Board
	whatIf    screen.WhatIf
	explained overview.Explained
	audited   *overview.Audited // nil before the containers were checked
	auditing  bool              // a command is out that checks them
	unfolded  screen.Unfolded

	comparison comparison
	vocabulary suggest.Vocabulary

	saved int // the Seq of the last entry that a complete recording holds
	broke int // how many messages there were when the recording stopped by itself

	wanted int // the Seq of an entry to go to as soon as it is there
	left   int // how many messages there were when the user went to another session
}

func newShowing(id int, from Recording) showing {
	return showing{
		id: id, from: from,
		seen:     overview.New(),
		screen:   screen.Messages,
		messages: messages.List{Follow: from.File == "", Meant: -1},
		detail:   detail.New(),
	}
}

// toSession brings what a command found out to the session that it was asked for.
type toSession struct {
	id  int
	msg tea.Msg
}

// name is what the session is called beside others.
func (s showing) name() string {
	if s.from.File == "" {
		return "this session"
	}
	return path.Base(s.from.File)
}

// own has a command answer to the session that is shown now.
func (s showing) own(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	id := s.id
	return func() tea.Msg { return toSession{id, cmd()} }
}

// deliver hands an answer to its session, be it shown or not.
func (m Model) deliver(to toSession) (Model, tea.Cmd) {
	if to.id == m.id {
		return m.answered(to.msg)
	}
	i := slices.IndexFunc(m.behind, func(s showing) bool { return s.id == to.id })
	if i < 0 {
		return m, nil // it was closed
	}
	m.showing, m.behind[i] = m.behind[i], m.showing
	m, cmd := m.answered(to.msg)
	m.showing, m.behind[i] = m.behind[i], m.showing
	return m, cmd
}

// answered takes in what a command of the session found out.
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

// snapshotMsg brings a newer snapshot.
type snapshotMsg struct{ snapshot session.Snapshot }

// waitFor returns the one command that is out for a snapshot newer than a version.
func (s showing) waitFor(version uint64) tea.Cmd {
	return s.own(func() tea.Msg {
		snapshot, ok := s.from.Wait(version)
		if !ok {
			return nil
		}
		return snapshotMsg{snapshot}
	})
}

// source is what the views of a message draw on.
func (s showing) source() overview.Source {
	return overview.Source{Snapshot: s.snapshot, Seen: s.seen, Explained: s.explained, Audited: s.audited}
}

// capture is how well the session was captured.
func (s showing) capture() screen.Capture {
	return screen.Capture{Source: s.source(), File: s.from.File}
}
