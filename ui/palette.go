package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/filter"
	"layertap/ui/style"
)

// askCommand opens the line on which commands are typed by their names. Those
// that take words take them here, too.
func askCommand(m Model) (Model, tea.Cmd) {
	m, cmd := m.ask(":", "tab completes · enter · esc", "", Model.runTyped)
	m.prompt.input.ShowSuggestions = true
	m.prompt.input.SetSuggestions(m.commandNames())
	return m, cmd
}

func (m Model) commandNames() []string {
	names := []string{}
	for _, c := range m.commands.all {
		if c.scope == everywhere || c.scope == m.scope() {
			names = append(names, c.name)
		}
	}
	for name := range style.Themes() {
		names = append(names, "theme "+name)
	}
	for _, e := range m.seen.events[max(0, len(m.seen.events)-200):] {
		names = append(names, "filter event:"+filter.Quote(e.name), "find "+e.name)
	}
	slices.Sort(names)
	return names
}

func (m Model) runTyped(typed string) (Model, tea.Cmd) {
	name, words, _ := strings.Cut(strings.TrimSpace(typed), " ")
	words = strings.TrimSpace(words)
	switch {
	case name == "":
		return m, nil
	case name == "filter" && words != "":
		m.screen = onMessages
		return m.filtered(words)
	case name == "find" && words != "":
		m.screen, m.find.word = onMessages, words
		return m.search(1)
	case name == "open" && words != "" && cannotOpen(m) == "":
		return m.open(words)
	case name == "diff" && words != "" && cannotOpen(m) == "":
		return m.compare(words)
	case name == "theme":
		return m.themed(words), nil
	}
	if c, ok := m.commands.named(name); ok {
		return m.run(c)
	}
	m.status = failed(errNoCommand(name))
	return m, nil
}

type errNoCommand string

func (e errNoCommand) Error() string {
	return "there is no command " + string(e) + ": ? lists them all"
}

func (m Model) themed(name string) Model {
	theme, err := style.ThemeNamed(name)
	if err != nil {
		m.status = failed(err)
		return m
	}
	m.theme = theme
	m.status = told("theme " + name)
	return m.restyled()
}
