package ui

import (
	"path"
	"slices"

	tea "charm.land/bubbletea/v2"

	"layertap/session"
)

// Recording is a session that is read from a file.
type Recording struct {
	File string
	// Wait does what that of [Options] does.
	Wait func(version uint64) (session.Snapshot, bool)
	// Close lets go of the file. No snapshot comes after it.
	Close func()
}

// showing is a session and where the user is in it. The one on the screen is part
// of the [Model]; those behind it go on and stay as they were left.
type showing struct {
	id   int       // commands answer to the session that they were asked for
	from Recording // its File is empty where the session is live

	snapshot session.Snapshot
	seen     *overview

	paused bool
	held   *session.Snapshot // the newest one, while paused

	screen    screen
	focus     focus
	zoomed    bool // the detail pane has the screen to itself
	find      find
	messages  messages
	detail    detail
	board     board
	whatIf    whatIf
	explained explained
	unfolded  unfolded

	comparison comparison
	vocabulary vocabulary

	saved int // the Seq of the last entry that a complete recording holds
	broke int // how many messages there were when the recording stopped by itself

	wanted int // the Seq of an entry to go to as soon as it is there
	left   int // how many messages there were when the user went to another session
}

func newShowing(id int, from Recording) showing {
	return showing{
		id: id, from: from,
		seen:     newOverview(),
		messages: messages{follow: from.File == "", meant: -1},
		detail:   newDetail(),
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
	case scanned:
		return m.scanned(msg)
	case found:
		return m.found(msg)
	case foundRow:
		return m.foundRow(msg), nil
	case explanation:
		return m.explainedBy(msg), nil
	case settled:
		return m.settledOn(msg), nil
	case tried:
		return m.tried(msg), nil
	case recorded:
		return m.recorded(msg), nil
	case compared:
		return m.compared(msg), nil
	case vocabulary:
		return m.learnt(msg)
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
