package ui

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/list"
	"layertap/ui/style"
	"layertap/ui/text"
)

// detail shows one entry. What it shows is laid out in Update, once for each
// entry and tab, and drawn in View as far as it is on the screen.
type detail struct {
	tab   tab
	list  list.List
	items []item

	shown  shown           // what items was laid out for
	folds  map[string]bool // paths of values that are folded; by hand, for all messages
	wide   map[string]bool // paths of values that are shown whole
	folded int             // changes to folds, wide and explain

	explain bool // findings say what they mean
}

// shown is everything that the items of a detail pane depend on.
type shown struct {
	entry   int
	tab     tab
	version uint64
	folded  int
	reason  *answer
	width   int
}

// item is a row of the detail pane.
type item struct {
	line   text.Line
	indent int
	label  text.Line // stands at the end of the indent
	// wrap says that a line that is too long goes on below, in more, and is not
	// cut.
	wrap bool
	more []text.Line
	// tail stands behind the line or, where that leaves no room for it, below.
	tail text.Line
	// path leads to the value that a row of the payload shows.
	path string
	// nested says that the value holds others.
	nested bool
	// seq and filter are where Enter leads: to a message, or to a filter.
	seq    int
	filter string
	// tell, where it is set, tells more of a row of a board.
	tell func() (title text.Line, items []item)
	// recorded is a message in the recording that the session is compared with.
	recorded int
}

// tab is one view of an entry.
type tab uint8

const (
	findingsTab tab = iota
	payloadTab
	stateTab
	triggersTab
	hitsTab
	originTab
	tabs
)

var tabNames = [tabs]string{"Findings", "Payload", "State", "Triggers", "Hits", "Origin"}

func newDetail() detail {
	return detail{shown: shown{entry: -1}, folds: map[string]bool{}, wide: map[string]bool{}}
}

// arranged lays the entry at index i out anew where that is needed, and fits it
// into its part of the screen.
func (d detail) arranged(from source, i int, r rect) detail {
	want := shown{entry: i, tab: d.tab, folded: d.folded, width: max(r.width-3, 1)}
	if d.tab == stateTab || d.tab == triggersTab {
		want.reason = from.explained.answer
	} else if d.tab != payloadTab {
		want.version = from.snapshot.Version // hits, notes and counts are added later
	}
	if want != d.shown {
		if i != d.shown.entry || d.tab != d.shown.tab {
			d.list = list.List{}
		}
		d.items = nil
		if i >= 0 {
			d.items = wrapped(d.layOut(from, i), want.width, d.wide)
		}
		d.shown = want
	}
	d.list = d.list.Resize(max(r.height-titleLines(r), 1))
	d.list = d.list.Show(d.rows(), d.list.Cursor)
	return d
}

// source is what the views of an entry draw on.
type source struct {
	snapshot  session.Snapshot
	seen      *overview
	explained explained
}

func (d detail) layOut(from source, i int) []item {
	push, ok := from.snapshot.Entry(i).(*datalayer.Push)
	if !ok {
		return asideItems(from.snapshot, from.snapshot.Entry(i))
	}
	switch d.tab {
	case payloadTab:
		return d.payload(push, from.snapshot.Verdict(i))
	case stateTab:
		return d.state(push, from.explained)
	case triggersTab:
		return triggerItems(from, push, i)
	case hitsTab:
		return hitTabItems(from, push)
	case originTab:
		return originItems(from.snapshot, from.seen, push)
	}
	return d.findingItems(from, push, i)
}

func (d detail) rows() list.Rows {
	return list.Rows{Len: len(d.items), Height: func(row int) int { return 1 + len(d.items[row].more) }}
}

// wrapped breaks the lines of those items that are to be shown whole.
func wrapped(items []item, width int, wide map[string]bool) []item {
	for i, it := range items {
		if it.wrap || it.path != "" && wide[it.path] {
			lines := it.lines(width - it.indent)
			items[i].line, items[i].more = lines[0], lines[1:]
		}
	}
	return items
}

// lines are the line of an item and its tail, in so many cells.
func (it item) lines(width int) []text.Line {
	if it.tail == nil {
		return it.line.Wrap(width)
	}
	if it.line.Width()+2+it.tail.Width() <= width {
		return []text.Line{it.line.With(style.Plain, "  ").And(it.tail)}
	}
	lines := it.line.Wrap(width)
	for _, line := range it.tail.Wrap(width - 2) {
		lines = append(lines, text.Of(style.Plain, "  ").And(line))
	}
	return lines
}

// toggle folds or unfolds the value under the cursor; one that holds no others is
// shown whole or cut.
func (d detail) toggle() detail {
	if d.list.Cursor < 0 || d.list.Cursor >= len(d.items) {
		return d
	}
	it := d.items[d.list.Cursor]
	if it.path == "" {
		return d
	}
	if it.nested {
		d.folds = flipped(d.folds, it.path)
	} else {
		d.wide = flipped(d.wide, it.path)
	}
	d.folded++
	return d
}

// flipped returns a copy of set with one member put in or taken out.
func flipped(set map[string]bool, member string) map[string]bool {
	changed := map[string]bool{member: !set[member]}
	for k, v := range set {
		if k != member && v {
			changed[k] = true
		}
	}
	return changed
}

// drawDetail returns the lines of the detail pane.
func (m Model) drawDetail(r rect) []string {
	lines := m.detailTitle(r)
	d := m.detail
	lines = append(lines, d.list.View(d.rows(), func(row int) []string {
		return m.drawItem(row, r.width)
	})...)
	return filled(lines, r)
}

func (m Model) drawItem(row, width int) []string {
	under := row == m.detail.list.Cursor && m.focus == onDetail
	return m.detail.items[row].highlight(m.find.word).draw(m.sheet, under, rect{width: width, height: m.height})
}

// highlight returns an item with a word that was searched for standing out.
func (it item) highlight(word string) item {
	if word == "" {
		return it
	}
	it.line = it.line.Highlight(word)
	it.more = slices.Clone(it.more)
	for i, line := range it.more {
		it.more[i] = line.Highlight(word)
	}
	return it
}

// draw returns the lines of an item, no more than there can be on the screen.
func (it item) draw(sheet *style.Sheet, underCursor bool, r rect) []string {
	ground, gutter := style.Base, "  "
	if underCursor {
		ground, gutter = style.Cursor, "▸ "
	}
	indented := func(gutter string, label, line text.Line) string {
		whole := text.Of(style.Accent, gutter).With(style.Plain, strings.Repeat(" ", max(it.indent-label.Width(), 0)))
		return whole.And(label).And(line).Draw(sheet, ground, r.width)
	}
	drawn := []string{indented(gutter, it.label, it.line)}
	for _, line := range it.more[:min(len(it.more), r.height)] {
		drawn = append(drawn, indented("  ", nil, line))
	}
	return drawn
}

// titleLines is how many lines the title takes: where a pane is narrow and high the
// tabs have one to themselves.
func titleLines(r rect) int {
	if r.width < 90 && r.height >= 20 {
		return 2
	}
	return 1
}

func (m Model) detailTitle(r rect) []string {
	i := m.messages.current()
	if i < 0 {
		return []string{ruled(m.sheet, r.width, nil)}
	}
	role := style.Strong
	if m.focus == onDetail {
		role = style.Title
	}
	push, ok := m.snapshot.Entry(i).(*datalayer.Push)
	if !ok {
		return []string{ruled(m.sheet, r.width, text.Of(style.Faint, "─ ").With(role, kindOf(m.snapshot.Entry(i))).With(style.Faint, " "))}
	}
	title := text.Of(style.Faint, "─ ").With(role, m.shortTitle(push, r)).With(style.Faint, " ─")
	if titleLines(r) == 2 {
		return []string{
			ruled(m.sheet, r.width, title),
			text.Of(style.Plain, " ").And(m.detailTabs(r)).Draw(m.sheet, style.Base, r.width),
		}
	}
	return []string{ruled(m.sheet, r.width, title.And(m.detailTabs(r)))}
}

// shortTitle names a message and leaves room for the tabs.
func (m Model) shortTitle(push *datalayer.Push, r rect) string {
	number := strconv.Itoa(push.Seq) + " "
	if titleLines(r) == 2 {
		return number + text.Cut(push.Title(), max(r.width-len(number)-6, 1))
	}
	return number + text.Cut(push.Title(), max(r.width-len(number)-m.detailTabs(r).Width()-4, 8))
}

// ruled draws a line and goes on with a rule to its end.
func ruled(sheet *style.Sheet, width int, line text.Line) string {
	return line.With(style.Faint, strings.Repeat("─", max(width-line.Width(), 0))).Draw(sheet, style.Base, width)
}

// lengthOfTabs is the width of the names of all tabs, one of them in brackets, and
// leastTitle what a message needs to be named beside them.
var lengthOfTabs = len(strings.Join(tabNames[:], "  ")) + 2

const leastTitle = 19

// tabName is the name of a tab in the title. Where there is no room for all names
// the others have their first letter, each its own.
func (m Model) tabName(t tab, r rect) string {
	if t != m.detail.tab && titleLines(r) == 1 && r.width < lengthOfTabs+leastTitle {
		return tabNames[t][:1]
	}
	return tabNames[t]
}

func (m Model) detailTabs(r rect) text.Line {
	var line text.Line
	for t := range tabs {
		if name := m.tabName(t, r); t == m.detail.tab {
			line = line.With(style.Title, "["+name+"]")
		} else {
			line = line.With(style.Plain, " "+name+" ")
		}
	}
	return line
}

// tabAt returns the tab whose name stands at a place in the title, or -1.
func (m Model) tabAt(x, y int) int {
	push, r := m.currentPush(), m.arrange().detail
	if push == nil || y != r.y+titleLines(r)-1 {
		return -1
	}
	x -= r.x + 1
	if titleLines(r) == 1 {
		x -= text.Width("─ "+m.shortTitle(push, r)+" ─") - 1
	}
	for t := range tabs {
		width := len(m.tabName(t, r)) + 2
		if x >= 0 && x < width {
			return int(t)
		}
		x -= width
	}
	return -1
}
