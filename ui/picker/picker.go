// Package picker lets the user choose among browsers or tabs.
package picker

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/ui/list"
	"layertap/ui/pane"
	"layertap/ui/prompt"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Picker lets the user choose among the browsers or tabs that the source lists. It replaces
// the panes, and is filtered by typing.
type Picker struct {
	Open  bool // the user opened it; it is also shown while the source waits
	Typed prompt.Line
	Rows  []datalayer.Choice // those that match the filter
	List  list.List
	On    string // the ID under the cursor, which stays while others are added and removed
}

// New returns a closed picker.
func New() Picker {
	p := Picker{Typed: prompt.New()}
	p.Typed.Label = "find"
	p.Typed.Input.Focus() // without its command: the terminal's own cursor blinks
	return p
}

// Moved returns the picker with the cursor on a row.
func (p Picker) Moved(row int) Picker {
	p.List = p.List.Show(list.Rows{Len: len(p.Rows)}, row)
	if p.List.Cursor >= 0 {
		p.On = p.Rows[p.List.Cursor].ID
	}
	return p
}

// Arranged filters the choices by the typed text, and keeps the cursor on the same choice
// if possible.
func (p Picker) Arranged(choices []datalayer.Choice, lines int) Picker {
	words := strings.Fields(p.Typed.Typed())
	p.Rows = nil
	for _, c := range choices {
		if !slices.ContainsFunc(words, func(w string) bool { return !text.Mentions(c.Title+" "+c.URL, w) }) {
			p.Rows = append(p.Rows, c)
		}
	}
	row := slices.IndexFunc(p.Rows, func(c datalayer.Choice) bool { return c.ID == p.On })
	if row < 0 {
		row = p.List.Cursor
	}
	p.List = p.List.Resize(lines)
	return p.Moved(row)
}

// Draw returns the lines that replace the panes while the picker is open.
func (p Picker) Draw(sheet *style.Sheet, a datalayer.Attachment, r pane.Rect) []string {
	if len(p.Rows) == 0 {
		return pane.Centered(sheet, p.whyEmpty(a), r)
	}
	return pane.Filled(p.List.View(list.Rows{Len: len(p.Rows)}, func(row int) []string {
		return []string{p.drawRow(sheet, row, r.Width)}
	}), r)
}

func (p Picker) drawRow(sheet *style.Sheet, row, width int) string {
	c, under := p.Rows[row], row == p.List.Cursor
	ground, gutter := style.Base, "  "
	if under {
		ground, gutter = style.Cursor, "▸ "
	}
	watched := "  "
	if c.Watched {
		watched = "● "
	}
	titles := text.Fit(ChoiceTitle(c), min(max(width*2/5, 16), 60))
	words := text.Of(style.Strong, titles).With(style.Plain, "  "+text.BareURL(c.URL))
	for _, word := range strings.Fields(p.Typed.Typed()) {
		words = words.Highlight(word)
	}
	return text.Of(style.Accent, gutter).With(style.Good, watched).And(words).Draw(sheet, ground, width)
}

// ChoiceTitle is the display name of a choice.
func ChoiceTitle(c datalayer.Choice) string {
	return cmp.Or(strings.TrimSpace(c.Title), text.BareURL(c.URL), "untitled tab")
}

// whyEmpty returns what to do if there are no choices.
func (p Picker) whyEmpty(a datalayer.Attachment) []text.Line {
	switch {
	case len(a.Choices) > 0:
		return []text.Line{
			text.Of(style.Strong, "no match for ").With(style.Warn, p.Typed.Typed()),
			text.Of(style.Faint, "Esc clears it"),
		}
	case a.Phase == datalayer.ChoosingBrowser:
		return []text.Line{
			text.Of(style.Warn, "◌ ").With(style.Strong, "no browser to attach to"),
			text.Of(style.Faint, "turn on remote debugging in your Chrome at chrome://inspect/#remote-debugging, or start one with "+
				"--remote-debugging-port=9222 and its own --user-data-dir: layertap then connects by itself"),
		}
	case a.Choices == nil:
		return []text.Line{text.Of(style.Faint, cmp.Or(a.Detail, "asking the browser for its tabs…"))}
	}
	return []text.Line{
		text.Of(style.Warn, "◌ ").With(style.Strong, "the browser has no open tab"),
		text.Of(style.Faint, "open one: it appears here"),
	}
}

// Title returns the line that replaces the names of the screens.
func (p Picker) Title(sheet *style.Sheet, a datalayer.Attachment, width int) string {
	name, question := "Tabs", "which tab do you want to watch?"
	if a.Phase == datalayer.ChoosingBrowser {
		name, question = "Browsers", "which browser is the page in?"
	}
	line := text.Of(style.Faint, "─").With(style.Title, "["+name+"]").With(style.Plain, " "+question+" ")
	if slices.ContainsFunc(p.Rows, func(c datalayer.Choice) bool { return c.Watched }) {
		line = line.With(style.Good, " ●").With(style.Faint, " watching ")
	}
	return pane.Ruled(sheet, width, line)
}

// BottomLine returns the last line: the typed filter and the keys.
func (p Picker) BottomLine(sheet *style.Sheet, a datalayer.Attachment, waits bool, width int) string {
	rows, all := len(p.Rows), len(a.Choices)
	switch {
	case p.Typed.Typed() != "":
		p.Typed.Help = strconv.Itoa(rows) + " of " + strconv.Itoa(all) + " · ⏎ selects · Esc clears"
	case waits:
		p.Typed.Help = "type to filter · ⏎ selects · q quits"
	default:
		p.Typed.Help = "type to filter · ⏎ selects · Esc cancels"
	}
	return p.Typed.Draw(sheet, width)
}
