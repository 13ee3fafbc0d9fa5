package ui

import (
	"maps"
	"slices"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"layertap/ui/style"
	"layertap/ui/text"
)

// prompt is the line at the bottom on which something is typed.
type prompt struct {
	label string // what is typed; empty when closed
	help  string
	input textinput.Model
	// enter takes what was typed when it is done.
	enter func(Model, string) (Model, tea.Cmd)
	// change, where it is set, takes what is typed while it is typed.
	change func(Model, string) (Model, tea.Cmd)
	// below, where it is set, says what can be typed in the two lines below, or
	// what is wrong with what was; it returns nothing where suggestions may stand
	// there.
	below func(Model) [2]text.Line

	// complete, where it is set, finds how the word that is typed can go on.
	complete func(Model, string) completion
	options  completion // of what was typed by hand
	chosen   int        // which of them stands in the line; -1: none

	// kind is the name under which what is typed is kept, for the arrows to bring
	// back; recalled is how many of those lie behind, and draft what was typed
	// before.
	kind     string
	recalled int
	draft    string
}

func newPrompt() prompt {
	input := textinput.New()
	input.Prompt = ""
	input.SetVirtualCursor(false)
	input.KeyMap.Paste.SetEnabled(false) // it reads a clipboard; the terminal pastes by itself
	return prompt{input: input, chosen: -1}
}

func (p prompt) open() bool { return p.label != "" }

// ask opens the prompt with a text that is already there.
func (m Model) ask(label, help, already string, enter func(Model, string) (Model, tea.Cmd)) (Model, tea.Cmd) {
	m.prompt.label, m.prompt.help, m.prompt.enter = label, help, enter
	m.prompt.input.SetValue(already)
	m.prompt.input.CursorEnd()
	return m, m.prompt.input.Focus()
}

func (m Model) promptKey(msg tea.KeyPressMsg) (Model, tea.Cmd) {
	switch msg.String() {
	case "esc":
		m.prompt = newPrompt()
		return m, nil
	case "enter":
		enter, typed := m.prompt.enter, m.prompt.input.Value()
		m.prompt = newPrompt()
		return enter(m, typed)
	case "up", "down":
		return m.recall(map[string]int{"up": 1, "down": -1}[msg.String()])
	case "tab":
		return m.completeBy(1)
	case "shift+tab":
		return m.completeBy(-1)
	case "right":
		if m.prompt.rest() != "" || m.prompt.chosen >= 0 && m.prompt.atEnd() {
			return m.accept()
		}
	}
	return m.typed(msg)
}

// recall brings back what was typed before, or after that again.
func (m Model) recall(by int) (Model, tea.Cmd) {
	p, history := &m.prompt, m.history[m.prompt.kind]
	if p.recalled == 0 {
		p.draft = p.input.Value()
	}
	p.recalled = min(max(p.recalled+by, 0), len(history))
	typed := p.draft
	if p.recalled > 0 {
		typed = history[p.recalled-1]
	}
	p.input.SetValue(typed)
	p.input.CursorEnd()
	m, changing := m.changed()
	m, more := m.suggest()
	return m, tea.Batch(changing, more)
}

// longestHistory is how much of what was typed is offered again.
const longestHistory = 50

// remember keeps what was typed under a name.
func (m Model) remember(kind, typed string) Model {
	before := m.history[kind]
	if typed = strings.TrimSpace(typed); kind == "" || typed == "" || len(before) > 0 && before[0] == typed {
		return m
	}
	others := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return s == typed })
	history := map[string][]string{}
	maps.Copy(history, m.history)
	m.history = history
	if !private(kind, typed) {
		m.unkept = append(m.unkept, [2]string{kind, typed})
	}
	m.history[kind] = append([]string{typed}, others[:min(len(others), longestHistory-1)]...)
	return m
}

// private says whether what was typed is the user's text about a site, and not a
// question: it is not kept for later.
func private(kind, typed string) bool {
	command, _, _ := strings.Cut(typed, " ")
	return kind == "push" || kind == "command" && (command == "note" || command == "push")
}

// keep has what was typed kept for later.
func (m Model) keep() (Model, tea.Cmd) {
	typed, remember := m.unkept, m.options.Remember
	if m.unkept = nil; len(typed) == 0 || remember == nil {
		return m, nil
	}
	return m, func() tea.Msg {
		for _, t := range typed {
			remember(t[0], t[1])
		}
		return nil
	}
}

// bottom is how many lines stand below the panes.
func (m Model) bottom() int {
	if m.prompt.open() && (m.prompt.below != nil || m.prompt.complete != nil) {
		return 3
	}
	if !m.prompt.open() && m.chooser.choices == nil && m.status.error {
		return len(m.errorLines())
	}
	return 1
}

// bottomLines are the lines below the panes.
func (m Model) bottomLines() []string {
	if !m.prompt.open() && m.typesInPicker() {
		return []string{m.pickerLine()}
	}
	if !m.prompt.open() {
		return m.footer()
	}
	lines := []string{m.prompt.draw(m.sheet, m.width)}
	if m.bottom() > 1 {
		for _, line := range m.belowPrompt() {
			lines = append(lines, line.Draw(m.sheet, style.Base, m.width))
		}
	}
	return lines
}

// belowPrompt is what stands in the two lines below what is typed.
func (m Model) belowPrompt() [2]text.Line {
	var said [2]text.Line
	if m.prompt.below != nil {
		said = m.prompt.below(m)
	}
	if said[0] != nil || said[1] != nil {
		return said
	}
	if options := m.prompt.options; len(options.words) > 0 {
		return m.prompt.offer(m.width)
	} else if names := m.listing.names[options.dir]; options.files && names != nil &&
		!slices.Contains(names, strings.TrimPrefix(m.prompt.input.Value()[options.start:], options.dir)) {
		said[1] = text.Of(style.Faint, " no file here has such a name")
	}
	return said
}

// typed hands a message on to the line that is typed on.
func (m Model) typed(msg tea.Msg) (Model, tea.Cmd) {
	before := m.prompt.input.Value()
	var typing, changing, more tea.Cmd
	m.prompt.input, typing = m.prompt.input.Update(msg)
	if m.prompt.input.Value() != before {
		m.prompt.recalled = 0
		m, changing = m.changed()
		m, more = m.suggest()
	}
	return m, tea.Batch(typing, changing, more)
}

// changed has the text of the line taken in.
func (m Model) changed() (Model, tea.Cmd) {
	if m.prompt.change == nil {
		return m, nil
	}
	return m.prompt.change(m, m.prompt.input.Value())
}

// draw shows what was typed and, after it, what Tab would complete it to. Of a
// long text the part around the cursor is shown.
func (p prompt) draw(sheet *style.Sheet, width int) string {
	from := p.from(width)
	line := text.Of(style.Title, " "+p.label+" ")
	if from > 0 {
		line = line.With(style.Faint, "…")
	}
	line = line.With(style.Plain, string([]rune(p.input.Value())[from:])).With(style.Faint, p.rest())
	return text.Spread(sheet, style.Base, width, line, p.keys(width-line.Width()-1))
}

// keys says what the keys do, as far as there is room: of several parts those in
// the middle are left out first.
func (p prompt) keys(room int) text.Line {
	for parts := strings.Split(p.help, " · "); ; parts = slices.Delete(parts, len(parts)-2, len(parts)-1) {
		keys := text.Of(style.Faint, " "+strings.Join(parts, " · ")+" ")
		switch {
		case keys.Width() <= room:
			return keys
		case len(parts) == 1:
			return nil
		}
	}
}

// from is the first character of the text that is shown.
func (p prompt) from(width int) int {
	typed := []rune(p.input.Value())
	from := min(p.input.Position(), len(typed))
	room := width - text.Width(" "+p.label+" ") - 1
	if text.Width(string(typed[:from])) <= room {
		return 0
	}
	for room--; from > 0; from-- { // the ellipsis takes one
		if room -= text.Width(string(typed[from-1])); room < 0 {
			break
		}
	}
	return from
}

func (p prompt) atEnd() bool { return p.input.Position() >= len([]rune(p.input.Value())) }

// cursor is the column of the cursor on the prompt's line.
func (p prompt) cursor(width int) int {
	typed := []rune(p.input.Value())
	return p.column(string(typed[:min(p.input.Position(), len(typed))]), width)
}

// column is the column in which what follows the beginning of a text stands.
func (p prompt) column(beginning string, width int) int {
	left := text.Width(" " + p.label + " ")
	if from := p.from(width); from > 0 {
		shown := []rune(beginning)
		return left + 1 + text.Width(string(shown[min(from, len(shown)):]))
	}
	return left + text.Width(beginning)
}
