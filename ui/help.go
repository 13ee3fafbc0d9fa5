package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// help is the list of all keys, over the rest of the screen.
type help struct {
	open bool
	list list.List
}

func openHelp(m Model) (Model, tea.Cmd) {
	m.help = help{open: true, list: list.List{}.Resize(m.height - 3)}
	return m, nil
}

func (m Model) helpKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	rows := list.Rows{Len: len(m.helpLines())}
	l := m.help.list.Resize(m.height - 3)
	switch key := msg.String(); {
	case slices.Contains([]string{"esc", "q", "?", "f1", "enter"}, key):
		m.help.open = false
	case scrolls(key):
		l = scrolled(l, rows, key)
	}
	m.help.list = l
	return m, nil
}

// helpLines is the help, made from the table of commands.
func (m Model) helpLines() []text.Line {
	var lines []text.Line
	for s, name := range scopeNames {
		lines = append(lines, text.Of(style.Title, " "+name))
		for _, c := range m.commands.all {
			if int(c.scope) == s {
				lines = append(lines, helpLine(c))
			}
		}
		lines = append(lines, nil)
	}
	return append(lines, signs()...)
}

func helpLine(c command) text.Line {
	keys := make([]string, len(c.keys))
	for i, k := range c.keys {
		keys[i] = shownKey(k)
	}
	if len(keys) == 0 {
		keys = []string{":" + c.name}
	}
	return text.Of(style.Accent, "   "+text.Fit(strings.Join(keys, " "), 18)).With(style.Plain, " "+c.help)
}

// signs explains the signs that stand beside the colours.
func signs() []text.Line {
	return []text.Line{
		text.Of(style.Title, " Signs"),
		text.Of(style.Bad, "   ✗ error").With(style.Warn, "   ▲ warning").With(style.Info, "   • worth knowing").
			With(style.Good, "   ✓ as planned").With(style.Faint, "   · not in the plan"),
		text.Of(style.Info, "   ▣ trigger matches").With(style.Warn, "   ▨ may match").With(style.Faint, "   □ none"),
		text.Of(style.Info, "   ● hit sent").With(style.Good, "   ◆ key event").
			With(style.Warn, "   … no answer yet").With(style.Bad, "   ✗ failed or blocked"),
		text.Of(style.Accent, "   "+markSign+" marked").With(style.Accent, "   ✎ noted").
			With(style.Accent, "   "+shotSign+" with a screenshot").With(style.Accent, "   by hand: pushed by you"),
	}
}

// shownKey is how a key is written for people.
func shownKey(key string) string {
	names := map[string]string{
		"up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "space": "␣",
		"pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End", "tab": "Tab", "shift+tab": "⇧Tab", "esc": "Esc", "f1": "F1",
	}
	if name, ok := names[key]; ok {
		return name
	}
	return strings.Replace(key, "ctrl+", "^", 1)
}

func (m Model) drawHelp() []string {
	all := m.helpLines()
	lines := []string{
		m.header(),
		ruled(m.sheet, m.width, text.Of(style.Faint, "─").With(style.Title, "[Help]")),
	}
	l := m.help.list.Resize(m.height - 3)
	lines = append(lines, l.View(list.Rows{Len: len(all)}, func(row int) []string {
		return []string{all[row].Draw(m.sheet, style.Base, m.width)}
	})...)
	for len(lines) < m.height-1 {
		lines = append(lines, "")
	}
	return append(lines, text.Of(style.Faint, " ↑ ↓ scroll · Esc back").Draw(m.sheet, style.Base, m.width))
}
