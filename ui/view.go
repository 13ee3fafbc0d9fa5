package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/detail"
	"layertap/ui/frame"
	"layertap/ui/layout"
	"layertap/ui/messages"
	"layertap/ui/pane"
	"layertap/ui/screen"
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
	case m.prompt.Open():
		view.Cursor = tea.NewCursor(min(m.prompt.Cursor(m.width), m.width-1), m.height-m.bottom())
	case m.help.Open:
		view.Cursor = tea.NewCursor(min(m.help.Typed.Cursor(m.width), m.width-1), m.height-1)
	case typesInPicker(m):
		view.Cursor = tea.NewCursor(min(m.picker.Typed.Cursor(m.width), m.width-1), m.height-1)
	}
	if view.Cursor != nil {
		view.Cursor.Blink = false // a blinking block would remain after the program ends
	}
	return view
}

func (m Model) title() string {
	if m.seen.Page == nil {
		return "layertap"
	}
	return "layertap " + text.Cut(text.BareURL(m.seen.Page.URL), 60)
}

func (m Model) fits() bool { return m.width >= minWidth && m.height >= minHeight }

func (m Model) lines() []string {
	if !m.fits() {
		return tooSmall(m)
	}
	if m.help.Open {
		return helpScreen(m)
	}
	l := m.arrange()
	lines := []string{m.header().Draw(m.sheet), tabLine(m)}
	if m.picking() {
		lines[1] = m.picker.Title(m.sheet, m.snapshot.Attachment, m.width)
	}
	if l.Notice.Height > 0 {
		lines = append(lines, drawNotice(m))
	}
	lines = append(lines, bodyLines(m, l)...)
	return append(lines, m.bottomLines()...)
}

func tooSmall(m Model) []string {
	leave := "ctrl+c"
	if key := m.commands.KeyOf("quit"); key != "" {
		leave = key
	}
	return frame.TooSmall(m.sheet, m.width, m.height, minWidth, minHeight, leave)
}

// bodyLines returns the lines between the tabs and the footer.
func bodyLines(m Model, l layout.Layout) []string {
	if m.picking() {
		return m.picker.Draw(m.sheet, m.snapshot.Attachment, l.Body)
	}
	if m.chooser.about != nil {
		return drawAbout(m, l.Body)
	}
	if m.screen != screen.Messages {
		return boardBody(m, l)
	}
	if m.messages.Listed == 0 {
		return pane.Centered(m.sheet, m.empty().Why(), l.Body)
	}
	var left []string
	if l.List.Height > 0 {
		if m.headed() {
			left = append(left, m.messages.Heading(m.look(l)))
		}
		left = append(left, m.messages.View(m.look(l))...)
		left = pane.Filled(left, pane.Rect{Width: l.List.Width, Height: l.List.Height + l.List.Y - l.Body.Y})
	}
	right := m.pane(l).Draw(m.height)
	if !l.Beside {
		return append(left, right...)
	}
	return besideOneAnother(m, left, right)
}

// boardBody returns the lines of a screen of rows, with its heading and its side pane.
func boardBody(m Model, l layout.Layout) []string {
	if m.rowZoomed() {
		return m.board.Beside.Draw(m.sheet, m.find.word, m.commands.KeyOf("beside-down"), l.Detail)
	}
	left := m.board.Draw(m.sheet, m.find.word, l.List)
	if m.headed() {
		left = slices.Insert(left, 0, m.screen.Heading(m.data(), max(l.List.Width-2, 1)).Draw(m.sheet, style.Base, l.List.Width))
	}
	left = pane.Filled(left, pane.Rect{Width: l.List.Width, Height: l.Body.Height})
	if l.Beside {
		return besideOneAnother(m, left, m.board.Beside.Draw(m.sheet, m.find.word, m.commands.KeyOf("beside-down"), l.Detail))
	}
	return left
}

// look returns how the rows of the list are drawn.
func (m Model) look(l layout.Layout) messages.Look {
	return messages.Look{Source: m.source(), Sheet: m.sheet, Width: l.List.Width, Word: m.find.word, Focused: m.focus == onList,
		Tags: messages.HasTags(m.snapshot), Names: messages.NamesOf(m.snapshot), Hidden: m.kept.Hidden, Hits: m.snapshot.Counts.Hits > 0 || m.from.File == ""}
}

// pane returns where and how the message under the cursor is drawn.
func (m Model) pane(l layout.Layout) detail.Pane {
	more := "show"
	if m.focus == onDetail {
		more = "detail-page-down"
	}
	return detail.Pane{
		More: m.commands.KeyOrName(more), Detail: m.detail, Sheet: m.sheet, Snapshot: m.snapshot, Entry: m.messages.Current(), Rect: l.Detail,
		Word: m.find.word, Focused: m.focus == onDetail,
	}
}

// besideOneAnother joins two panes of the same height side by side.
func besideOneAnother(m Model, left, right []string) []string {
	rule := text.Of(style.Faint, " │").Draw(m.sheet, style.Base, 2)
	for i := range left {
		left[i] += rule + right[i]
	}
	return left
}
