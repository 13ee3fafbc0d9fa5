package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/style"
	"layertap/ui/text"
)

// View draws the screen.
func (m Model) View() tea.View {
	view := tea.NewView(strings.Join(m.lines(), "\n"))
	view.AltScreen = true
	if !m.options.NoMouse {
		view.MouseMode = tea.MouseModeCellMotion
	}
	view.WindowTitle = m.title()
	switch {
	case !m.fits():
	case m.prompt.open():
		view.Cursor = tea.NewCursor(min(m.prompt.cursor(m.width), m.width-1), m.height-m.bottom())
	case m.typesInPicker():
		view.Cursor = tea.NewCursor(min(m.picker.typed.cursor(m.width), m.width-1), m.height-1)
	}
	if view.Cursor != nil {
		view.Cursor.Blink = false // a blinking block would be left behind at the end
	}
	return view
}

func (m Model) title() string {
	if m.seen.page == nil {
		return "layertap"
	}
	return "layertap " + text.Cut(bareURL(m.seen.page.URL), 60)
}

func (m Model) fits() bool { return m.width >= minWidth && m.height >= minHeight }

func (m Model) lines() []string {
	if !m.fits() {
		return m.tooSmall()
	}
	if m.help.open {
		return m.drawHelp()
	}
	l := m.arrange()
	lines := []string{m.header(), m.tabLine()}
	if m.picking() {
		lines[1] = m.pickerTitle()
	}
	if l.notice.height > 0 {
		lines = append(lines, m.drawNotice())
	}
	lines = append(lines, m.body(l)...)
	return append(lines, m.bottomLines()...)
}

func (m Model) tooSmall() []string {
	leave := "ctrl+c"
	if quit, _ := m.commands.named("quit"); len(quit.keys) > 0 {
		leave = shownKey(quit.keys[0])
	}
	words := text.Of(style.Plain, fmt.Sprintf("layertap needs %d×%d cells; this terminal has %d×%d. Enlarge it, or %s quits.",
		minWidth, minHeight, m.width, m.height, leave))
	var lines []string
	for _, line := range words.Wrap(m.width) {
		lines = append(lines, line.Draw(m.sheet, style.Base, m.width))
	}
	return lines[:min(len(lines), max(m.height, 1))]
}

// body is what stands between the tabs and the footer.
func (m Model) body(l layout) []string {
	if m.picking() {
		return m.pickerBody(l.body)
	}
	if m.chooser.about != nil {
		return m.drawAbout(l.body)
	}
	if m.screen != onMessages {
		left := m.drawBoard(l.list)
		if m.headed() {
			left = slices.Insert(left, 0, m.hitColumns(max(l.list.width-2, 1)).heading().Draw(m.sheet, style.Base, l.list.width))
		}
		left = filled(left, rect{width: l.list.width, height: l.body.height})
		if l.beside {
			return m.besideOneAnother(left, m.drawBeside(l.detail))
		}
		return left
	}
	if m.messages.told == 0 {
		return m.emptyBody(l.body)
	}
	var left []string
	if l.list.height > 0 {
		if m.headed() {
			left = append(left, m.heading(l.list.width))
		}
		left = append(left, m.messages.list.View(m.messages.listRows(m.snapshot), func(row int) []string {
			return m.drawRow(row, l.list.width)
		})...)
		left = filled(left, rect{width: l.list.width, height: l.list.height + l.list.y - l.body.y})
	}
	right := m.drawDetail(l.detail)
	if !l.beside {
		return append(left, right...)
	}
	return m.besideOneAnother(left, right)
}

// besideOneAnother puts two panes of one height side by side.
func (m Model) besideOneAnother(left, right []string) []string {
	rule := text.Of(style.Faint, " │").Draw(m.sheet, style.Base, 2)
	for i := range left {
		left[i] += rule + right[i]
	}
	return left
}

// filled adds blank lines until a part of the screen is full.
func filled(lines []string, r rect) []string {
	for len(lines) < r.height {
		lines = append(lines, strings.Repeat(" ", r.width))
	}
	return lines[:max(r.height, 0)]
}

// heading names the columns of the list.
func (m Model) heading(width int) string {
	c := columnsFor(width, m.messages.twoLines, m.hitCells())
	words := strings.Repeat(" ", c.gutter) + padLeft("#", c.seq) + "  " + text.Fit("Δt", c.delta) + "  " +
		text.Fit("event", c.event) + "  " + text.Fit("parameters", c.params) + "  " + text.Fit(triggerHeading(c.triggers), c.triggers)
	if c.hits > 0 {
		words += "  hits"
	}
	return text.Of(style.Faint, words).Draw(m.sheet, style.Base, width)
}

// triggerHeading is the heading of a column that names triggers, or else has only
// room for their signs.
func triggerHeading(width int) string {
	if width < len("triggers") {
		return "▣"
	}
	return "triggers"
}
