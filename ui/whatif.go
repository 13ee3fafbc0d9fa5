package ui

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

func askWhatIf(m Model) (Model, tea.Cmd) {
	m.screen, m.focus, m.zoomed = screen.Triggers, onList, false
	m, focus := m.ask("what if", "⏎ tries it · Tab completes files · Esc cancels", m.whatIf.Pattern, whatIfEntered)
	m.prompt.change = tryPattern
	m.prompt.below = func(m Model) [2]text.Line {
		if m.prompt.Typed() != "" && len(m.prompt.Options.Words) > 0 {
			return [2]text.Line{}
		}
		return [2]text.Line{
			text.Of(style.Faint, " a regular expression is tried on every event as you type: ^widget_.*_clicked$"),
			text.Of(style.Faint, " a container file is evaluated on every message: draft.json"),
		}
	}
	m, more := m.completing("what-if", completeFile(".json", ".js"))
	return m, tea.Batch(focus, more)
}

// whatIfEntered tries a pattern or the container in a file.
func whatIfEntered(m Model, typed string) (Model, tea.Cmd) {
	m.screen, m.focus, m.zoomed = screen.Triggers, onList, false
	m.whatIf.Asked = true
	m = m.remember("what-if", typed)
	if screen.IsFile(typed) && m.options.Containers.Read != nil {
		return tryContainer(m, typed)
	}
	return tryPattern(m, typed)
}

// tryContainer evaluates all messages so far with another container.
func tryContainer(m Model, path string) (Model, tea.Cmd) {
	w := &m.whatIf
	w.Generation++
	w.Pattern, w.Answer = path, screen.Tried{}
	generation, snapshot, readContainer := w.Generation, m.snapshot, m.options.Containers.Read
	return m, m.own(func() tea.Msg {
		container, err := readContainer(path)
		if err != nil {
			return screen.Tried{Generation: generation, Err: err}
		}
		changes, err := snapshot.Compare(context.Background(), container)
		return screen.Tried{Generation: generation, Changes: changes, Err: err}
	})
}

// tryPattern matches a pattern against all event names so far. Patterns can be slow, so a
// command does it.
func tryPattern(m Model, pattern string) (Model, tea.Cmd) {
	w := &m.whatIf
	w.Pattern = pattern
	w.Generation++
	w.Answer, w.Events = screen.Tried{}, len(m.seen.Events)
	if pattern == "" {
		return m, nil
	}
	generation, events := w.Generation, slices.Clone(m.seen.Events)
	return m, m.own(func() tea.Msg {
		matched, err := screen.Match(pattern, events)
		return screen.Tried{Generation: generation, Matched: matched, Err: err}
	})
}

func afterTrying(m Model, msg screen.Tried) Model {
	if msg.Generation == m.whatIf.Generation {
		m.whatIf.Answer = msg
		m.board = m.board.Outdated()
		if m.whatIf.Asked && m.screen == screen.Triggers {
			m.board = m.board.Forgotten()
		}
		m.whatIf.Asked = false
	}
	return m
}
