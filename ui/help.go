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
	word string // that was searched for in it
}

func openHelp(m Model) (Model, tea.Cmd) {
	m.help = help{open: true}
	return m, nil
}

func (m Model) helpKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	key := keyName(msg)
	m.status = status{}
	if scrolls(key) {
		m.help.list = scrolled(m.helpList(), list.Rows{Len: len(m.helpRows())}, key)
		return m, nil
	}
	switch c, _ := m.commands.bound(everywhere, key); {
	case key == "esc" && m.help.word != "":
		m.help.word = ""
	case key == "esc", key == "q", key == "enter", c.name == "help":
		m.help.open = false
	case c.name == "find":
		return m.askInHelp()
	case c.name == "find-next" && m.help.word != "":
		m = m.findInHelp(m.help.list.Cursor+1, 1)
	case c.name == "find-previous" && m.help.word != "":
		m = m.findInHelp(m.help.list.Cursor-1, -1)
	}
	return m, nil
}

// askInHelp asks for a word that is looked for in the help while it is typed.
func (m Model) askInHelp() (Model, tea.Cmd) {
	from := m.helpList().First()
	m, cmd := m.ask("/", "⏎ finds it in the help · Esc back", "", func(m Model, typed string) (Model, tea.Cmd) {
		if m.help.word = strings.TrimSpace(typed); m.help.word != "" {
			m = m.findInHelp(from, 1)
		}
		return m, nil
	})
	m.prompt.change = func(m Model, typed string) (Model, tea.Cmd) {
		if m.help.word = strings.TrimSpace(typed); m.help.word != "" {
			m = m.findInHelp(from, 1)
			m.status = status{}
		}
		return m, nil
	}
	return m, cmd
}

// findInHelp goes to the next row with the word, from a row on, and from the other
// end.
func (m Model) findInHelp(from, direction int) Model {
	rows := m.helpRows()
	for step := range rows {
		row := ((from+direction*step)%len(rows) + len(rows)) % len(rows)
		if slices.ContainsFunc(rows[row], func(line text.Line) bool { return mentionedIn(line.String(), m.help.word) }) {
			m.help.list = m.helpList().Show(list.Rows{Len: len(rows)}, row)
			return m
		}
	}
	m.status = told("nothing here has “" + m.help.word + "” in it")
	return m
}

// helpList is the window on the rows of the help.
func (m Model) helpList() list.List { return m.help.list.Resize(max(m.height-3, 1)) }

// twoColumnsWidth is the width from which on the help has two columns.
const twoColumnsWidth = 160

// helpRows are the lines of the help, side by side where there is room for two.
func (m Model) helpRows() [][]text.Line {
	lines := m.helpLines()
	if m.width < twoColumnsWidth {
		rows := make([][]text.Line, len(lines))
		for i, line := range lines {
			rows[i] = []text.Line{line}
		}
		return rows
	}
	half := (len(lines) + 1) / 2
	rows := make([][]text.Line, half)
	for i := range rows {
		rows[i] = []text.Line{lines[i]}
		if half+i < len(lines) {
			rows[i] = append(rows[i], lines[half+i])
		}
	}
	return rows
}

// helpLines is the help, made from the table of commands: what works on the part of
// the screen with the focus first.
func (m Model) helpLines() []text.Line {
	here := m.scope()
	order := []scope{here, everywhere}
	for s := range scopeNames {
		if !slices.Contains(order, scope(s)) {
			order = append(order, scope(s))
		}
	}
	var lines []text.Line
	for _, s := range order {
		title := text.Of(style.Title, " "+scopeNames[s])
		switch {
		case s == everywhere:
		case s != here:
			title = title.With(style.Faint, "  not here")
		case here == inBoard:
			title = text.Of(style.Title, " "+screenNames[m.screen])
		}
		lines = append(lines, title)
		for _, c := range m.commands.all {
			if c.scope == s && !m.overruled(c) {
				lines = append(lines, hanging(m.helpLine(c, s == here || s == everywhere), m.helpWidth())...)
			}
		}
		lines = append(lines, nil)
	}
	return append(lines, signs()...)
}

// helpWidth is how wide a line of the help may be.
func (m Model) helpWidth() int {
	if m.width >= twoColumnsWidth {
		return m.width/2 - 1
	}
	return m.width - 1
}

// hanging breaks a line of the help, whose first span is the keys, so that all of it
// is seen and stands behind them.
func hanging(line text.Line, width int) []text.Line {
	keys := line[:1]
	if line.Width() <= width || width < 2*keys.Width() {
		return []text.Line{line}
	}
	lines := line[1:].Wrap(width - keys.Width() - 1)
	for i := range lines {
		if i == 0 {
			lines[i] = slices.Concat(keys, lines[i])
			continue
		}
		lines[i] = text.Of(style.Plain, strings.Repeat(" ", keys.Width()+1)).And(lines[i])
	}
	return lines
}

// overruled says whether all keys of a command that works everywhere mean something
// else here.
func (m Model) overruled(c command) bool {
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

// helpLine says what a command does and, where it would do nothing now, why.
func (m Model) helpLine(c command, here bool) text.Line {
	keys := make([]string, len(c.keys))
	for i, k := range c.keys {
		keys[i] = shownKey(k)
	}
	if len(keys) == 0 {
		keys = []string{":" + c.name}
	}
	keyRole, role, why := style.Accent, style.Plain, ""
	switch {
	case !here:
		keyRole, role = style.Faint, style.Faint
	case c.whyNot != nil:
		if why = c.whyNot(m); why != "" {
			keyRole, role, why = style.Faint, style.Faint, "  · "+why
		}
	}
	line := text.Of(keyRole, "   "+text.Fit(strings.Join(keys, " "), 12)).With(role, " "+c.help)
	if word := m.help.word; word != "" && mentionedIn(c.name, word) && !mentionedIn(line.String(), word) {
		line = line.With(style.Faint, "  :"+c.name) // so that it is seen why it was found
	}
	return line.With(style.Faint, why)
}

// signs explains the signs that stand beside the colours.
func signs() []text.Line {
	return []text.Line{
		text.Of(style.Title, " Signs"),
		text.Of(style.Bad, "   ✗ error").With(style.Warn, "   ▲ warning").With(style.Info, "   • worth knowing").
			With(style.Good, "   ✓ as planned").With(style.Faint, "   · not in the plan"),
		text.Of(style.Info, "   ▣ trigger matches").With(style.Warn, "   ▨ may match").With(style.Faint, "   □ none"),
		text.Of(style.Info, "   ● hit sent").With(style.Good, "   ◆ key event").With(style.Faint, "   ○ perhaps its").
			With(style.Warn, "   … no answer").With(style.Bad, "   ✗ failed or blocked"),
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
	rows := m.helpRows()
	lines := []string{
		m.header(),
		ruled(m.sheet, m.width, text.Of(style.Faint, "─").With(style.Title, "[Help]")),
	}
	lines = append(lines, m.helpList().View(list.Rows{Len: len(rows)}, func(row int) []string {
		ground := style.Base
		if m.help.word != "" && row == m.help.list.Cursor {
			ground = style.Shade
		}
		var drawn strings.Builder
		left := m.width
		for i, line := range rows[row] {
			width := left / (len(rows[row]) - i)
			if m.width >= twoColumnsWidth && i == 0 {
				width = m.width / 2
			}
			drawn.WriteString(line.Highlight(m.help.word).Draw(m.sheet, ground, width))
			left -= width
		}
		drawn.WriteString(text.Line{}.Draw(m.sheet, ground, left))
		return []string{drawn.String()}
	})...)
	lines = filled(lines, rect{width: m.width, height: m.height - m.bottom()})
	if m.prompt.open() {
		return append(lines, m.bottomLines()...)
	}
	said := text.Of(style.Accent, " "+m.status.text)
	if m.status.text == "" {
		said = m.helpStanding(len(rows))
	}
	keys := text.Of(style.Title, "↑ ↓").With(style.Faint, " scroll  ").With(style.Title, "/").With(style.Faint, " find  ")
	if m.help.word != "" {
		keys = keys.With(style.Title, "n").With(style.Faint, " next  ")
	}
	return append(lines, text.Spread(m.sheet, style.Base, m.width, said, keys.With(style.Title, "Esc").With(style.Faint, " back ")))
}

// helpStanding says how much of the help is below.
func (m Model) helpStanding(rows int) text.Line {
	if below := rows - 1 - m.helpList().Last(list.Rows{Len: rows}); below > 0 {
		return text.Of(style.Faint, " "+count(below, "line")+" below")
	}
	return nil
}
