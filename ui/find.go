package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/detail"
	"layertap/ui/messages"
	"layertap/ui/overview"
	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/text"
)

// find is the search that n and N repeat.
type find struct {
	word       string
	generation int // of the search; results of older ones are dropped
}

// found is the result of a search; index is -1 if there is none.
type found struct {
	generation int
	index      int
}

// searchMessages searches for the word from the cursor, in all messages that the filter
// passes, including folded ones and text that is cut on the screen.
func searchMessages(m Model, direction int) (Model, tea.Cmd) {
	m.find.generation++
	generation, snapshot, chosen := m.find.generation, m.snapshot, m.messages.RowFilter.Filter
	word, from := m.find.word, m.messages.Current()
	return m, m.own(func() tea.Msg {
		return found{generation, messages.Search(snapshot, chosen, word, from, direction)}
	})
}

func afterSearch(m Model, msg found) (Model, tea.Cmd) {
	if msg.generation != m.find.generation {
		return m, nil
	}
	if msg.index < 0 {
		m.status = status.Info("“" + m.find.word + "” not found")
		return m, nil
	}
	m, cmd := m.goTo(msg.index)
	if push, ok := m.snapshot.Entry(msg.index).(*datalayer.Push); ok && !text.Mentions(push.Title(), m.find.word) {
		if path := messages.PathWith(push, m.find.word); path != "" {
			m.status = status.Info("“" + text.Cut(m.find.word, 24) + "” found in " + text.Cut(path, 36))
		}
	}
	return m, cmd
}

// goTo moves the cursor to an entry, and unfolds it if necessary.
func (m Model) goTo(i int) (Model, tea.Cmd) {
	m.messages.Follow = false
	m.messages.Anchor = i
	if row := m.messages.At(m.snapshot, i); row >= 0 {
		m.messages = m.messages.Jumped(m.snapshot, row)
		return m, nil
	}
	return m.changeRowFilter(messages.RowFilter{Filter: m.messages.RowFilter.Filter, Noise: true})
}

// goToWanted moves the cursor to the entry that a session was opened for, once it has been
// read.
func goToWanted(m Model) (Model, tea.Cmd) {
	i := m.snapshot.Find(m.wanted)
	if m.wanted == 0 || i < 0 || m.messages.Scanning {
		return m, nil
	}
	m.wanted = 0
	return m.goTo(i)
}

// nextFinding moves the cursor to the next row in a direction for which is returns true,
// and wraps around.
func nextFinding(direction int, is func(session.Snapshot, int) bool) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		rows, from := m.messages.Rows, m.messages.List.Cursor
		if m.screen != screen.Messages && direction > 0 && !m.messages.Looked() {
			from = -1 // no message has been shown yet
		}
		m.screen = screen.Messages
		for step := 1; step <= len(rows); step++ {
			row := ((from+direction*step)%len(rows) + len(rows)) % len(rows)
			if !is(m.snapshot, m.messages.Entry(row)) {
				continue
			}
			switch {
			case row == from:
				m.status = status.Info("no other so far")
			case (row-from)*direction < 0:
				m.status = status.Info(map[int]string{1: "continued from the start", -1: "continued from the end"}[direction])
			}
			m.messages = m.messages.Jumped(m.snapshot, row)
			m.detail.Tab = detail.Findings
			return m, nil
		}
		m.status = status.Info("no findings so far")
		if !m.messages.RowFilter.Filter.All() {
			m.status = status.Info("no findings match the filter: " + m.commands.KeyOrName("filter-toggle") + " clears it")
		}
		return m, nil
	}
}

// isFinding reports whether the entry at index i is a gap, or a message with a finding.
func isFinding(snapshot session.Snapshot, i int) bool {
	_, ok := snapshot.Entry(i).(*datalayer.Gap)
	return ok || overview.Wrong(snapshot.Verdict(i))
}

func hasError(snapshot session.Snapshot, i int) bool {
	return overview.Worst(snapshot.Verdict(i)) == rules.Error
}

func hasWarning(snapshot session.Snapshot, i int) bool {
	return slices.ContainsFunc(snapshot.Verdict(i).Findings, func(f rules.Finding) bool { return f.Severity == rules.Warning })
}

// hasMoreThanErrors reports whether there are findings other than errors.
func hasMoreThanErrors(m Model) bool {
	return m.snapshot.Counts.Errors > 0 && (m.snapshot.Counts.Warnings > 0 || len(m.seen.Gaps) > 0)
}

func noErrors(m Model) string {
	if m.snapshot.Counts.Errors == 0 {
		return "no errors so far"
	}
	return ""
}

func askFind(m Model) (Model, tea.Cmd) {
	where := "in all messages"
	switch {
	case m.screen != screen.Messages:
		where = "on this screen"
	case m.focus == onDetail:
		where = "in this message"
	}
	m, focus := m.ask("/", "⏎ finds it "+where+" · Esc cancels", "", findTyped)
	m, more := m.completing("find", completeEvent)
	return m, tea.Batch(focus, more)
}

// findTyped searches for a text.
func findTyped(m Model, typed string) (Model, tea.Cmd) {
	if m.find.word = strings.TrimSpace(typed); m.find.word == "" {
		return m, nil
	}
	return m.remember("find", typed).seek(1)
}

func completeEvent(m Model, typed string) prompt.Completion {
	return prompt.Completion{Words: prompt.Fitting(m.words().Events(), typed)}
}

// seek searches for the word in the focused pane.
func (m Model) seek(direction int) (Model, tea.Cmd) {
	switch {
	case m.screen != screen.Messages:
		return searchBoard(m, direction)
	case m.focus == onDetail:
		return searchDetail(m, direction), nil
	}
	return searchMessages(m, direction)
}

// foundRow is the row of a board that a search found; -1 if there is none.
type foundRow struct {
	generation int
	screen     *screen.Screen
	row        int
}

// searchBoard searches for the word in the rows of a board, which may be many.
func searchBoard(m Model, direction int) (Model, tea.Cmd) {
	m.find.generation++
	at := foundRow{m.find.generation, m.screen, -1}
	word, rows, from := m.find.word, m.board.Items, m.board.List.Cursor
	return m, m.own(func() tea.Msg {
		for step := 1; step <= rows.Len; step++ {
			row := ((from+direction*step)%rows.Len + rows.Len) % rows.Len
			if rows.At(row).Mentions(word) {
				at.row = row
				break
			}
		}
		return at
	})
}

func afterBoardSearch(m Model, msg foundRow) Model {
	switch {
	case msg.generation != m.find.generation || msg.screen != m.screen:
	case msg.row < 0:
		m.status = status.Info("“" + m.find.word + "” not found on this screen")
	default:
		m.board = m.board.At(msg.row)
	}
	return m
}

// searchDetail searches for the word in the rows of the detail, with all of them unfolded.
func searchDetail(m Model, direction int) Model {
	if len(m.detail.Folds) > 0 || !m.detail.Whole {
		m.detail.Folds, m.detail.Whole = map[string]bool{}, true
		m.detail.Folded++
		m = m.arranged()
	}
	d := m.detail
	for step := 1; step <= len(d.Items); step++ {
		row := ((d.List.Cursor+direction*step)%len(d.Items) + len(d.Items)) % len(d.Items)
		if it := d.Items[row]; it.Mentions(m.find.word) {
			m.detail.List = d.List.Show(d.Rows(), row)
			return m
		}
	}
	m.status = status.Info("“" + m.find.word + "” not found here")
	return m
}
