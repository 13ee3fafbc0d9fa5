package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/style"
	"layertap/ui/text"
)

// asking is the prompt, and the functions that process what is typed in it.
type asking struct {
	prompt.Line
	// enter processes the text when the user presses Enter.
	enter func(Model, string) (Model, tea.Cmd)
	// change, if set, processes the text on every change.
	change func(Model, string) (Model, tea.Cmd)
	// below, if set, returns the two lines below: what can be typed, or what is wrong. It
	// returns nothing if suggestions may be shown.
	below func(Model) [2]text.Line
	// complete, if set, returns suggestions for the word that is being typed.
	complete func(Model, string) prompt.Completion
}

// ask opens the prompt with an initial text.
func (m Model) ask(label, help, already string, enter func(Model, string) (Model, tea.Cmd)) (Model, tea.Cmd) {
	m.prompt.Label, m.prompt.Help, m.prompt.enter = label, help, enter
	m.prompt.Line = m.prompt.Set(already)
	return m, m.prompt.Input.Focus()
}

func promptKey(m Model, msg tea.KeyPressMsg) (Model, tea.Cmd) {
	switch msg.String() {
	case "esc":
		m.prompt = asking{Line: prompt.New()}
		return m, nil
	case "enter":
		enter, typed := m.prompt.enter, m.prompt.Typed()
		m.prompt = asking{Line: prompt.New()}
		return enter(m, typed)
	case "up", "down":
		return recall(m, map[string]int{"up": 1, "down": -1}[msg.String()])
	case "tab":
		return completeBy(m, 1)
	case "shift+tab":
		return completeBy(m, -1)
	case "right":
		if m.prompt.Rest() != "" || m.prompt.Chosen >= 0 && m.prompt.AtEnd() {
			return acceptSuggestion(m)
		}
	}
	return m.typed(msg)
}

// recall replaces the text with the previous one of the history, or the next.
func recall(m Model, by int) (Model, tea.Cmd) {
	m.prompt.Line = m.prompt.Recall(m.history.Of(m.prompt.Kind), by)
	m, changing := m.changed()
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// remember adds a text to the history of a kind.
func (m Model) remember(kind, typed string) Model {
	m.history = m.history.With(kind, typed)
	return m
}

// keep saves the history's new texts for later.
func (m Model) keep() (Model, tea.Cmd) {
	history, typed := m.history.Kept()
	remember := m.options.Remember
	if m.history = history; len(typed) == 0 || remember == nil {
		return m, nil
	}
	return m, func() tea.Msg {
		for _, t := range typed {
			remember(t.Kind, t.Text)
		}
		return nil
	}
}

// bottom returns the number of lines below the panes.
func (m Model) bottom() int {
	if m.prompt.Open() && (m.prompt.below != nil || m.prompt.complete != nil) {
		return 3
	}
	if !m.prompt.Open() && m.chooser.choices == nil && m.status.Error {
		return len(m.status.Lines(m.width))
	}
	return 1
}

// bottomLines returns the lines below the panes.
func (m Model) bottomLines() []string {
	if !m.prompt.Open() && typesInPicker(m) {
		return []string{m.picker.BottomLine(m.sheet, m.snapshot.Attachment, m.capture().Asked(), m.width)}
	}
	if !m.prompt.Open() {
		return m.footer()
	}
	lines := []string{m.prompt.Draw(m.sheet, m.width)}
	if m.bottom() > 1 {
		for _, line := range belowPrompt(m) {
			lines = append(lines, line.Draw(m.sheet, style.Base, m.width))
		}
	}
	return lines
}

// belowPrompt returns the two lines below the prompt.
func belowPrompt(m Model) [2]text.Line {
	var said [2]text.Line
	if m.prompt.below != nil {
		said = m.prompt.below(m)
	}
	if said[0] != nil || said[1] != nil {
		return said
	}
	if options := m.prompt.Options; len(options.Words) > 0 {
		return m.prompt.Offer(m.width)
	} else if names := m.listing.Names(options.Dir); options.Files && names != nil &&
		!slices.Contains(names, strings.TrimPrefix(m.prompt.Typed()[options.Start:], options.Dir)) {
		said[1] = text.Of(style.Faint, " no such file here")
	}
	return said
}

// typed passes a message to the prompt.
func (m Model) typed(msg tea.Msg) (Model, tea.Cmd) {
	before := m.prompt.Typed()
	var typing, changing, more tea.Cmd
	m.prompt.Input, typing = m.prompt.Input.Update(msg)
	if m.prompt.Typed() != before {
		m.prompt.Recalled = 0
		m, changing = m.changed()
		m, more = m.suggest()
	}
	return m, tea.Batch(typing, changing, more)
}

// changed processes the new text of the prompt.
func (m Model) changed() (Model, tea.Cmd) {
	if m.prompt.change == nil {
		return m, nil
	}
	return m.prompt.change(m, m.prompt.Typed())
}
