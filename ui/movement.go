package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/ui/detail"
	"layertap/ui/list"
	"layertap/ui/screen"
	"layertap/ui/status"
	"layertap/ui/text"
)

func moveList(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.messages = m.messages.Moved(m.snapshot, m.messages.List.Cursor+by)
		return m, nil
	}
}

// nextMessage moves to the next row that is a message; for -1, to the previous one.
func nextMessage(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		for row := m.messages.List.Cursor + by; row >= 0 && row < len(m.messages.Rows); row += by {
			if _, ok := m.snapshot.Entry(m.messages.Entry(row)).(*datalayer.Push); ok {
				m.messages = m.messages.Moved(m.snapshot, row)
				return m, nil
			}
		}
		m.status = status.Info(map[int]string{1: "no later message so far", -1: "no earlier message"}[by])
		return m, nil
	}
}

func pageList(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		row := m.messages.List.Page(m.messages.ListRows(m.snapshot), direction)
		m.messages = m.messages.Moved(m.snapshot, row)
		return m, nil
	}
}

func toStart(m Model) (Model, tea.Cmd) {
	m.messages = m.messages.Moved(m.snapshot, 0)
	m.messages = m.messages.Moved(m.snapshot, m.messages.FirstMessage(m.snapshot))
	return m, nil
}

func toEnd(m Model) (Model, tea.Cmd) {
	if m.focus == onDetail {
		m.detail = m.detail.At(len(m.detail.Items))
		return m, nil
	}
	m.messages = m.messages.Moved(m.snapshot, len(m.messages.Rows))
	return m, nil
}

func moveDetail(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.detail = m.detail.At(m.detail.List.Cursor + by)
		return m, nil
	}
}

func pageDetail(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.detail = m.detail.At(m.detail.List.Page(m.detail.Rows(), direction))
		return m, nil
	}
}

func detailStart(m Model) (Model, tea.Cmd) {
	m.detail = m.detail.At(0)
	return m, nil
}

// toggleExplain explains the findings of the message, or of the row of a board.
func toggleExplain(m Model) (Model, tea.Cmd) {
	if m.screen != screen.Messages {
		if m.data().Beside {
			m.status = status.Info("the side pane explains it: " + m.commands.KeyOrName("beside-down") + " scrolls it")
		}
		m.zoomed = !m.zoomed
		return m, nil
	}
	m.detail.Tab, m.detail.Explain = detail.Findings, !m.detail.Explain
	m.detail.Folded++
	if m = m.arranged(); m.detail.Explain {
		m.detail = m.detail.AtExplanation()
	}
	return m, nil
}

// nothingToExplain returns why there is nothing to explain. Explanations can be hidden from
// any message.
func nothingToExplain(m Model) string {
	if m.screen != screen.Messages {
		if it, ok := m.board.Current(); !ok || it.Exception == nil || it.Details == nil {
			return m.noFindingInRow()
		}
		return ""
	}
	push := m.messages.Push(m.snapshot)
	switch {
	case m.detail.Explain:
		return ""
	case push == nil || len(m.snapshot.Verdict(m.messages.Current()).Findings) == 0:
		return notOnFinding
	}
	return ""
}

func nothingToFold(m Model) string {
	d := m.detail
	if d.List.Cursor < 0 || d.List.Cursor >= len(d.Items) || d.Items[d.List.Cursor].Path == "" {
		return "nothing to fold here: " + m.commands.KeyOf("tab-next") + " goes to the payload"
	}
	return ""
}

func toggleFold(m Model) (Model, tea.Cmd) {
	m.detail = m.detail.Toggle()
	return m, nil
}

func turnTab(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.detail = m.detail.Turned(by)
		return m, nil
	}
}

// openDetail shows the message on the whole screen. The list doesn't follow meanwhile, so
// that the message stays.
func openDetail(m Model) (Model, tea.Cmd) {
	if m.messages.Current() < 0 {
		return m, nil
	}
	m.focus, m.zoomed, m.messages.Follow = onDetail, true, false
	return m, nil
}

func switchPane(m Model) (Model, tea.Cmd) {
	switch {
	case m.screen != screen.Messages:
		return goToScreen(screen.Messages)(m)
	case m.zoomed, m.focus == onDetail:
		return leaveDetail(m), nil
	case m.messages.Current() >= 0:
		m.focus, m.messages.Follow = onDetail, false
	}
	return m, nil
}

// leaveDetail leaves the detail. If the cursor is still on the last row, the list follows
// again.
func leaveDetail(m Model) Model {
	m.focus, m.zoomed = onList, false
	m.messages = m.messages.Moved(m.snapshot, m.messages.List.Cursor)
	return m
}

// back undoes the last navigation, one step at a time.
func back(m Model) (Model, tea.Cmd) {
	switch {
	case m.status.Error:
		m.status = status.Status{Dismissed: true}
	case m.rowZoomed():
		m.zoomed = false
	case m.screen != screen.Messages:
		return goToScreen(screen.Messages)(m)
	case m.focus == onDetail:
		m = leaveDetail(m)
	case m.find.word != "":
		m.find.word = ""
	case !m.messages.RowFilter.Filter.All():
		m.status = status.Info("filter cleared: F turns it back on")
		return m.filtered("")
	case len(m.behind) > 0:
		return m.closed()
	}
	return m, nil
}

// wheelRows is the number of rows per step of the mouse wheel.
const wheelRows = 3

func wheel(m Model, mouse tea.Mouse) Model {
	by := map[tea.MouseButton]int{tea.MouseWheelUp: -wheelRows, tea.MouseWheelDown: wheelRows}[mouse.Button]
	l := m.arrange()
	switch {
	case by == 0 || m.prompt.Open():
	case m.help.Open:
		key := map[bool]string{true: "down", false: "up"}[by > 0]
		for range wheelRows {
			m.help = fittedHelp(m).Scrolled(key)
		}
	case m.picking():
		m.picker = m.picker.Moved(m.picker.List.Cursor + by)
	case m.screen != screen.Messages && l.Detail.Holds(mouse.X, mouse.Y):
		m.board.Beside = m.board.Beside.ScrolledBy(by)
	case m.screen != screen.Messages:
		m, _ = moveBoard(by)(m)
	case l.Detail.Holds(mouse.X, mouse.Y):
		m, _ = moveDetail(by)(m)
	case l.List.Holds(mouse.X, mouse.Y):
		m, _ = moveList(by)(m)
	}
	return m
}

func click(m Model, mouse tea.Mouse) (Model, tea.Cmd) {
	l := m.arrange()
	switch {
	case mouse.Button != tea.MouseLeft || m.prompt.Open() || m.help.Open:
	case m.picking():
		if row := m.picker.List.At(list.Rows{Len: len(m.picker.Rows)}, mouse.Y-l.Body.Y); row >= 0 {
			m.picker = m.picker.Moved(row)
		}
	case m.chooser.choices != nil:
		return clickChoice(m, mouse)
	case mouse.Y == 0:
		return clickTotals(m, mouse.X)
	case mouse.Y == m.height-1 && !m.status.Error:
		return clickHint(m, mouse.X)
	case mouse.Y == 1:
		return clickScreen(m, mouse.X), nil
	case m.screen != screen.Messages && (m.rowZoomed() || !l.List.Holds(mouse.X, mouse.Y)):
	case m.screen != screen.Messages:
		if row := m.board.List.At(m.board.Rows(), mouse.Y-l.List.Y); row >= 0 {
			m.board = m.board.At(row)
		}
	case l.List.Holds(mouse.X, mouse.Y):
		m.focus = onList
		if row := m.messages.List.At(m.messages.ListRows(m.snapshot), mouse.Y-l.List.Y); row >= 0 {
			m.messages = m.messages.Moved(m.snapshot, row)
		}
	case l.Detail.Holds(mouse.X, mouse.Y):
		m.focus, m.messages.Follow = onDetail, false
		if t := m.pane(l).TabAt(mouse.X, mouse.Y); t != nil {
			m.detail.Tab = t
		}
		if row := m.detail.List.At(m.detail.Rows(), mouse.Y-l.Detail.Y-detail.TitleLines(l.Detail)); row >= 0 {
			m.detail = m.detail.At(row)
		}
	}
	return m, nil
}

// clickTotals goes to the next error or warning if their number was clicked.
func clickTotals(m Model, x int) (Model, tea.Cmd) {
	totals := m.header().Totals()
	x -= m.width - totals.Width()
	for _, span := range totals {
		width := text.Width(span.Text)
		switch over := x >= 0 && x < width; {
		case over && strings.HasPrefix(span.Text, "✗"):
			return nextFinding(1, hasError)(m)
		case over && strings.HasPrefix(span.Text, "▲"):
			return nextFinding(1, hasWarning)(m)
		}
		x -= width
	}
	return m, nil
}

// clickHint runs the command whose hint was clicked.
func clickHint(m Model, x int) (Model, tea.Cmd) {
	hints := keyHints(m, m.width-footerLeft(m).Width()-2)
	x -= m.width
	for _, h := range hints {
		x += h.Line.Width()
	}
	for _, h := range hints {
		if x >= 0 && x < h.Line.Width() {
			m.status = m.status.Read()
			return m.run(h.Command)
		}
		x -= h.Line.Width()
	}
	return m, nil
}

// clickChoice answers the question at the bottom with the choice that was clicked.
func clickChoice(m Model, mouse tea.Mouse) (Model, tea.Cmd) {
	if mouse.Y != m.height-1 {
		return m, nil
	}
	c := m.chooser.fitted(m.width)
	x := mouse.X - c.question().Width()
	for _, choice := range c.choices {
		width := choice.line().Width()
		if x >= 0 && x < width {
			m.chooser = chooser{}
			return choice.run(m)
		}
		x -= width
	}
	if mouse.X >= m.width-c.leave().Width() {
		m.chooser = chooser{}
	}
	return m, nil
}

// clickScreen goes to the screen whose name is at x in the line of screens.
func clickScreen(m Model, x int) Model {
	for _, t := range screen.Tabs(m.data(), m.screen) {
		if x -= t.Label.Width(); x < 0 {
			m, _ = goToScreen(t.Screen)(m)
			return m
		}
	}
	return m
}
