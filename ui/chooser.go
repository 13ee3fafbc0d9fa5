package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// chooser is a question at the bottom that one key answers. It is closed where it
// has no choices.
type chooser struct {
	label   string
	choices []choice
	about   []item // what it is about, over the rest of the screen; nil for nothing
	list    list.List
}

type choice struct {
	key, name string
	run       func(Model) (Model, tea.Cmd)
}

func (m Model) chooserKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	c, key := m.chooser, keyName(msg)
	if c.about != nil && scrolls(key) {
		m.chooser.list = scrolled(m.aboutList(), rowsOf(m.aboutItems()), key)
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

// leave is the way out without an answer.
func (c chooser) leave() text.Line { return text.Of(style.Title, " Esc").With(style.Faint, " back ") }

func (c chooser) draw(sheet *style.Sheet, width int) string {
	line := c.question()
	for _, choice := range c.choices {
		line = line.And(choice.line())
	}
	return text.Spread(sheet, style.Base, width, line, c.leave())
}

// aboutItems are what a question is about, fitted to the screen.
func (m Model) aboutItems() []item {
	return wrapped(slices.Clone(m.chooser.about), max(m.width-4, 1), nil)
}

func (m Model) aboutList() list.List { return m.chooser.list.Resize(max(m.arrange().body.height-1, 1)) }

// drawAbout draws what a question is about, below a line that is left free.
func (m Model) drawAbout(r rect) []string {
	items := m.aboutItems()
	lines := []string{strings.Repeat(" ", r.width)}
	lines = append(lines, m.aboutList().View(rowsOf(items), func(row int) []string {
		it := items[row]
		it.indent += 2
		return it.draw(m.sheet, false, r)
	})...)
	return filled(lines, r)
}

// rowsOf describes items to a list.
func rowsOf(items []item) list.Rows {
	return list.Rows{Len: len(items), Height: func(row int) int { return 1 + len(items[row].more) }}
}

// scrolls says whether a key scrolls what is only read.
func scrolls(key string) bool {
	return slices.Contains([]string{"down", "j", "up", "k", "pgdown", "space", "pgup", "home", "g", "end", "G"}, key)
}

// scrolled returns a list that was scrolled with a key.
func scrolled(l list.List, rows list.Rows, key string) list.List {
	switch key {
	case "down", "j":
		return l.Show(rows, l.Last(rows)+1)
	case "up", "k":
		return l.Show(rows, l.First()-1)
	case "pgdown", "space":
		return l.Show(rows, l.Last(rows)+l.Height())
	case "home", "g":
		return l.Show(rows, 0)
	case "end", "G":
		return l.Show(rows, rows.Len-1)
	}
	return l.Show(rows, l.First()-l.Height())
}
