package ui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/filter"
	"layertap/ui/messages"
	"layertap/ui/prompt"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/suggest"
	"layertap/ui/text"
)

func askFilter(m Model) (Model, tea.Cmd) {
	return askFilterWith(m, m.messages.RowFilter.Filter.String())
}

// askNamedFilter opens the prompt for a named filter.
func askNamedFilter(m Model) (Model, tea.Cmd) { return askFilterWith(m, "@") }

// filterNamed applies the filter with the given name.
func filterNamed(m Model, name string) (Model, tea.Cmd) {
	return m.filtered("@" + strings.TrimPrefix(name, "@"))
}

func completeNamed(m Model, typed string) prompt.Completion { return m.words().Named(typed) }

func completeFilter(m Model, typed string) prompt.Completion { return m.words().Filter(typed) }

// askFilterWith opens the prompt for a filter with an initial text.
func askFilterWith(m Model, already string) (Model, tea.Cmd) {
	m.screen = screen.Messages
	m, focus := m.ask("filter", "⏎ filters · Tab completes · ↑ history · Esc cancels", already, filterEntered)
	m.prompt.below = func(m Model) [2]text.Line { return filterHelp(m, m.prompt.Typed(), 0) }
	m, more := m.completing("filter", completeFilter)
	return m, tea.Batch(focus, more)
}

// filterEntered applies a filter that was typed. If it is invalid, the prompt stays open
// with the cursor at the error.
func filterEntered(m Model, typed string) (Model, tea.Cmd) {
	var wrong *filter.Error
	if _, err := m.presets.Parse(typed); errors.As(err, &wrong) {
		m, cmd := askFilterWith(m, typed)
		m.prompt.Input.SetCursor(len([]rune(typed[:wrong.Offset])))
		return m, cmd
	}
	return m.filtered(typed)
}

// filtered applies a filter.
func (m Model) filtered(typed string) (Model, tea.Cmd) {
	m.screen = screen.Messages
	typed = strings.TrimSpace(typed)
	f, err := m.presets.Parse(typed)
	if err != nil {
		m.status = status.Failed(err)
		return m, nil
	}
	m = m.remember("filter", typed)
	return m.changeRowFilter(messages.RowFilter{Filter: f, Noise: m.messages.RowFilter.Noise})
}

// filterHelp returns the two lines below the prompt for a filter that begins at a byte of
// the typed line: a caret at the error and its reason, or else what can be typed next.
func filterHelp(m Model, typed string, at int) [2]text.Line {
	_, word := suggest.LastWord(typed)
	var wrong *filter.Error
	if _, err := m.presets.Parse(typed); errors.As(err, &wrong) && wrong.Offset < len(typed) &&
		(len(m.prompt.Options.Words) == 0 || wrong.Offset < len(typed)-len(word)) {
		line := m.prompt.Typed()
		return [2]text.Line{
			text.Of(style.Bad, strings.Repeat(" ", m.prompt.Column(line[:at+wrong.Offset], m.width))+"^"),
			text.Of(style.Bad, " "+wrong.Reason),
		}
	}
	if word != "" && len(m.prompt.Options.Words) > 0 || m.prompt.Chosen >= 0 {
		return [2]text.Line{}
	}
	return m.words().FilterHelp(word, m.width)
}

// toggleFilter clears the filter, or turns the last one back on.
func toggleFilter(m Model) (Model, tea.Cmd) {
	m.screen = screen.Messages
	if !m.messages.RowFilter.Filter.All() {
		return m.filtered("")
	}
	return m.filtered(m.history.Of("filter")[0])
}

func isFiltered(m Model) bool { return !m.messages.RowFilter.Filter.All() }

func noFilter(m Model) string {
	if len(m.history.Of("filter")) == 0 {
		return "no filter yet: press f to set one"
	}
	return ""
}
