package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// picker lets the user choose among the browsers or tabs that the source names. It
// takes the place of the panes, and is narrowed by typing.
type picker struct {
	open  bool // the user asked for it; it is there by itself while the source waits
	typed prompt
	rows  []datalayer.Choice // those with what was typed in them
	list  list.List
	on    string // the ID under the cursor, which stays there while others come and go
}

func newPicker() picker {
	p := picker{typed: newPrompt()}
	p.typed.label = "find"
	p.typed.input.Focus() // without its command: the terminal's own cursor blinks
	return p
}

// picking says whether the picker is on the screen.
func (m Model) picking() bool { return m.from.File == "" && (m.picker.open || m.asked()) }

// asked says whether the source waits for a choice.
func (s showing) asked() bool {
	phase := s.snapshot.Attachment.Phase
	return s.from.File == "" && (phase == datalayer.ChoosingBrowser || phase == datalayer.ChoosingTab)
}

// typesInPicker says whether the last line is the one that narrows the picker.
func (m Model) typesInPicker() bool {
	return m.picking() && !m.help.open && m.chooser.choices == nil && !m.status.error
}

func cannotSwitch(m Model) string {
	switch {
	case m.from.File != "":
		return "this is a recording: there are no tabs behind it"
	case m.options.Choose == nil:
		return "there are no tabs here"
	case m.snapshot.Attachment.Choices == nil:
		return "no browser is connected yet, or no longer"
	}
	return ""
}

func openPicker(m Model) (Model, tea.Cmd) {
	m.picker = newPicker()
	m.picker.open = true
	for _, c := range m.snapshot.Attachment.Choices {
		if !c.Watched {
			m.picker.on = c.ID
			break
		}
	}
	return m, nil
}

func (m Model) pickerKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	p := &m.picker
	rows := list.Rows{Len: len(p.rows)}
	to := p.list.Cursor
	switch key := keyName(msg); {
	case key == "enter":
		return m.choose()
	case key == "esc" && m.status.error:
		m.status = status{dismissed: true}
		return m, nil
	case key == "esc" && p.typed.input.Value() != "":
		p.typed, p.on = newPicker().typed, ""
		return m, nil
	case key == "esc", key == "q" && p.typed.input.Value() == "":
		return m.leavePicker()
	case key == "up", key == "ctrl+p":
		to--
	case key == "down", key == "ctrl+n":
		to++
	case key == "pgup":
		to = p.list.Page(rows, -1)
	case key == "pgdown":
		to = p.list.Page(rows, 1)
	default:
		if c, ok := m.commands.bound(everywhere, key); ok && msg.Mod.Contains(tea.ModCtrl) {
			return m.run(c)
		}
		return m.narrow(msg)
	}
	m.picker = p.moved(to)
	return m, nil
}

func (p picker) moved(row int) picker {
	p.list = p.list.Show(list.Rows{Len: len(p.rows)}, row)
	if p.list.Cursor >= 0 {
		p.on = p.rows[p.list.Cursor].ID
	}
	return p
}

// narrow hands on what is typed. The first that fits is then under the cursor.
func (m Model) narrow(msg tea.Msg) (Model, tea.Cmd) {
	before := m.picker.typed.input.Value()
	var cmd tea.Cmd
	m.picker.typed.input, cmd = m.picker.typed.input.Update(msg)
	if m.picker.typed.input.Value() != before {
		m.picker.on, m.picker.list.Cursor = "", 0
	}
	return m, cmd
}

// leavePicker goes back to the panes, or where there is nothing in them yet out of
// the program.
func (m Model) leavePicker() (Model, tea.Cmd) {
	if m.asked() {
		return quit(m)
	}
	m.picker = newPicker()
	return m, nil
}

func (m Model) choose() (Model, tea.Cmd) {
	row := m.picker.list.Cursor
	if row < 0 || row >= len(m.picker.rows) || m.options.Choose == nil {
		return m, nil
	}
	chosen, choose := m.picker.rows[row], m.options.Choose
	switch {
	case m.asked(): // the panes say so
	case chosen.Watched:
		m.status = told("reload and the like are about " + choiceTitle(chosen) + " now")
	default:
		m.status = told("over to " + choiceTitle(chosen))
	}
	m.picker = newPicker()
	return m, func() tea.Msg {
		choose(chosen.ID)
		return nil
	}
}

// arranged narrows the choices to what was typed, and keeps the cursor on the same
// one if it can.
func (p picker) arranged(choices []datalayer.Choice, lines int) picker {
	words := strings.Fields(p.typed.input.Value())
	p.rows = nil
	for _, c := range choices {
		if !slices.ContainsFunc(words, func(w string) bool { return !mentionedIn(c.Title+" "+c.URL, w) }) {
			p.rows = append(p.rows, c)
		}
	}
	row := slices.IndexFunc(p.rows, func(c datalayer.Choice) bool { return c.ID == p.on })
	if row < 0 {
		row = p.list.Cursor
	}
	p.list = p.list.Resize(lines)
	return p.moved(row)
}

// pickerBody is what the picker draws in the place of the panes.
func (m Model) pickerBody(r rect) []string {
	p := m.picker
	if len(p.rows) == 0 {
		return m.centred(m.whyNothingToPick(), r)
	}
	return filled(p.list.View(list.Rows{Len: len(p.rows)}, func(row int) []string {
		return []string{m.drawChoice(p.rows[row], row == p.list.Cursor)}
	}), r)
}

func (m Model) drawChoice(c datalayer.Choice, under bool) string {
	ground, gutter := style.Base, "  "
	if under {
		ground, gutter = style.Cursor, "▸ "
	}
	watched := "  "
	if c.Watched {
		watched = "● "
	}
	titles := text.Fit(choiceTitle(c), min(max(m.width*2/5, 16), 60))
	words := text.Of(style.Strong, titles).With(style.Plain, "  "+bareURL(c.URL))
	for _, word := range strings.Fields(m.picker.typed.input.Value()) {
		words = words.Highlight(word)
	}
	return text.Of(style.Accent, gutter).With(style.Good, watched).And(words).Draw(m.sheet, ground, m.width)
}

func choiceTitle(c datalayer.Choice) string {
	return cmp.Or(strings.TrimSpace(c.Title), bareURL(c.URL), "a tab without a name")
}

// whyNothingToPick says what to do where there is nothing to choose.
func (m Model) whyNothingToPick() []text.Line {
	a := m.snapshot.Attachment
	switch {
	case len(a.Choices) > 0:
		return []text.Line{
			text.Of(style.Strong, "nothing here has ").With(style.Warn, m.picker.typed.input.Value()).With(style.Strong, " in it"),
			text.Of(style.Faint, "Esc takes back what was typed"),
		}
	case a.Phase == datalayer.ChoosingBrowser:
		return []text.Line{
			text.Of(style.Warn, "◌ ").With(style.Strong, "no browser is running that can be attached to"),
			text.Of(style.Faint, "switch on chrome://inspect/#remote-debugging in your Chrome, or start one with "+
				"--remote-debugging-port=9222 and a --user-data-dir of its own: layertap then goes to it by itself"),
		}
	case a.Choices == nil:
		return []text.Line{text.Of(style.Faint, cmp.Or(a.Detail, "asking the browser for its tabs…"))}
	}
	return []text.Line{
		text.Of(style.Warn, "◌ ").With(style.Strong, "the browser has no tab"),
		text.Of(style.Faint, "open one in it: it appears here by itself"),
	}
}

// pickerTitle stands in the place of the names of the screens.
func (m Model) pickerTitle() string {
	name, question := "Tabs", "which one is to be watched?"
	if m.snapshot.Attachment.Phase == datalayer.ChoosingBrowser {
		name, question = "Browsers", "which one is the page in?"
	}
	line := text.Of(style.Faint, "─").With(style.Title, "["+name+"]").With(style.Plain, " "+question+" ")
	if slices.ContainsFunc(m.picker.rows, func(c datalayer.Choice) bool { return c.Watched }) {
		line = line.With(style.Good, " ●").With(style.Faint, " watched now ")
	}
	return ruled(m.sheet, m.width, line)
}

// pickerLine is the last line: what was typed, and the keys.
func (m Model) pickerLine() string {
	p := m.picker.typed
	rows, all := len(m.picker.rows), len(m.snapshot.Attachment.Choices)
	switch {
	case p.input.Value() != "":
		p.help = strconv.Itoa(rows) + " of " + strconv.Itoa(all) + " · ⏎ takes it · Esc clears"
	case m.asked():
		p.help = "type to narrow · ⏎ takes it · q quits"
	default:
		p.help = "type to narrow · ⏎ takes it · Esc back"
	}
	return p.draw(m.sheet, m.width)
}
