// Package messages is the list of a session's messages and other entries, in order.
package messages

import (
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/session"
	"layertap/ui/list"
	"layertap/ui/overview"
)

// List is the list of a session's entries, in order.
type List struct {
	List   list.List
	Rows   []int32 // the indices of the entries that are rows, ascending
	heads  []int32 // see [Scan]
	Listed int     // how many of the rows aren't pages
	// nth has the number of messages up to each row, and folded the number of Google Tag
	// Manager's own messages that are left out.
	nth    []int32
	Folded int
	// Anchor is the index of the entry under the cursor. When the rows change, it is looked
	// up in the new ones.
	Anchor int
	// Follow is set if the cursor stays on the last row.
	Follow bool
	// known is the number of rows when the user last saw the end.
	known int
	// Target is the entry that keys apply to: the one that has been under the cursor for a
	// while. settling is set while a command waits to update it.
	Target   int
	Settling bool
	// TwoLines is set if a message takes two screen lines.
	TwoLines bool

	RowFilter       RowFilter
	Work            Scan
	Generation      int  // of the row filter; results for older ones are dropped
	shown           int  // the generation whose rows are complete and shown
	Scanning        bool // a command is scanning
	Refiltered      bool // the scan has a different filter
	SeenAnnotations int  // the overview's Annotations when the scan began
}

// RowFilter decides which entries are rows.
type RowFilter struct {
	Filter filter.Filter
	Noise  bool // show messages of Google Tag Manager's own too
}

// Folds reports whether Google Tag Manager's own messages are left out. A filter that
// mentions them decides by itself.
func (s RowFilter) Folds() bool {
	return !s.Noise && !strings.Contains(strings.ToLower(s.Filter.String()), "gtm")
}

// hides reports whether a message that passes the filter is folded away.
func (s RowFilter) hides(snapshot session.Snapshot, i int) bool {
	push, ok := snapshot.Entry(i).(*datalayer.Push)
	return ok && overview.IsNoise(push) && s.Folds() && !overview.Wrong(snapshot.Verdict(i))
}

// Passes reports whether the entry at index i passes the filter.
func (s RowFilter) Passes(snapshot session.Snapshot, i int) bool {
	switch e := snapshot.Entry(i).(type) {
	case *datalayer.Push:
		return s.Filter.Match(snapshot, i)
	case *datalayer.Gap:
		return true
	case *datalayer.Action, *datalayer.LayerChange, *datalayer.ScriptError, *datalayer.PageValue, *datalayer.TabClosed:
		return s.Filter.All()
	case *datalayer.Note:
		return s.Filter.All() && snapshot.Find(e.On) < 0
	}
	return false
}

// Scan is the progress of a row filter on a snapshot.
type Scan struct {
	Rows    []int32
	heads   []int32          // for each row, 1 + the index of the page that it is the heading of; 0 for an entry
	pages   map[string]int32 // 1 + the index of each page, by its ID
	nth     []int32          // for each row, the number of messages up to it
	covered int              // entries processed
	page    string           // the ID of the last heading's page
	counted int              // rows that aren't pages
	pushes  int32            // rows that are messages
	folded  int              // messages that would be rows if they weren't folded away
}

// inline is the number of entries that are processed within the event loop, and slice the
// number per command: a few milliseconds each.
const (
	inline = 4_000
	slice  = 100_000
)

func (w Scan) extend(s RowFilter, snapshot session.Snapshot, to int) Scan {
	if w.pages == nil {
		w.pages = map[string]int32{}
	}
	for ; w.covered < to; w.covered++ {
		e := snapshot.Entry(w.covered)
		if page, ok := e.(*datalayer.Page); ok {
			w.pages[page.ID] = int32(w.covered) + 1
			continue
		}
		switch {
		case !s.Passes(snapshot, w.covered):
			continue
		case s.hides(snapshot, w.covered):
			w.folded++
			continue
		}
		if s.Filter.All() {
			w = w.headed(e)
		}
		if _, ok := e.(*datalayer.Push); ok {
			w.pushes++
		}
		w = w.row(0)
		w.counted++
	}
	return w
}

// headed returns the scan with the heading of an entry's page, if that isn't the page of
// the previous row.
func (w Scan) headed(e datalayer.Entry) Scan {
	page := datalayer.PageOf(e)
	if at := w.pages[page]; at > 0 && page != w.page {
		w.page = page
		return w.row(at)
	}
	return w
}

// row returns the scan with a row for the current entry: the entry itself or, if page is 1
// + the index of a page, the heading above it.
func (w Scan) row(page int32) Scan {
	w.Rows, w.heads, w.nth = append(w.Rows, int32(w.covered)), append(w.heads, page), append(w.nth, w.pushes)
	return w
}

// Scanned is the result of a scan in the background.
type Scanned struct {
	Generation int
	Work       Scan
}

// Advance processes new entries: a few inline, many in a command.
func (l List) Advance(snapshot session.Snapshot) (List, tea.Cmd) {
	if l.Scanning {
		return l, nil // its result leads here again
	}
	todo := snapshot.Len() - l.Work.covered
	if todo <= inline {
		l.Work = l.Work.extend(l.RowFilter, snapshot, snapshot.Len())
		return l.Adopt(snapshot), nil
	}
	l.Scanning = true
	work, rowFilter, generation := l.Work, l.RowFilter, l.Generation
	return l, func() tea.Msg {
		return Scanned{generation, work.extend(rowFilter, snapshot, work.covered+min(todo, slice))}
	}
}

// Adopt shows the result of the scan. The cursor stays on its entry.
func (l List) Adopt(snapshot session.Snapshot) List {
	y := l.List.Line(l.ListRows(snapshot))
	l.Rows, l.heads, l.nth, l.Listed, l.Folded = l.Work.Rows, l.Work.heads, l.Work.nth, l.Work.counted, l.Work.folded
	if l.shown == l.Generation || len(l.Rows) == 0 {
		return l // the old rows, and new ones
	}
	l.known = len(l.Rows)
	l.List.Cursor = l.Locate(l.Anchor)
	l.List = l.List.Keep(l.ListRows(snapshot), y)
	if l.Work.covered == snapshot.Len() {
		l.shown = l.Generation
		if l.Refiltered { // keep the message that the user looked at, not the end
			l.Follow = l.Follow && l.List.Cursor == len(l.Rows)-1
		}
	}
	return l
}

// FirstMessage returns the first row that is a message; 0 if there is none.
func (l List) FirstMessage(snapshot session.Snapshot) int {
	for row := range l.Rows {
		if _, ok := snapshot.Entry(l.Entry(row)).(*datalayer.Push); ok {
			return row
		}
	}
	return 0
}

// Locate returns the row of the entry at index i, or else the nearest one.
func (l List) Locate(i int) int {
	row := sort.Search(len(l.Rows), func(row int) bool { return int(l.Rows[row]) >= i })
	if row+1 < len(l.Rows) && l.Rows[row+1] == l.Rows[row] && int(l.Rows[row]) == i {
		return row + 1 // this one is its heading
	}
	return min(row, len(l.Rows)-1)
}

// ListRows returns the rows for a list.
func (l List) ListRows(snapshot session.Snapshot) list.Rows {
	rows := list.Rows{Len: len(l.Rows)}
	if l.TwoLines {
		rows.Height = func(row int) int {
			if _, ok := snapshot.Entry(l.Entry(row)).(*datalayer.Push); ok {
				return 2
			}
			return 1
		}
	}
	return rows
}

// Entry returns the index of the entry that a row shows.
func (l List) Entry(row int) int {
	if page := l.heads[row]; page > 0 {
		return int(page) - 1
	}
	return int(l.Rows[row])
}

// At returns the row of the entry at index i, or for a page, of its first heading after it;
// -1 if there is none.
func (l List) At(snapshot session.Snapshot, i int) int {
	_, isPage := snapshot.Entry(i).(*datalayer.Page)
	for row := max(l.Locate(i), 0); row < len(l.Rows); row++ {
		switch {
		case l.Entry(row) == i:
			return row
		case !isPage && int(l.Rows[row]) > i:
			return -1
		}
	}
	return -1
}

// Current returns the index of the entry under the cursor, or -1.
func (l List) Current() int {
	if l.List.Cursor < 0 || l.List.Cursor >= len(l.Rows) {
		return -1
	}
	return l.Entry(l.List.Cursor)
}

// Arranged fits the list into the given number of lines and, if it follows, goes to the
// end.
func (l List) Arranged(snapshot session.Snapshot, lines int) List {
	rows := l.ListRows(snapshot)
	l.List = l.List.Resize(lines)
	row := l.List.Cursor
	switch {
	case l.Follow:
		row = rows.Len - 1
	case !l.Looked(): // a file that was just opened, whose page has few details
		row = l.FirstMessage(snapshot)
	}
	l.List = l.List.Show(rows, row)
	l.known = max(l.known, l.List.Last(rows)+1)
	if i := l.Current(); i >= 0 && l.shown == l.Generation {
		l.Anchor = i
	}
	return l
}

// Looked reports whether the list has been on the screen.
func (l List) Looked() bool { return l.known > 0 || l.Anchor > 0 }

// Moved moves the cursor to a row on the user's request. From the last row, the list
// follows.
func (l List) Moved(snapshot session.Snapshot, row int) List {
	l.List = l.List.Show(l.ListRows(snapshot), row)
	l.Follow = l.List.Cursor == len(l.Rows)-1
	if i := l.Current(); i >= 0 {
		l.Anchor = i
	}
	return l
}

// Jumped moves the cursor to the target of a jump, which the user wants to look at: the
// list doesn't follow from there.
func (l List) Jumped(snapshot session.Snapshot, row int) List {
	l.List = l.List.Reveal(l.ListRows(snapshot), row)
	l.Follow = false
	if i := l.Current(); i >= 0 {
		l.Anchor = i
	}
	return l
}

// Position returns the number of the message that the cursor is on or before, and the
// number of messages.
func (l List) Position(snapshot session.Snapshot) (nth, of int) {
	if l.Current() < 0 {
		return 0, 0
	}
	nth, of = int(l.nth[l.List.Cursor]), int(l.nth[len(l.nth)-1])
	if _, ok := snapshot.Entry(l.Current()).(*datalayer.Push); !ok {
		nth++ // the entry here leads to the next one
	}
	return min(nth, of), of
}

// Counted reports whether the list is complete, so that what it leaves out can be counted.
func (l List) Counted() bool { return len(l.Rows) > 0 || !l.RowFilter.Filter.All() && !l.Scanning }

// Unseen returns how many rows were added since the user saw the end.
func (l List) Unseen() int { return max(len(l.Rows)-l.known, 0) }

// View returns the screen lines of the rows that are on the screen.
func (l List) View(look Look) []string {
	return l.List.View(l.ListRows(look.Snapshot), func(row int) []string { return l.draw(row, look) })
}

// Push returns the message under the cursor, or nil.
func (l List) Push(snapshot session.Snapshot) *datalayer.Push {
	i := l.Current()
	if i < 0 {
		return nil
	}
	push, _ := snapshot.Entry(i).(*datalayer.Push)
	return push
}

// Nearest returns the message under the cursor, or else the one above it, or below; nil if
// there is none.
func (l List) Nearest(snapshot session.Snapshot) *datalayer.Push {
	for _, by := range []int{-1, 1} {
		for row := l.List.Cursor; row >= 0 && row < len(l.Rows); row += by {
			if push, ok := snapshot.Entry(l.Entry(row)).(*datalayer.Push); ok {
				return push
			}
		}
	}
	return nil
}
