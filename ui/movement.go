package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/text"
)

func moveList(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.messages = m.messages.moved(m.snapshot, m.messages.list.Cursor+by)
		return m, nil
	}
}

func pageList(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		row := m.messages.list.Page(m.messages.listRows(m.snapshot), direction)
		m.messages = m.messages.moved(m.snapshot, row)
		return m, nil
	}
}

func toStart(m Model) (Model, tea.Cmd) {
	m.messages = m.messages.moved(m.snapshot, 0)
	return m, nil
}

func toEnd(m Model) (Model, tea.Cmd) {
	if m.focus == onDetail {
		m.detail.list = m.detail.list.Show(m.detail.rows(), len(m.detail.items))
		return m, nil
	}
	m.messages = m.messages.moved(m.snapshot, len(m.messages.rows))
	return m, nil
}

func moveDetail(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.detail.list = m.detail.list.Show(m.detail.rows(), m.detail.list.Cursor+by)
		return m, nil
	}
}

func pageDetail(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		rows := m.detail.rows()
		m.detail.list = m.detail.list.Show(rows, m.detail.list.Page(rows, direction))
		return m, nil
	}
}

func detailStart(m Model) (Model, tea.Cmd) {
	m.detail.list = m.detail.list.Show(m.detail.rows(), 0)
	return m, nil
}

func toggleExplain(m Model) (Model, tea.Cmd) {
	m.detail.tab, m.detail.explain = findingsTab, !m.detail.explain
	m.detail.folded++
	return m, nil
}

// nothingToExplain says why there is nothing to explain. What is explained can be
// folded away from any message.
func nothingToExplain(m Model) string {
	push := m.currentPush()
	switch {
	case m.detail.explain:
		return ""
	case push == nil || m.screen != onMessages || len(m.snapshot.Verdict(m.messages.current()).Findings) == 0:
		return notOnFinding
	}
	return ""
}

func nothingToFold(m Model) string {
	d := m.detail
	if d.list.Cursor < 0 || d.list.Cursor >= len(d.items) || d.items[d.list.Cursor].path == "" {
		return "there is nothing to fold here: " + shownKeyOf(m.commands, "tab-next") + " leads to the payload"
	}
	return ""
}

func toggleFold(m Model) (Model, tea.Cmd) {
	m.detail = m.detail.toggle()
	return m, nil
}

func turnTab(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.detail.tab = tab((int(m.detail.tab) + by + int(tabs)) % int(tabs))
		return m, nil
	}
}

// openDetail gives the message the whole screen. The list does not follow
// meanwhile: what is looked at stays.
func openDetail(m Model) (Model, tea.Cmd) {
	if m.messages.current() < 0 {
		return m, nil
	}
	m.focus, m.zoomed, m.messages.follow = onDetail, true, false
	return m, nil
}

func switchPane(m Model) (Model, tea.Cmd) {
	switch {
	case m.screen != onMessages:
		return goToScreen(onMessages)(m)
	case m.zoomed, m.focus == onDetail:
		return m.toList(), nil
	case m.messages.current() >= 0:
		m.focus, m.messages.follow = onDetail, false
	}
	return m, nil
}

// toList leaves the detail. Where the cursor is still on the last row the list
// follows again.
func (m Model) toList() Model {
	m.focus, m.zoomed = onList, false
	m.messages = m.messages.moved(m.snapshot, m.messages.list.Cursor)
	return m
}

// back undoes the last step into something, one at a time.
func back(m Model) (Model, tea.Cmd) {
	switch {
	case m.status.error:
		m.status = status{dismissed: true}
	case m.screen != onMessages:
		return goToScreen(onMessages)(m)
	case m.focus == onDetail:
		m = m.toList()
	case m.find.word != "":
		m.find.word = ""
	case !m.messages.sieve.filter.All():
		m.status = told("the filter is off: F brings it back")
		return m.filtered("")
	case len(m.behind) > 0:
		return m.closed()
	}
	return m, nil
}

// wheelRows is how far a turn of the mouse wheel leads.
const wheelRows = 3

func (m Model) wheel(mouse tea.Mouse) Model {
	by := map[tea.MouseButton]int{tea.MouseWheelUp: -wheelRows, tea.MouseWheelDown: wheelRows}[mouse.Button]
	l := m.arrange()
	switch {
	case by == 0 || m.prompt.open():
	case m.help.open:
		key := map[bool]string{true: "down", false: "up"}[by > 0]
		for range wheelRows {
			m.help.list = scrolled(m.helpList(), list.Rows{Len: len(m.helpRows())}, key)
		}
	case m.picking():
		m.picker = m.picker.moved(m.picker.list.Cursor + by)
	case m.screen != onMessages && l.detail.holds(mouse.X, mouse.Y):
		m.board.beside.list = m.board.beside.scrolledBy(by)
	case m.screen != onMessages:
		m, _ = moveBoard(by)(m)
	case l.detail.holds(mouse.X, mouse.Y):
		m, _ = moveDetail(by)(m)
	case l.list.holds(mouse.X, mouse.Y):
		m, _ = moveList(by)(m)
	}
	return m
}

func (m Model) click(mouse tea.Mouse) (Model, tea.Cmd) {
	l := m.arrange()
	switch {
	case mouse.Button != tea.MouseLeft || m.prompt.open() || m.help.open:
	case m.picking():
		if row := m.picker.list.At(list.Rows{Len: len(m.picker.rows)}, mouse.Y-l.body.y); row >= 0 {
			m.picker = m.picker.moved(row)
		}
	case m.chooser.choices != nil:
		return m.clickChoice(mouse)
	case mouse.Y == 0:
		return m.clickTotals(mouse.X)
	case mouse.Y == m.height-1 && !m.status.error:
		return m.clickHint(mouse.X)
	case mouse.Y == 1:
		return m.clickScreen(mouse.X), nil
	case m.screen != onMessages && !l.list.holds(mouse.X, mouse.Y):
	case m.screen != onMessages:
		if row := m.board.list.At(m.board.rows(), mouse.Y-l.list.y); row >= 0 {
			m.board.list = m.board.list.Show(m.board.rows(), row)
		}
	case l.list.holds(mouse.X, mouse.Y):
		m.focus = onList
		if row := m.messages.list.At(m.messages.listRows(m.snapshot), mouse.Y-l.list.y); row >= 0 {
			m.messages = m.messages.moved(m.snapshot, row)
		}
	case l.detail.holds(mouse.X, mouse.Y):
		m.focus, m.messages.follow = onDetail, false
		if t := m.tabAt(mouse.X, mouse.Y); t >= 0 {
			m.detail.tab = tab(t)
		}
		if row := m.detail.list.At(m.detail.rows(), mouse.Y-l.detail.y-titleLines(l.detail)); row >= 0 {
			m.detail.list = m.detail.list.Show(m.detail.rows(), row)
		}
	}
	return m, nil
}

// clickTotals goes to the next error or warning where their number was clicked.
func (m Model) clickTotals(x int) (Model, tea.Cmd) {
	totals := m.totals()
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

// clickHint does what the key does that was clicked.
func (m Model) clickHint(x int) (Model, tea.Cmd) {
	hints := m.keyHints(m.width - m.footerLeft().Width() - 2)
	x -= m.width
	for _, h := range hints {
		x += h.line.Width()
	}
	for _, h := range hints {
		if x >= 0 && x < h.line.Width() {
			m.status = m.status.read()
			return m.run(h.command)
		}
		x -= h.line.Width()
	}
	return m, nil
}

// clickChoice answers the question at the bottom with the answer that was clicked.
func (m Model) clickChoice(mouse tea.Mouse) (Model, tea.Cmd) {
	if mouse.Y != m.height-1 {
		return m, nil
	}
	c, x := m.chooser, mouse.X-m.chooser.question().Width()
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

// clickScreen goes to the screen whose name stands at x in the line of them.
func (m Model) clickScreen(x int) Model {
	for _, t := range m.screenTabs() {
		if x -= t.label.Width(); x < 0 {
			m, _ = goToScreen(t.screen)(m)
			return m
		}
	}
	return m
}
