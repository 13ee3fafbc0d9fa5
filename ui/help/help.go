// Package help is the list of all keys.
package help

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/internal/plural"
	"layertap/ui/describe"
	"layertap/ui/list"
	"layertap/ui/prompt"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Help is the list of all keys, which replaces the panes. The zero Help is closed.
type Help struct {
	Open     bool
	List     list.List
	Typed    prompt.Line // filters the help
	sections []Section
	width    int
	height   int // of the rows
}

// New returns the help, open at its start.
func New() Help {
	h := Help{Open: true, Typed: prompt.New()}
	h.Typed.Label = "find"
	h.Typed.Input.Focus() // without its command: the terminal's own cursor blinks
	return h
}

// Section lists the commands for one part of the screen.
type Section struct {
	Title   string
	Note    string
	Here    bool // it is the part with the focus
	Entries []Entry
}

// Entry is a command in the help.
type Entry struct {
	Name   string
	Keys   []string
	Does   string
	WhyNot string // the reason why it does nothing now; empty if it works
}

// Fitted returns the help with sections, fitted to a part of the terminal.
func (h Help) Fitted(sections []Section, width, height int) Help {
	h.sections, h.width, h.height = sections, width, height
	h.List = h.List.Resize(max(height, 1))
	return h
}

// Scrolled returns the help scrolled with a key.
func (h Help) Scrolled(key string) Help {
	h.List = list.Scrolled(h.List, list.Rows{Len: len(h.rows())}, key)
	return h
}

// Narrowed returns the help with its filter changed by a key.
func (h Help) Narrowed(msg tea.Msg) (Help, tea.Cmd) {
	var cmd tea.Cmd
	h.Typed.Input, cmd = h.Typed.Input.Update(msg)
	h.List = list.List{}
	return h, cmd
}

// fits reports whether an entry contains all words that were typed.
func (h Help) fits(title string, e Entry) bool {
	whole := title + " " + e.Name + " " + e.Does
	for _, key := range e.Keys {
		whole += " " + ShownKey(key)
	}
	for _, word := range strings.Fields(h.Typed.Typed()) {
		if !text.Mentions(whole, word) {
			return false
		}
	}
	return true
}

// twoColumnsWidth is the width in cells from which the help has two columns.
const twoColumnsWidth = 160

// rows returns the lines of the help, in two columns if they fit.
func (h Help) rows() [][]text.Line {
	lines := h.lines()
	if h.width < twoColumnsWidth {
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

// lines returns the lines of the help in one column: the meaning of the signs, then the
// sections.
func (h Help) lines() []text.Line {
	var lines []text.Line
	if h.Typed.Typed() == "" {
		lines = append(legend(), nil)
	}
	for _, s := range h.sections {
		before := len(lines)
		lines = append(lines, text.Of(style.Title, " "+s.Title).With(style.Faint, s.Note))
		for _, e := range s.Entries {
			if h.fits(s.Title, e) {
				lines = append(lines, hanging(h.line(e, s.Here), h.columnWidth())...)
			}
		}
		if len(lines) == before+1 {
			lines = lines[:before] // no entry matches
			continue
		}
		lines = append(lines, nil)
	}
	if len(lines) == 0 {
		return []text.Line{text.Of(style.Faint, " no key or command matches "+h.Typed.Typed()+": Esc clears it")}
	}
	return lines[:len(lines)-1]
}

// columnWidth is the maximum width of a line of the help.
func (h Help) columnWidth() int {
	if h.width >= twoColumnsWidth {
		return h.width/2 - 1
	}
	return h.width - 1
}

// hanging wraps a line of the help with a hanging indent after its first span, the keys.
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

// line describes a command and, if it would do nothing now, the reason.
func (h Help) line(e Entry, here bool) text.Line {
	keys := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		keys[i] = ShownKey(k)
	}
	if len(keys) == 0 {
		keys = []string{":" + e.Name}
	}
	keyRole, role, why := style.Accent, style.Plain, ""
	switch {
	case !here:
		keyRole, role = style.Faint, style.Faint
	case e.WhyNot != "":
		keyRole, role, why = style.Faint, style.Faint, "  · "+e.WhyNot
	}
	line := text.Of(keyRole, "   "+text.Fit(strings.Join(keys, " "), 12)).With(role, " "+e.Does)
	if typed := strings.TrimSpace(h.Typed.Typed()); typed != "" && text.Mentions(e.Name, typed) && !text.Mentions(line.String(), typed) {
		line = line.With(style.Faint, "  :"+e.Name) // so that it is visible why it matches
	}
	return line.With(style.Faint, why)
}

// legend explains the signs that accompany the colors.
func legend() []text.Line {
	return []text.Line{
		text.Of(style.Title, " Signs"),
		text.Of(style.Bad, "   ✗ error").With(style.Warn, "   ▲ warning").With(style.Info, "   • info").
			With(style.Good, "   ✓ matches the plan").With(style.Faint, "   · not in the plan"),
		text.Of(style.Info, "   ▣ trigger matches").With(style.Warn, "   ▨ may match").With(style.Faint, "   □ none"),
		text.Of(style.Good, "   ● tag fired").With(style.Warn, "   ◐ held back by consent").With(style.Bad, "   ⊘ blocked").
			With(style.Faint, "   ‖ paused").With(style.Warn, "   ? may fire"),
		text.Of(style.Info, "   ● hit sent").With(style.Good, "   ◆ key event").With(style.Faint, "   ○ maybe").
			With(style.Warn, "   … no response").With(style.Bad, "   ✗ failed or blocked"),
		text.Of(style.Accent, "   "+describe.MarkSign+" marked").With(style.Accent, "   ✎ note").
			With(style.Accent, "   "+describe.ShotSign+" screenshot").With(style.Accent, "   by hand: pushed by you"),
		text.Of(style.Info, "   ↳ click before the message").With(style.Accent, "   ~ changed").With(style.Faint, "   ○ accepted").
			With(style.Faint, "   ▾ ▹ unfolded, folded"),
		text.Of(style.Bad, "   ◉ recording").With(style.Warn, "   ‖ paused").With(style.Warn, "   ■ recorded, or ended").With(style.Warn, "   ◌ starting").
			With(style.Warn, "   ▲ gap"),
		text.Of(style.Faint, "   Clicks, pages and hits are numbered too: numbers of messages skip theirs."),
	}
}

// ShownKey is the display form of a key.
func ShownKey(key string) string {
	names := map[string]string{
		"up": "↑", "down": "↓", "left": "←", "right": "→", "enter": "⏎", "space": "␣",
		"pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End", "tab": "Tab", "shift+tab": "⇧Tab", "esc": "Esc", "f1": "F1",
	}
	if name, ok := names[key]; ok {
		return name
	}
	return strings.Replace(key, "ctrl+", "^", 1)
}

// Draw returns the screen lines of the help.
func (h Help) Draw(sheet *style.Sheet) []string {
	rows := h.rows()
	return h.List.View(list.Rows{Len: len(rows)}, func(row int) []string {
		var drawn strings.Builder
		left := h.width
		for i, line := range rows[row] {
			width := left / (len(rows[row]) - i)
			if h.width >= twoColumnsWidth && i == 0 {
				width = h.width / 2
			}
			for _, word := range strings.Fields(h.Typed.Typed()) {
				line = line.Highlight(word)
			}
			drawn.WriteString(line.Draw(sheet, style.Base, width))
			left -= width
		}
		drawn.WriteString(text.Line{}.Draw(sheet, style.Base, left))
		return []string{drawn.String()}
	})
}

// BottomLine is the last line: the typed filter and the keys.
func (h Help) BottomLine(sheet *style.Sheet) string {
	line := h.Typed
	line.Help = "type to filter · ↑ ↓ scroll · Esc closes"
	if line.Typed() != "" {
		line.Help = "Esc clears"
	} else if rows := len(h.rows()); rows-1 > h.List.Last(list.Rows{Len: rows}) {
		line.Help = plural.Count(rows-1-h.List.Last(list.Rows{Len: rows}), "more line") + " · " + line.Help
	}
	return line.Draw(sheet, h.width)
}
