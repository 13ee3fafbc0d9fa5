package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/prompt"
	"layertap/ui/status"
	"layertap/ui/style"
	"layertap/ui/text"
)

// askCommand opens the prompt for commands by name, with their arguments.
func askCommand(m Model) (Model, tea.Cmd) {
	m = m.onTarget() // the command applies to what was shown when the prompt was opened
	about := m.messages.Current()
	m, focus := m.ask(":", "⏎ runs it · Tab completes · ↑ history · Esc cancels", "", func(m Model, line string) (Model, tea.Cmd) {
		return runTyped(m, line, about)
	})
	m.prompt.below = helpBelowCommand
	m, more := m.completing("command", completeCommand)
	return m, tea.Batch(focus, more)
}

// typedCommand returns the command that a line begins with, and the byte at which its
// arguments begin; 0 while the name is being typed.
func typedCommand(m Model, line string) (command, int) {
	name, _, more := strings.Cut(line, " ")
	c, ok := m.commands.Named(name)
	if !ok || !more {
		return c, 0
	}
	return c, len(name) + 1
}

// completeCommand completes the name of a command, or its arguments.
func completeCommand(m Model, line string) prompt.Completion {
	c, at := typedCommand(m, line)
	switch {
	case at > 0 && c.Complete != nil:
		words := c.Complete(m, line[at:])
		words.Start += at
		return words
	case at > 0:
		return prompt.Completion{}
	}
	var names []prompt.Suggestion
	for _, c := range m.commands.On(m.scope()) {
		names = append(names, prompt.Suggestion{Word: c.Name, Help: c.Usage()})
	}
	slices.SortFunc(names, func(a, b prompt.Suggestion) int { return strings.Compare(a.Word, b.Word) })
	return prompt.Completion{Words: prompt.Fitting(names, line)}
}

// helpBelowCommand returns the two lines below the prompt for a command.
func helpBelowCommand(m Model) [2]text.Line {
	line := m.prompt.Typed()
	c, at := typedCommand(m, line)
	switch {
	case at > 0 && c.Name == "filter":
		return filterHelp(m, line[at:], at)
	case len(m.prompt.Options.Words) > 0 && (m.prompt.Chosen >= 0 || line != ""):
		return [2]text.Line{}
	case c.Name != "":
		return [2]text.Line{1: text.Of(style.Faint, " "+c.Usage())}
	case line == "":
		return [2]text.Line{
			text.Of(style.Faint, " filter FILTER, find TEXT, open FILE, diff FILE, theme NAME, …"),
			text.Of(style.Faint, " every key has a command name: Tab lists them, ? lists the keys"),
		}
	}
	return [2]text.Line{1: text.Of(style.Faint, " no such command")}
}

// runTyped runs a typed command; one for a message is applied to the entry at index about.
func runTyped(m Model, line string, about int) (Model, tea.Cmd) {
	m = m.remember("command", line)
	name, words, _ := strings.Cut(strings.TrimSpace(line), " ")
	words = strings.TrimSpace(words)
	if name == "" {
		return m, nil
	}
	c, err := m.commands.Resolve(m.scope(), name)
	if c.Picks && about >= 0 && about != m.messages.Current() {
		m.messages = m.messages.Moved(m.snapshot, m.messages.Locate(about))
		m.messages.Follow = false
	}
	switch {
	case err == nil && words == "":
		return m.run(c)
	case err == nil && c.Enter == nil:
		err = fmt.Errorf("%s takes no argument: remove %q", c.Name, words)
	case err == nil:
		c.Run = func(m Model) (Model, tea.Cmd) { return c.Enter(m, words) }
		return m.run(c)
	}
	m.status = status.Failed(err)
	return m, nil
}

// askTheme opens the prompt for the name of a theme.
func askTheme(m Model) (Model, tea.Cmd) {
	m, focus := m.ask("theme", "⏎ uses it · Tab completes · Esc cancels", "", themed)
	m, more := m.completing("", completeTheme)
	return m, tea.Batch(focus, more)
}

func completeTheme(m Model, typed string) prompt.Completion {
	return prompt.Completion{Words: prompt.Fitting(prompt.Suggestions(slices.Sorted(maps.Keys(m.themes))), typed)}
}

func themed(m Model, name string) (Model, tea.Cmd) {
	name = strings.TrimSpace(name)
	theme, ok := m.themes[name]
	if !ok {
		m.status = status.Failed(fmt.Errorf("unknown theme %q: must be one of %s", name, strings.Join(slices.Sorted(maps.Keys(m.themes)), ", ")))
		return m, nil
	}
	m.theme = theme
	m.status = status.Info("theme " + name)
	return m.restyled(), nil
}
