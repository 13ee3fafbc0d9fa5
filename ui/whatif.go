package ui

import (
	"context"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/gtm"
	"layertap/jsregexp"
	"layertap/ui/style"
	"layertap/ui/text"
)

// whatIf is a regular expression that is tried on the events of the session, as a
// trigger of its own would be; or the file of a container that is tried on its
// messages in place of the live one.
type whatIf struct {
	pattern    string
	generation int  // of the pattern; answers to older ones are dropped
	events     int  // how many there were when it was tried
	asked      bool // by the user, who has had no answer yet
	answer     tried
}

// tried brings what a pattern would have matched, or what a container would
// change.
type tried struct {
	generation int
	matched    []event
	changes    []gtm.Difference
	err        error
}

func askWhatIf(m Model) (Model, tea.Cmd) {
	m.screen, m.focus, m.zoomed = onTriggers, onList, false
	m, focus := m.ask("what if", "⏎ tries it · Tab completes files · Esc back", m.whatIf.pattern, Model.whatIfEntered)
	m.prompt.change = func(m Model, typed string) (Model, tea.Cmd) { return m.try(typed) }
	m.prompt.below = func(m Model) [2]text.Line {
		if m.prompt.input.Value() != "" && len(m.prompt.options.words) > 0 {
			return [2]text.Line{}
		}
		return [2]text.Line{
			text.Of(style.Faint, " a regular expression is tried on every event as you type: ^widget_.*_clicked$"),
			text.Of(style.Faint, " the file of a container is held against every message: draft.json"),
		}
	}
	m, more := m.completing("what-if", completeFile(".json", ".js"))
	return m, tea.Batch(focus, more)
}

// whatIfEntered tries a pattern or the container in a file.
func (m Model) whatIfEntered(typed string) (Model, tea.Cmd) {
	m.screen, m.focus, m.zoomed = onTriggers, onList, false
	m.whatIf.asked = true
	m = m.remember("what-if", typed)
	if isFile(typed) && m.options.ReadContainer != nil {
		return m.tryContainer(typed)
	}
	return m.try(typed)
}

// isFile says whether what was typed is a container's file and no pattern: no
// event has such a name.
func isFile(typed string) bool {
	return strings.HasSuffix(typed, ".json") || strings.HasSuffix(typed, ".js")
}

// tryContainer holds another container against every message so far.
func (m Model) tryContainer(path string) (Model, tea.Cmd) {
	w := &m.whatIf
	w.generation++
	w.pattern, w.answer = path, tried{}
	generation, snapshot, readContainer := w.generation, m.snapshot, m.options.ReadContainer
	return m, m.own(func() tea.Msg {
		container, err := readContainer(path)
		if err != nil {
			return tried{generation: generation, err: err}
		}
		changes, err := snapshot.Compare(context.Background(), container)
		return tried{generation: generation, changes: changes, err: err}
	})
}

// try holds a pattern against every event name so far. Patterns can be slow, so
// it is done in a command.
func (m Model) try(pattern string) (Model, tea.Cmd) {
	w := &m.whatIf
	w.pattern = pattern
	w.generation++
	w.answer, w.events = tried{}, len(m.seen.events)
	if pattern == "" {
		return m, nil
	}
	generation, events := w.generation, slices.Clone(m.seen.events)
	return m, m.own(func() tea.Msg {
		matched, err := matchedBy(pattern, events)
		return tried{generation: generation, matched: matched, err: err}
	})
}

func matchedBy(pattern string, events []event) ([]event, error) {
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
		m.whatIf.answer = msg
		m.board.of = boardOf{screen: m.board.of.screen} // laid out anew
		if m.whatIf.asked && m.screen == onTriggers {
			m.board.of = boardOf{} // and begun anew
		}
		m.whatIf.asked = false
	}
	return m
}

// items say what the pattern would have matched, or the container changed.
func (w whatIf) items() []item {
	if w.pattern == "" {
		return nil
	}
	title := text.Of(style.Title, "what if ").With(style.Strong, w.pattern)
	if w.answer.err != nil {
		return []item{{line: title}, prose(style.Bad, "✗ "+w.answer.err.Error()), {}}
	}
	if isFile(w.pattern) {
		return w.changes(title)
	}
	messages, names := 0, 0
	for _, e := range w.answer.matched {
		messages += e.count
		names = max(names, text.Width(e.name))
	}
	items := []item{{line: title.With(style.Faint, "  would have matched "+count(messages, "message")+" of "+count(len(w.answer.matched), "event"))}}
	for _, e := range w.answer.matched {
		items = append(items, item{indent: 2, seq: e.last, line: text.Of(style.Info, "▣ ").With(style.Plain, text.Fit(e.name, min(names, longEvent))).
			With(style.Number, padLeft(strconv.Itoa(e.count), 6)+"×")})
	}
	return append(items, item{})
}

// changes lists the messages that another container would judge differently.
func (w whatIf) changes(title text.Line) []item {
	title = title.With(style.Faint, " were live  "+count(len(w.answer.changes), "message")+" would come out differently")
	items := []item{{line: title}}
	for _, d := range w.answer.changes {
		line := text.Of(style.Number, padLeft(strconv.Itoa(d.Push.Seq), 6)).With(style.Plain, "  "+d.Push.Event)
		items = append(items, item{seq: d.Push.Seq, line: line})
		for _, change := range d.Changes() {
			items = append(items, item{indent: 8, seq: d.Push.Seq, wrap: true, line: text.Of(style.Info, change)})
		}
	}
	return append(items, item{})
}
