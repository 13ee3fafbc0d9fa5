package ui

import (
	tea "charm.land/bubbletea/v2"

	"layertap/ui/style"
	"layertap/ui/text"
)

// chooser is a question at the bottom that one key answers. It is closed where it
// has no choices.
type chooser struct {
	label   string
	choices []choice
}

type choice struct {
	key, name string
	run       func(Model) (Model, tea.Cmd)
}

func (m Model) chooserKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	c := m.chooser
	m.chooser = chooser{}
	for _, choice := range c.choices {
		if choice.key == keyName(msg) {
			return choice.run(m)
		}
	}
	return m, nil
}

func (c chooser) draw(sheet *style.Sheet, width int) string {
	line := text.Of(style.Title, " "+c.label+"  ")
	for _, choice := range c.choices {
		line = line.With(style.Accent, choice.key).With(style.Plain, " "+choice.name+"  ")
	}
	return text.Spread(sheet, style.Base, width, line, text.Of(style.Faint, " esc "))
}
