package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/help"
	"layertap/ui/list"
	"layertap/ui/pane"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/text"
)

func openHelp(m Model) (Model, tea.Cmd) {
	m.help = help.Help{Open: true}
	return m, nil
}

func helpKey(m Model, msg tea.KeyPressMsg) (Model, tea.Cmd) {
	key := keyName(msg)
	m.status = status.Status{}
	m.help = fittedHelp(m)
	if list.Scrolls(key) {
		m.help = m.help.Scrolled(key)
		return m, nil
	}
	switch c, _ := m.commands.bound(everywhere, key); {
	case key == "esc" && m.help.Word != "":
		m.help.Word = ""
	case key == "esc", key == "q", key == "enter", c.name == "help":
		m.help.Open = false
	case c.name == "find":
		return askInHelp(m)
	case c.name == "find-next" && m.help.Word != "":
		m = findInHelp(m, m.help.List.Cursor+1, 1)
	case c.name == "find-previous" && m.help.Word != "":
		m = findInHelp(m, m.help.List.Cursor-1, -1)
	}
	return m, nil
}

// askInHelp asks for a word that is looked for in the help while it is typed.
func askInHelp(m Model) (Model, tea.Cmd) {
	from := m.help.List.First()
	m, cmd := m.ask("/", "⏎ finds it in the help · Esc back", "", func(m Model, typed string) (Model, tea.Cmd) {
		if m.help.Word = strings.TrimSpace(typed); m.help.Word != "" {
			m = findInHelp(m, from, 1)
		}
		return m, nil
	})
	m.prompt.change = func(m Model, typed string) (Model, tea.Cmd) {
		if m.help.Word = strings.TrimSpace(typed); m.help.Word != "" {
			m = findInHelp(m, from, 1)
			m.status = status.Status{}
		}
		return m, nil
	}
	return m, cmd
}

// findInHelp goes to the next row with the word, or says that there is none.
func findInHelp(m Model, from, direction int) Model {
	found, ok := fittedHelp(m).Find(from, direction)
	if !ok {
		m.status = status.Told("nothing here has “" + m.help.Word + "” in it")
		return m
	}
	m.help = found
	return m
}

// fittedHelp is the help as it is now: from the table of commands, what works on the
// part of the screen with the focus first.
func fittedHelp(m Model) help.Help {
	here := m.scope()
	order := []scope{here, everywhere}
	for s := range scopeNames {
		if !slices.Contains(order, scope(s)) {
			order = append(order, scope(s))
		}
	}
	var sections []help.Section
	for _, s := range order {
		part := help.Section{Title: scopeNames[s], Here: s == here || s == everywhere}
		switch {
		case s == everywhere:
		case s != here:
			part.Note = "  not here"
		case here == inBoard:
			part.Title = m.screen.Name
		}
		for _, c := range m.commands.all {
			if c.scope == s && !overruled(m, c) {
				part.Entries = append(part.Entries, helpEntry(m, c, part.Here))
			}
		}
		sections = append(sections, part)
	}
	return m.help.Fitted(sections, m.width, m.height-3)
}

func helpEntry(m Model, c command, here bool) help.Entry {
	e := help.Entry{Name: c.name, Keys: c.keys, Does: c.help}
	if here && c.whyNot != nil {
		e.WhyNot = c.whyNot(m)
	}
	return e
}

// overruled reports whether all keys of a command that works everywhere mean
// something else here.
func overruled(m Model, c command) bool {
	if c.scope != everywhere || len(c.keys) == 0 {
		return false
	}
	for _, key := range c.keys {
		if bound, _ := m.commands.bound(m.scope(), key); bound.name == c.name {
			return false
		}
	}
	return true
}

// helpScreen returns the lines of the help, over the rest of the screen.
func helpScreen(m Model) []string {
	h := fittedHelp(m)
	lines := []string{
		m.header(),
		pane.Ruled(m.sheet, m.width, text.Of(style.Faint, "─").With(style.Title, "[Help]")),
	}
	lines = pane.Filled(append(lines, h.Draw(m.sheet)...), pane.Rect{Width: m.width, Height: m.height - m.bottom()})
	if m.prompt.Open() {
		return append(lines, m.bottomLines()...)
	}
	said := text.Of(style.Accent, " "+m.status.Text)
	if m.status.Text == "" {
		said = nil
		if below := h.Below(); below > 0 {
			said = text.Of(style.Faint, " "+text.Count(below, "line")+" below")
		}
	}
	keys := text.Of(style.Title, "↑ ↓").With(style.Faint, " scroll  ").With(style.Title, "/").With(style.Faint, " find  ")
	if h.Word != "" {
		keys = keys.With(style.Title, "n").With(style.Faint, " next  ")
	}
	return append(lines, text.Spread(m.sheet, style.Base, m.width, said, keys.With(style.Title, "Esc").With(style.Faint, " back ")))
}
