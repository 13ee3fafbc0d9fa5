package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/help"
	"layertap/ui/keymap"
	"layertap/ui/pane"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/text"
)

func openHelp(m Model) (Model, tea.Cmd) {
	m.help = help.New()
	return m, nil
}

// helpKey scrolls the help, closes it, or filters it by the typed text.
func helpKey(m Model, msg tea.KeyPressMsg) (Model, tea.Cmd) {
	key, typed := keyName(msg), m.help.Typed.Typed()
	m.status = status.Status{}
	m.help = fittedHelp(m)
	c, _ := m.commands.Bound(keymap.Everywhere, key)
	var cmd tea.Cmd
	switch {
	case slices.Contains([]string{"up", "down", "pgup", "pgdown", "home", "end"}, key):
		m.help = m.help.Scrolled(key)
	case key == "esc" && typed != "":
		m.help = help.New()
	case key == "esc", key == "enter", typed == "" && (key == "q" || c.Name == "help"):
		m.help.Open = false
	case typed == "" && c.Name == "find": // typing filters the help instead
	default:
		m.help, cmd = m.help.Narrowed(msg)
	}
	return m, cmd
}

// tasks are the user's tasks, with their commands.
var tasks = []struct {
	title    string
	commands []string
}{
	{"Find", []string{"next-finding", "previous-finding", "next-error", "previous-error", "filter", "filter-toggle", "filter-named", "find", "find-next", "find-previous", "fold-noise"}},
	{"Explain", []string{"explain", "tab-next", "tab-previous", "accept", "what-if", "diff"}},
	{"Share", []string{"copy", "note", "mark", "screenshot", "record", "open"}},
}

// fittedHelp returns the help from the table of commands: by task first, then by part of
// the screen, with the focused part first.
func fittedHelp(m Model) help.Help {
	here := m.scope()
	var sections []help.Section
	listed := map[string]bool{}
	for _, t := range tasks {
		part := help.Section{Title: t.title, Here: true}
		for _, name := range t.commands {
			if c, ok := m.commands.Named(name); ok && !m.commands.Overruled(here, c) {
				listed[name] = true
				part.Entries = append(part.Entries, helpEntry(m, c, true))
			}
		}
		sections = append(sections, part)
	}
	order := []keymap.Scope{here, keymap.Everywhere}
	for _, s := range keymap.Scopes() {
		if !slices.Contains(order, s) {
			order = append(order, s)
		}
	}
	for _, s := range order {
		part := help.Section{Title: s.String(), Here: s == here || s == keymap.Everywhere}
		switch {
		case s == keymap.Everywhere:
		case s != here:
			part.Note = "  not here"
		case here == keymap.InBoard:
			part.Title = m.screen.Name
		}
		for _, c := range m.commands.All {
			if c.Scope == s && !listed[c.Name] && !m.commands.Overruled(here, c) {
				part.Entries = append(part.Entries, helpEntry(m, c, part.Here))
			}
		}
		sections = append(sections, part)
	}
	return m.help.Fitted(sections, m.width, m.height-3)
}

func helpEntry(m Model, c command, here bool) help.Entry {
	e := help.Entry{Name: c.Name, Keys: c.Keys, Does: c.Help}
	if here {
		e.WhyNot = c.Refusal(m)
	}
	return e
}

// helpScreen returns the lines of the help, which replaces the panes.
func helpScreen(m Model) []string {
	h := fittedHelp(m)
	lines := []string{
		m.header().Draw(m.sheet),
		pane.Ruled(m.sheet, m.width, text.Of(style.Faint, "─").With(style.Title, "[Help]")),
	}
	lines = pane.Filled(append(lines, h.Draw(m.sheet)...), pane.Rect{Width: m.width, Height: m.height - 1})
	return append(lines, h.BottomLine(m.sheet))
}
