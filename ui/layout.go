package ui

// The smallest screen that anything is drawn on, and the widths from which on a
// message takes one line and the panes stand side by side.
const (
	minWidth, minHeight = 40, 12
	oneLineWidth        = 100
	sideBySideWidth     = 140
	detailWidth         = 80 // is enough beside the list, which has the rest
)

// rect is a part of the screen in cells, from its top left corner.
type rect struct{ x, y, width, height int }

func (r rect) holds(x, y int) bool {
	return x >= r.x && x < r.x+r.width && y >= r.y && y < r.y+r.height
}

// layout says where the panes are. A pane that is not shown has no height.
type layout struct {
	notice rect // one line
	list   rect // the rows themselves, without their heading
	detail rect // with its title line
	body   rect // all between the tabs and the footer
	beside bool
}

// arrange divides the screen.
func (m Model) arrange() layout {
	var l layout
	l.body = rect{0, 2, m.width, max(m.height-2-m.bottom(), 0)}
	if m.notice() != nil {
		l.notice = rect{0, 2, m.width, 1}
		l.body.y++
		l.body.height--
	}
	switch {
	case m.hasBeside():
		l = l.divided(m.width * 11 / 20)
	case m.screen != onMessages:
		l.list = l.body
	case m.zoomed:
		l.detail = l.body
	case m.width >= sideBySideWidth:
		l = l.divided(max(m.width*58/100, m.width-detailWidth))
	default:
		height := l.body.height * 11 / 20
		l.list = rect{0, l.body.y, m.width, height}
		l.detail = rect{0, l.body.y + height, m.width, l.body.height - height}
	}
	if l.list.height > 0 && m.headed() { // the heading
		l.list.y++
		l.list.height--
	}
	return l
}

// divided puts the panes side by side, the list so many cells wide and a rule
// between the two. The list's last cell stays free, so that no text touches the rule.
func (l layout) divided(width int) layout {
	l.beside = true
	l.list = rect{0, l.body.y, width - 1, l.body.height}
	l.detail = rect{width + 1, l.body.y, l.body.width - width - 1, l.body.height}
	return l
}

// headed says whether the list has a line that names its columns.
func (m Model) headed() bool {
	return m.screen == onMessages && m.width >= oneLineWidth || m.screen == onHits && len(m.seen.hitRows) > 0
}

// arranged fits everything to the size of the screen and to what is shown.
func (m Model) arranged() Model {
	l := m.arrange()
	if m.picking() {
		m.picker = m.picker.arranged(m.snapshot.Attachment.Choices, l.body.height)
	}
	m.messages.twoLines = m.width < oneLineWidth
	if !m.zoomed && m.screen == onMessages {
		m.messages = m.messages.arranged(m.snapshot, l.list.height)
	}
	if m.screen != onMessages {
		return m.arrangedBoard(l.list).arrangedBeside(l.detail)
	}
	m.detail = m.detail.arranged(source{m.snapshot, m.seen, m.explained}, m.messages.current(), l.detail)
	return m
}
