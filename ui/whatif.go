package ui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"layertap/jsregexp"
	"layertap/ui/style"
	"layertap/ui/text"
)

// whatIf is a regular expression that is tried on the events of the session, as a
// trigger of its own would be.
type whatIf struct {
	pattern    string
	generation int // of the pattern; answers to older ones are dropped
	events     int // how many there were when it was tried
	matched    []event
	err        error
}

// tried brings what a pattern would have matched.
type tried struct {
	generation int
	matched    []event
	err        error
}

func askWhatIf(m Model) (Model, tea.Cmd) {
	m.screen, m.focus, m.zoomed = onTriggers, onList, false
	m, cmd := m.ask("what if a trigger listened to", "a regular expression on the event · esc", m.whatIf.pattern,
		func(m Model, typed string) (Model, tea.Cmd) { return m.try(typed) })
	m.prompt.change = func(m Model, typed string) (Model, tea.Cmd) { return m.try(typed) }
	return m, cmd
}

// try holds a pattern against every event name so far. Patterns can be slow, so
// it is done in a command.
func (m Model) try(pattern string) (Model, tea.Cmd) {
	w := &m.whatIf
	w.pattern = pattern
	w.generation++
	w.matched, w.err, w.events = nil, nil, len(m.seen.events)
	if pattern == "" {
		return m, nil
	}
	generation, events := w.generation, slices.Clone(m.seen.events)
	return m, func() tea.Msg {
		matched, err := matching(pattern, events)
		return tried{generation, matched, err}
	}
}

func matching(pattern string, events []event) ([]event, error) {
	re, err := jsregexp.Compile(pattern, false)
	if err != nil {
		return nil, err
	}
	var matched []event
	for _, e := range events {
		ok, err := re.Match(e.name)
		if err != nil {
			return matched, err
		}
		if ok {
			matched = append(matched, e)
		}
	}
	return matched, nil
}

func (m Model) tried(msg tried) Model {
	if msg.generation == m.whatIf.generation {
		m.whatIf.matched, m.whatIf.err = msg.matched, msg.err
		m.board.of = boardOf{screen: m.board.of.screen} // laid out anew
	}
	return m
}

// items say what the pattern would have matched.
func (w whatIf) items() []item {
	if w.pattern == "" {
		return nil
	}
	title := text.Of(style.Title, "what if ").With(style.Strong, w.pattern)
	if w.err != nil {
		return []item{{line: title}, prose(style.Bad, "✗ "+w.err.Error()), {}}
	}
	messages := 0
	for _, e := range w.matched {
		messages += e.count
	}
	items := []item{{line: title.With(style.Faint, "  would have matched "+count(messages, "message")+" of "+count(len(w.matched), "event"))}}
	for _, e := range w.matched {
		items = append(items, item{indent: 2, seq: e.last, line: text.Of(style.Info, "▣ ").With(style.Plain, e.name).
			With(style.Number, "  "+strconv.Itoa(e.count)+"×")})
	}
	return append(items, item{})
}
