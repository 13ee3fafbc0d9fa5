package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// chooser is a question at the bottom, answered with one key. It is closed if it has no
// choices.
type chooser struct {
	label   string
	choices []choice
	about   []pane.Item // shown above the question, in place of the panes; nil for nothing
	list    list.List
}

type choice struct {
	key, name string
	run       func(Model) (Model, tea.Cmd)
}

func chooserKey(m Model, msg tea.KeyPressMsg) (Model, tea.Cmd) {
	c, key := m.chooser, keyName(msg)
	if c.about != nil && list.Scrolls(key) {
		m.chooser.list = list.Scrolled(aboutList(m), pane.RowsOf(aboutItems(m)), key)
		return m, nil
	}
	m.chooser = chooser{}
	for _, choice := range c.choices {
		if choice.key == key {
			return choice.run(m)
		}
	}
	return m, nil
}

func (c chooser) question() text.Line { return text.Of(style.Accent, " "+c.label+"  ") }

func (c choice) line() text.Line {
	return text.Of(style.Title, c.key).With(style.Plain, " "+c.name+"  ")
}

// leave is the hint for leaving without an answer.
func (c chooser) leave() text.Line { return text.Of(style.Title, " Esc").With(style.Faint, " back ") }

// fitted cuts the label so that the answers fit.
func (c chooser) fitted(width int) chooser {
	for _, choice := range c.choices {
		width -= choice.line().Width()
	}
	c.label = text.Cut(c.label, max(width-c.leave().Width()-3, 8))
	return c
}

func (c chooser) draw(sheet *style.Sheet, width int) string {
	c = c.fitted(width)
	line := c.question()
	for _, choice := range c.choices {
		line = line.And(choice.line())
	}
	return text.Spread(sheet, style.Base, width, line, c.leave())
}

// aboutItems returns the rows of the question's subject, wrapped to the screen.
func aboutItems(m Model) []pane.Item {
	return pane.Wrapped(slices.Clone(m.chooser.about), max(m.width-4, 1), nil)
}

func aboutList(m Model) list.List { return m.chooser.list.Resize(max(m.arrange().Body.Height-1, 1)) }

// drawAbout draws the question's subject, below a blank line.
func drawAbout(m Model, r pane.Rect) []string {
	items := aboutItems(m)
	lines := []string{strings.Repeat(" ", r.Width)}
	lines = append(lines, aboutList(m).View(pane.RowsOf(items), func(row int) []string {
		it := items[row]
		it.Indent += 2
		return it.Draw(m.sheet, false, r)
	})...)
	return pane.Filled(lines, r)
}
