package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/style"
	"layertap/ui/text"
)

// asking is the line at the bottom, and what is done with what is typed on it.
type asking struct {
	prompt.Line
	// enter takes what was typed when it is done.
	enter func(Model, string) (Model, tea.Cmd)
	// change, where it is set, takes what is typed while it is typed.
	change func(Model, string) (Model, tea.Cmd)
	// below, where it is set, says what can be typed in the two lines below, or
	// what is wrong with what was; it returns nothing where suggestions may be
	// there.
	below func(Model) [2]text.Line
	// complete, where it is set, finds how the word that is typed can go on.
	complete func(Model, string) prompt.Completion
}

// ask opens the prompt with a text that is already there.
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

// recall brings back what was typed before, or after that again.
func recall(m Model, by int) (Model, tea.Cmd) {
	m.prompt.Line = m.prompt.Recall(m.history.Of(m.prompt.Kind), by)
	m, changing := m.changed()
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// remember keeps what was typed under a name.
func (m Model) remember(kind, typed string) Model {
	m.history = m.history.With(kind, typed)
	return m
}

// keep has what was typed kept for later.
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

// bottom is how many lines stand below the panes.
func (m Model) bottom() int {
	if m.prompt.Open() && (m.prompt.below != nil || m.prompt.complete != nil) {
		return 3
	}
	if !m.prompt.Open() && m.chooser.choices == nil && m.status.Error {
		return len(m.status.Lines(m.width))
	}
	return 1
}

// bottomLines are the lines below the panes.
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

// belowPrompt is what stands in the two lines below what is typed.
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

// typed hands a message on to the line that is typed on.
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

// changed has the text of the line taken in.
func (m Model) changed() (Model, tea.Cmd) {
	if m.prompt.change == nil {
		return m, nil
	}
	return m.prompt.change(m, m.prompt.Typed())
}
