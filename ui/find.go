package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/text"
)

// find is the search that n and N repeat.
type find struct {
	word       string
	generation int // of the search; answers to older ones are dropped
}

// found brings the entry that a search came to; index is -1 where there is none.
type found struct {
	generation int
	index      int
}

// search looks for the word from the cursor on, over all that the filter lets
// through, be it folded away or cut on the screen.
func (m Model) search(direction int) (Model, tea.Cmd) {
	m.find.generation++
	generation, snapshot, chosen := m.find.generation, m.snapshot, m.messages.sieve.filter
	word, from := m.find.word, m.messages.current()
	return m, m.own(func() tea.Msg {
		n, has := snapshot.Len(), filter.Containing(word)
		for step := 1; step <= n; step++ {
			i := ((from+direction*step)%n + n) % n
			if searchable(snapshot, chosen, i) && (has.Match(snapshot, i) || mentions(snapshot, i, word)) {
				return found{generation, i}
			}
		}
		return found{generation, -1}
	})
}

func searchable(snapshot session.Snapshot, chosen filter.Filter, i int) bool {
	if _, ok := snapshot.Entry(i).(*datalayer.Page); ok {
		return chosen.All()
	}
	return sieve{chosen, true}.passes(snapshot, i)
}

// mentions says whether an entry that is no message has the word in it.
func mentions(snapshot session.Snapshot, i int, word string) bool {
	switch e := snapshot.Entry(i).(type) {
	case *datalayer.Page:
		return mentionedIn(e.URL+" "+e.Title, word)
	case *datalayer.Action:
		return mentionedIn(e.Action+" "+actionTarget(e), word)
	case *datalayer.Gap:
		return mentionedIn(e.Why, word)
	case *datalayer.LayerChange:
		return mentionedIn(e.Sentence(), word)
	case *datalayer.ScriptError:
		return mentionedIn(e.Sentence(), word)
	case *datalayer.Note:
		return mentionedIn(e.Text, word)
	}
	return false
}

// mentionedIn says whether a text has a word in it, whatever the case of either.
func mentionedIn(text, word string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(word))
}

func (m Model) found(msg found) (Model, tea.Cmd) {
	if msg.generation != m.find.generation {
		return m, nil
	}
	if msg.index < 0 {
		m.status = told("nothing has “" + m.find.word + "” in it")
		return m, nil
	}
	m, cmd := m.goTo(msg.index)
	if push, ok := m.snapshot.Entry(msg.index).(*datalayer.Push); ok && !mentionedIn(push.Title(), m.find.word) {
		if path := pathWith(push, m.find.word); path != "" {
			m.status = told("“" + text.Cut(m.find.word, 24) + "” is in " + text.Cut(path, 36))
		}
	}
	return m, cmd
}

// pathWith is the first path in a message with a word in its name or in its value;
// empty where there is none.
func pathWith(push *datalayer.Push, word string) string {
	message, err := datalayer.Decode(push.Message)
	if err != nil {
		return ""
	}
	return pathIn(message, "", word)
}

func pathIn(v datalayer.Value, path, word string) string {
	for _, f := range v.Fields {
		at := datalayer.Member(path, f.Name)
		if mentionedIn(f.Name, word) {
			return at
		}
		if found := pathIn(f.Value, at, word); found != "" {
			return found
		}
	}
	for i, element := range v.Items {
		if found := pathIn(element, datalayer.Item(path, i), word); found != "" {
			return found
		}
	}
	if !isNested(v) && (mentionedIn(v.Text, word) || mentionedIn(scalar(v).String(), word)) {
		return path
	}
	return ""
}

// goTo puts the cursor on an entry, which is unfolded where it has to be.
func (m Model) goTo(i int) (Model, tea.Cmd) {
	m.messages.follow = false
	m.messages.anchor = i
	if row := m.messages.locate(i); row >= 0 && int(m.messages.rows[row]) == i {
		m.messages = m.messages.jumped(m.snapshot, row)
		return m, nil
	}
	return m.sift(sieve{m.messages.sieve.filter, true})
}

// goToWanted goes to the entry that a session was opened for, once it is there.
func (m Model) goToWanted() (Model, tea.Cmd) {
	i := m.snapshot.Find(m.wanted)
	if m.wanted == 0 || i < 0 || m.messages.scanning {
		return m, nil
	}
	m.wanted = 0
	return m.goTo(i)
}

// nextFinding goes to the next row that is one, in a direction, and on from the
// other end.
func nextFinding(direction int, is func(session.Snapshot, int) bool) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.screen = onMessages
		rows, from := m.messages.rows, m.messages.list.Cursor
		for step := 1; step <= len(rows); step++ {
			row := ((from+direction*step)%len(rows) + len(rows)) % len(rows)
			if !is(m.snapshot, int(rows[row])) {
				continue
			}
			switch {
			case row == from:
				m.status = told("there is no other so far")
			case (row-from)*direction < 0:
				m.status = told(map[int]string{1: "on from the start", -1: "on from the end"}[direction])
			}
			m.messages = m.messages.jumped(m.snapshot, row)
			return m, nil
		}
		m.status = told("no findings so far")
		if !m.messages.sieve.filter.All() {
			m.status = told("no findings in what the filter shows: " + m.commands.keyOrName("filter-toggle") + " takes it off")
		}
		return m, nil
	}
}

// isFinding says whether the entry at index i is a gap, or a message with something
// wrong.
func isFinding(snapshot session.Snapshot, i int) bool {
	_, ok := snapshot.Entry(i).(*datalayer.Gap)
	return ok || wrong(snapshot.Verdict(i))
}

func hasError(snapshot session.Snapshot, i int) bool {
	return worst(snapshot.Verdict(i)) == rules.Error
}

func hasWarning(snapshot session.Snapshot, i int) bool {
	return slices.ContainsFunc(snapshot.Verdict(i).Findings, func(f rules.Finding) bool { return f.Severity == rules.Warning })
}

// hasMoreThanErrors says whether going from finding to finding is another thing than
// going from error to error.
func hasMoreThanErrors(m Model) bool {
	return m.snapshot.Counts.Errors > 0 && (m.snapshot.Counts.Warnings > 0 || len(m.seen.gaps) > 0)
}

func noErrors(m Model) string {
	if m.snapshot.Counts.Errors == 0 {
		return "no errors so far"
	}
	return ""
}

func askFind(m Model) (Model, tea.Cmd) {
	where := "everywhere"
	switch {
	case m.screen != onMessages:
		where = "on this screen"
	case m.focus == onDetail:
		where = "in this message"
	}
	m, focus := m.ask("/", "⏎ finds it "+where+" · Esc back", "", Model.sought)
	m, more := m.completing("find", Model.completeEvent)
	return m, tea.Batch(focus, more)
}

// sought looks for a text.
func (m Model) sought(typed string) (Model, tea.Cmd) {
	if m.find.word = strings.TrimSpace(typed); m.find.word == "" {
		return m, nil
	}
	return m.remember("find", typed).seek(1)
}

func (m Model) completeEvent(typed string) completion {
	return completion{words: fitting(m.lastEvents(), typed)}
}

// seek looks for the word where the focus is.
func (m Model) seek(direction int) (Model, tea.Cmd) {
	switch {
	case m.screen != onMessages:
		return m.searchBoard(direction)
	case m.focus == onDetail:
		return m.searchDetail(direction), nil
	}
	return m.search(direction)
}

// foundRow brings the row of a board that a search came to; -1 where there is none.
type foundRow struct {
	generation int
	screen     screen
	row        int
}

// searchBoard looks for the word in the rows of a board, of which there may be many.
func (m Model) searchBoard(direction int) (Model, tea.Cmd) {
	m.find.generation++
	at := foundRow{m.find.generation, m.screen, -1}
	word, rows, from := m.find.word, m.board.items, m.board.list.Cursor
	return m, m.own(func() tea.Msg {
		for step := 1; step <= rows.len; step++ {
			row := ((from+direction*step)%rows.len + rows.len) % rows.len
			if rows.at(row).mentions(word) {
				at.row = row
				break
			}
		}
		return at
	})
}

func (m Model) foundRow(msg foundRow) Model {
	switch {
	case msg.generation != m.find.generation || msg.screen != m.screen:
	case msg.row < 0:
		m.status = told("nothing on this screen has “" + m.find.word + "” in it")
	default:
		m.board.list = m.board.list.Show(m.board.rows(), msg.row)
	}
	return m
}

// searchDetail looks for the word in the rows of the detail, of which none is
// folded then.
func (m Model) searchDetail(direction int) Model {
	if len(m.detail.folds) > 0 {
		m.detail.folds = map[string]bool{}
		m.detail.folded++
		m = m.arranged()
	}
	d := m.detail
	for step := 1; step <= len(d.items); step++ {
		row := ((d.list.Cursor+direction*step)%len(d.items) + len(d.items)) % len(d.items)
		if it := d.items[row]; it.mentions(m.find.word) {
			m.detail.list = d.list.Show(d.rows(), row)
			return m
		}
	}
	m.status = told("nothing here has “" + m.find.word + "” in it")
	return m
}

func (it item) mentions(word string) bool {
	whole := slices.Concat(it.label, it.line)
	for _, more := range it.more {
		whole = slices.Concat(whole, more)
	}
	return mentionedIn(whole.String(), word)
}
