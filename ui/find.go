package ui

import (
	"bytes"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/session"
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
	generation, snapshot, query := m.find.generation, m.snapshot, m.messages.sieve.query
	word, from := bytes.ToLower([]byte(m.find.word)), m.messages.current()
	return m, func() tea.Msg {
		n := snapshot.Len()
		for step := 1; step <= n; step++ {
			i := ((from+direction*step)%n + n) % n
			if searchable(snapshot, query, i) && mentions(snapshot, i, word) {
				return found{generation, i}
			}
		}
		return found{generation, -1}
	}
}

func searchable(snapshot session.Snapshot, q query, i int) bool {
	if _, ok := snapshot.Entry(i).(*datalayer.Page); ok {
		return q.empty()
	}
	return sieve{q, true}.passes(snapshot, i)
}

// mentions says whether an entry has the word anywhere in it.
func mentions(snapshot session.Snapshot, i int, word []byte) bool {
	switch e := snapshot.Entry(i).(type) {
	case *datalayer.Push:
		return holds([]byte(e.Event), word) || holds(e.Message, word)
	case *datalayer.Page:
		return holds([]byte(e.URL+" "+e.Title), word)
	case *datalayer.Action:
		return holds([]byte(e.Action+" "+actionTarget(e)), word)
	case *datalayer.Gap:
		return holds([]byte(e.Why), word)
	case *datalayer.Note:
		return holds([]byte(e.Text), word)
	}
	return false
}

func (m Model) found(msg found) (Model, tea.Cmd) {
	if msg.generation != m.find.generation {
		return m, nil
	}
	if msg.index < 0 {
		m.status = told("nothing has “" + m.find.word + "” in it")
		return m, nil
	}
	return m.goTo(msg.index)
}

// goTo puts the cursor on an entry, which is unfolded where it has to be.
func (m Model) goTo(i int) (Model, tea.Cmd) {
	m.messages.follow = false
	m.messages.anchor = i
	if row := m.messages.locate(i); row >= 0 && int(m.messages.rows[row]) == i {
		m.messages = m.messages.moved(m.snapshot, row)
		return m, nil
	}
	return m.sift(sieve{m.messages.sieve.query, true})
}

// nextFinding goes to the next message with a finding, or gap, in a direction, and
// on from the other end.
func nextFinding(m Model, direction int) (Model, tea.Cmd) {
	m.screen = onMessages
	rows, from := m.messages.rows, m.messages.list.Cursor
	for step := 1; step <= len(rows); step++ {
		row := ((from+direction*step)%len(rows) + len(rows)) % len(rows)
		i := int(rows[row])
		if _, ok := m.snapshot.Entry(i).(*datalayer.Gap); !ok && !wrong(m.snapshot.Verdict(i)) {
			continue
		}
		if (row-from)*direction < 0 {
			m.status = told(map[int]string{1: "on from the start", -1: "on from the end"}[direction])
		}
		m.messages = m.messages.moved(m.snapshot, row)
		return m, nil
	}
	m.status = told("no findings so far")
	return m, nil
}

func askFind(m Model) (Model, tea.Cmd) {
	m.screen = onMessages
	where := "everywhere"
	if m.focus == onDetail {
		where = "in this message"
	}
	return m.ask("/", "enter finds it "+where+" · esc", "", func(m Model, typed string) (Model, tea.Cmd) {
		if m.find.word = strings.TrimSpace(typed); m.find.word == "" {
			return m, nil
		}
		return m.seek(1)
	})
}

// seek looks for the word where the focus is.
func (m Model) seek(direction int) (Model, tea.Cmd) {
	if m.focus == onDetail {
		return m.searchDetail(direction), nil
	}
	return m.search(direction)
}

// searchDetail looks for the word in the rows of the detail, of which none is
// folded then.
func (m Model) searchDetail(direction int) Model {
	if len(m.detail.folds) > 0 {
		m.detail.folds = map[string]bool{}
		m.detail.folded++
		m = m.arranged()
	}
	d, word := m.detail, []byte(strings.ToLower(m.find.word))
	for step := 1; step <= len(d.items); step++ {
		row := ((d.list.Cursor+direction*step)%len(d.items) + len(d.items)) % len(d.items)
		if it := d.items[row]; it.holds(word) {
			m.detail.list = d.list.Show(d.rows(), row)
			return m
		}
	}
	m.status = told("nothing here has “" + m.find.word + "” in it")
	return m
}

func (it item) holds(word []byte) bool {
	whole := it.line
	for _, more := range it.more {
		whole = slices.Concat(whole, more)
	}
	return holds([]byte(whole.String()), word)
}

func askFilter(m Model) (Model, tea.Cmd) {
	m.screen = onMessages
	help := "words, error, warning, not · empty shows all"
	m, cmd := m.ask("filter", help, m.messages.sieve.query.text, Model.filtered)
	m.prompt.input.ShowSuggestions = true
	m.prompt.input.SetSuggestions(m.filterSuggestions())
	return m, cmd
}

// filtered shows only what a filter lets through.
func (m Model) filtered(typed string) (Model, tea.Cmd) {
	if typed = strings.TrimSpace(typed); typed != "" && !slices.Contains(m.filters, typed) {
		m.filters = append([]string{typed}, m.filters[:min(len(m.filters), keptFilters)]...)
	}
	return m.sift(sieve{parseQuery(typed), m.messages.sieve.noise})
}

// keptFilters is how many filters are offered again.
const keptFilters = 50

// filterSuggestions are the filters from before, and the words and events that one
// can be made of.
func (m Model) filterSuggestions() []string {
	suggestions := slices.Concat(m.filters, []string{"error", "warning", "finding", "not "})
	for _, e := range m.seen.events[max(0, len(m.seen.events)-200):] {
		suggestions = append(suggestions, e.name)
	}
	return suggestions
}

// toggleFilter takes the filter off, or puts the last one on again.
func toggleFilter(m Model) (Model, tea.Cmd) {
	m.screen = onMessages
	if !m.messages.sieve.query.empty() {
		return m.filtered("")
	}
	return m.filtered(m.filters[0])
}

func noFilter(m Model) string {
	if len(m.filters) == 0 {
		return "there is no filter yet: f sets one"
	}
	return ""
}
