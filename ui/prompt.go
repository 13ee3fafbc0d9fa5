package ui

import (
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"layertap/ui/style"
	"layertap/ui/text"
)

// prompt is the line at the bottom on which something is typed.
type prompt struct {
	label string // what is typed; empty when closed
	help  string
	input textinput.Model
	// enter takes what was typed when it is done.
	enter func(Model, string) (Model, tea.Cmd)
	// change, where it is set, takes what is typed while it is typed.
	change func(Model, string) (Model, tea.Cmd)
	// below, where it is set, says what stands in the two lines below.
	below func(Model) [2]text.Line
	// history are the texts from before, the latest first, which the arrows bring
	// back; recalled is how many of them lie behind.
	history  []string
	recalled int
}

func newPrompt() prompt {
	input := textinput.New()
	input.Prompt = ""
	input.SetVirtualCursor(false)
	input.KeyMap.Paste.SetEnabled(false) // it reads a clipboard; the terminal pastes by itself
	return prompt{input: input}
}

func (p prompt) open() bool { return p.label != "" }

// ask opens the prompt with a text that is already there.
func (m Model) ask(label, help, already string, enter func(Model, string) (Model, tea.Cmd)) (Model, tea.Cmd) {
	m.prompt.label, m.prompt.help, m.prompt.enter = label, help, enter
	m.prompt.input.SetValue(already)
	m.prompt.input.CursorEnd()
	return m, m.prompt.input.Focus()
}

func (m Model) promptKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	switch msg.String() {
	case "esc":
		m.prompt = newPrompt()
		return m, nil
	case "enter":
		enter, typed := m.prompt.enter, m.prompt.input.Value()
		m.prompt = newPrompt()
		return enter(m, typed)
	case "up", "down":
		if m.prompt.history != nil {
			return m.recall(map[string]int{"up": 1, "down": -1}[msg.String()])
		}
	}
	return m.typed(msg)
}

// recall brings back what was typed before, or after that again.
func (m Model) recall(by int) (Model, tea.Cmd) {
	p := &m.prompt
	p.recalled = min(max(p.recalled+by, 0), len(p.history))
	typed := ""
	if p.recalled > 0 {
		typed = p.history[p.recalled-1]
	}
	p.input.SetValue(typed)
	p.input.CursorEnd()
	if p.change != nil {
		return p.change(m, typed)
	}
	return m, nil
}

// bottom is how many lines stand below the panes.
func (m Model) bottom() int {
	if m.prompt.open() && m.prompt.below != nil {
		return 3
	}
	return 1
}

// bottomLines are the lines below the panes.
func (m Model) bottomLines() []string {
	if !m.prompt.open() && m.typesInPicker() {
		return []string{m.pickerLine()}
	}
	if !m.prompt.open() {
		return []string{m.footer()}
	}
	lines := []string{m.prompt.draw(m.sheet, m.width)}
	if m.prompt.below != nil {
		for _, line := range m.prompt.below(m) {
			lines = append(lines, line.Draw(m.sheet, style.Base, m.width))
		}
	}
	return lines
}

// typed hands a message on to the line that is typed on.
func (m Model) typed(msg tea.Msg) (Model, tea.Cmd) {
	before := m.prompt.input.Value()
	var typing, changing tea.Cmd
	m.prompt.input, typing = m.prompt.input.Update(msg)
	if after := m.prompt.input.Value(); m.prompt.change != nil && after != before {
		m, changing = m.prompt.change(m, after)
	}
	return m, tea.Batch(typing, changing)
}

// draw shows what was typed and, after it, what Tab would complete it to.
func (p prompt) draw(sheet *style.Sheet, width int) string {
	typed := p.input.Value()
	line := text.Of(style.Title, " "+p.label+" ").With(style.Plain, typed)
	if rest, ok := strings.CutPrefix(p.input.CurrentSuggestion(), typed); ok && typed != "" {
		line = line.With(style.Faint, rest)
	}
	return text.Spread(sheet, style.Base, width, line, text.Of(style.Faint, " "+p.help+" "))
}

// cursor is the column of the cursor on the prompt's line.
func (p prompt) cursor() int {
	typed := []rune(p.input.Value())
	return p.column(string(typed[:min(p.input.Position(), len(typed))]))
}

// column is the column in which what follows the beginning of a text stands.
func (p prompt) column(beginning string) int {
	return text.Width(" "+p.label+" ") + text.Width(beginning)
}
