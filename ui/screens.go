package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// screen is one of the views that the number keys lead to.
type screen uint8

const (
	onMessages screen = iota
	onCoverage
	onTriggers
	onVariables
	onHits
	onHealth
	onDiff // where there is a comparison
	screens
)

var screenNames = [screens]string{"Messages", "Coverage", "Triggers", "Variables", "Hits", "Health", "Diff"}

// screenTab is the label of a screen in the line of them.
type screenTab struct {
	screen screen
	label  text.Line
}

// screenTabs are the labels of the screens. Where there is no room for all names
// there is that of the screen that is shown.
func (m Model) screenTabs() []screenTab {
	tabs := m.namedTabs(true)
	width := 0
	for _, t := range tabs {
		width += t.label.Width()
	}
	if width > m.width {
		return m.namedTabs(false)
	}
	return tabs
}

func (m Model) namedTabs(all bool) []screenTab {
	tabs := make([]screenTab, 0, screens)
	for s := range screens {
		if s == onDiff && m.comparison.answer == nil {
			continue
		}
		number, name := strconv.Itoa(int(s)+1), " "+m.screenName(s)
		label := text.Of(style.Faint, "─")
		switch {
		case s == m.screen:
			label = label.With(style.Title, "["+number+name+m.tally(s)+"]")
		case all:
			label = label.With(style.Plain, " "+number+name).With(style.Faint, m.tally(s)+" ")
		default:
			label = label.With(style.Plain, " "+number+" ")
		}
		tabs = append(tabs, screenTab{s, label})
	}
	return tabs
}

// screenName is the name of a screen, as short as it has to be for all of them.
func (m Model) screenName(s screen) string {
	if s == onVariables && m.width < 84 && m.comparison.answer != nil {
		return "Vars"
	}
	return screenNames[s]
}

// tally is the number beside the name of a screen.
func (m Model) tally(s screen) string {
	switch {
	case m.width < oneLineWidth:
	case s == onCoverage && len(m.snapshot.Coverage) > 0:
		seen := 0
		for _, c := range m.snapshot.Coverage {
			seen += min(c.Seen, 1)
		}
		return " " + strconv.Itoa(seen) + "/" + strconv.Itoa(len(m.snapshot.Coverage))
	case s == onHits && m.snapshot.Counts.Hits > 0:
		return " " + strconv.Itoa(m.snapshot.Counts.Hits)
	case s == onDiff:
		return " " + strconv.Itoa(len(m.comparison.answer.differences))
	}
	return ""
}

// board is the list of a screen other than the messages.
type board struct {
	list  list.List
	items items
	of    boardOf
	// beside tells more of the row under the cursor, where there is room.
	beside beside
}

// items are the rows of a board. Of those that there may be many of, each is made
// when it is drawn.
type items struct {
	len int
	at  func(row int) item
}

// firstThatLeads returns the first row that Enter leads somewhere from, or else the
// first that there is more to tell of; 0 where none of the first ones is either.
func (i items) firstThatLeads() int {
	told := -1
	for row := range min(i.len, 20) {
		switch it := i.at(row); {
		case it.leads():
			return row
		case it.tell != nil && told < 0:
			told = row
		}
	}
	return max(told, 0)
}

// standing returns the row itself or, where that only separates others, the nearest
// one that does not: first in the direction of by.
func (i items) standing(row, by int) int {
	row = max(min(row, i.len-1), 0)
	step := 1
	if by < 0 {
		step = -1
	}
	for _, step := range []int{step, -step} {
		for at := row; at >= 0 && at < i.len; at += step {
			if it := i.at(at); len(it.line) > 0 || len(it.label) > 0 {
				return at
			}
		}
	}
	return row
}

// leads says whether Enter leads somewhere from an item.
func (it item) leads() bool { return it.seq > 0 || it.recorded > 0 || it.filter != "" }

func all(of []item) items { return items{len(of), func(row int) item { return of[row] }} }

// boardOf is everything that the items of a board depend on.
type boardOf struct {
	screen  screen
	version uint64
	width   int
	whatIf  int
	answer  *answer
	diff    *compared
	folds   int
}

// arrangedBoard lays out the screen that is shown, anew where it has changed, and
// fits it into its part of the screen.
func (m Model) arrangedBoard(r rect) Model {
	of := boardOf{m.screen, m.snapshot.Version, r.width, m.whatIf.generation, m.explained.answer, m.comparison.answer, m.unfolded.changes}
	if of != m.board.of {
		fresh := of.screen != m.board.of.screen
		m.board.items = m.boardItems(max(r.width-2, 1))
		if fresh {
			m.board.list = list.List{Cursor: m.board.items.firstThatLeads()}
		}
		m.board.of = of
	}
	m.board.list = m.board.list.Resize(max(r.height, 1))
	m.board.list = m.board.list.Show(m.board.rows(), m.board.items.standing(m.board.list.Cursor, 1))
	return m
}

func (m Model) boardItems(width int) items {
	switch m.screen {
	case onHits:
		if len(m.seen.hitRows) > 0 {
			return m.hitItems(width)
		}
		return all(wrapped(noHits(), width, nil))
	case onCoverage:
		return all(wrapped(m.coverageItems(width), width, nil))
	case onTriggers:
		return all(wrapped(m.triggerBoard(width), width, nil))
	case onVariables:
		return all(wrapped(m.variableItems(width), width, nil))
	case onDiff:
		return m.comparison.answer.items(m.name(), width)
	}
	return all(wrapped(m.healthItems(width), width, nil))
}

func (b board) rows() list.Rows {
	return list.Rows{Len: b.items.len, Height: func(row int) int { return 1 + len(b.items.at(row).more) }}
}

func (m Model) drawBoard(r rect) []string {
	return m.board.list.View(m.board.rows(), func(row int) []string {
		return m.board.items.at(row).highlight(m.find.word).draw(m.sheet, row == m.board.list.Cursor, r)
	})
}

func goToScreen(s screen) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.screen, m.focus, m.zoomed = s, onList, false
		return m, nil
	}
}

// nothingBehind says why Enter leads nowhere from the row of a board.
func nothingBehind(m Model) string {
	if row := m.board.list.Cursor; row >= 0 && row < m.board.items.len && m.board.items.at(row).leads() {
		return ""
	}
	return "no message stands behind this row"
}

// follow goes where an item of a board leads.
func followItem(m Model) (Model, tea.Cmd) {
	row := m.board.list.Cursor
	if row < 0 || row >= m.board.items.len {
		return m, nil
	}
	it := m.board.items.at(row)
	switch {
	case it.filter != "":
		m.screen = onMessages
		return m.filtered(it.filter)
	case it.seq > 0:
		if m.screen == onHits {
			m.detail.tab = hitsTab
		}
		m.screen = onMessages
		if i := m.snapshot.Find(it.seq); i >= 0 {
			return m.goTo(i)
		}
	case it.recorded > 0:
		return m.openAt(m.comparison.answer.file, it.recorded)
	}
	return m, nil
}

func moveBoard(by int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		m.board.list = m.board.list.Show(m.board.rows(), m.board.items.standing(m.board.list.Cursor+by, by))
		return m, nil
	}
}

func pageBoard(direction int) func(Model) (Model, tea.Cmd) {
	return func(m Model) (Model, tea.Cmd) {
		rows := m.board.rows()
		m.board.list = m.board.list.Show(rows, m.board.list.Page(rows, direction))
		return m, nil
	}
}

func boardEnd(m Model) (Model, tea.Cmd) {
	m.board.list = m.board.list.Show(m.board.rows(), m.board.items.len)
	return m, nil
}

func boardStart(m Model) (Model, tea.Cmd) {
	m.board.list = m.board.list.Show(m.board.rows(), 0)
	return m, nil
}
