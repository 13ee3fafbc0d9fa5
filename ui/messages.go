package ui

import (
	"slices"
	"sort"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/list"
)

// messages is the list of what came, in order.
type messages struct {
	list list.List
	rows []int32 // the indices of the entries that are rows, ascending
	told int     // how many of the rows are no pages
	// nth is how many messages there are down to each of the rows, and folded how
	// many of Google Tag Manager's own are left out.
	nth    []int32
	folded int
	// anchor is the index of the entry that the cursor stands for. When the rows
	// change it is looked up in the new ones.
	anchor int
	// follow says that the cursor rides on the last row.
	follow bool
	// known is how many rows there were when the user last saw the end.
	known int
	// meant is the entry that a key is about: the one that has been under the
	// cursor for a while. settling says that a command is out for the next.
	meant    int
	settling bool
	// twoLines says that a message takes two screen lines.
	twoLines bool

	sieve      sieve
	work       scan
	generation int  // of the sieve; answers to older ones are dropped
	shown      int  // the generation whose rows are complete and shown
	scanning   bool // a command is out for work
	refiltered bool // the work is on another filter than before
	heard      int  // what was said of others when the work began
}

// sieve decides which entries are rows.
type sieve struct {
	filter filter.Filter
	noise  bool // show messages of Google Tag Manager's own too
}

// isNoise says whether a message is one that Google Tag Manager pushes by itself.
func isNoise(p *datalayer.Push) bool { return p.Own() }

// wrong says whether there is something in a verdict that must not be folded
// away.
func wrong(v session.Verdict) bool { return worst(v) >= rules.Warning }

func worst(v session.Verdict) rules.Severity {
	severity := rules.Off
	for _, f := range v.Findings {
		severity = max(severity, f.Severity)
	}
	return severity
}

// folds says whether the messages of Google Tag Manager's own are left out. A
// filter that speaks of them decides on them itself.
func (s sieve) folds() bool {
	return !s.noise && !strings.Contains(strings.ToLower(s.filter.String()), "gtm")
}

// hides says whether a message that the filter lets through is folded away.
func (s sieve) hides(snapshot session.Snapshot, i int) bool {
	push, ok := snapshot.Entry(i).(*datalayer.Push)
	return ok && isNoise(push) && s.folds() && !wrong(snapshot.Verdict(i))
}

// passes says whether the filter lets the entry at index i through.
func (s sieve) passes(snapshot session.Snapshot, i int) bool {
	switch e := snapshot.Entry(i).(type) {
	case *datalayer.Push:
		return s.filter.Match(snapshot, i)
	case *datalayer.Gap:
		return true
	case *datalayer.Action, *datalayer.LayerChange, *datalayer.ScriptError:
		return s.filter.All()
	case *datalayer.Note:
		return s.filter.All() && snapshot.Find(e.On) < 0
	}
	return false
}

// scan is a sieve's work on a snapshot so far.
type scan struct {
	rows    []int32
	nth     []int32 // of each row, how many messages there are down to it
	covered int     // entries looked at
	page    int     // 1 + the index of a page that becomes a row with its first message
	told    int     // rows that are no pages
	pushes  int32   // rows that are messages
	folded  int     // messages that would be rows if they were not folded away
}

// inline is how many entries are looked at without leaving the loop of the
// program, and slice how many in one command: a few milliseconds each.
const (
	inline = 4_000
	slice  = 100_000
)

func (w scan) extend(s sieve, snapshot session.Snapshot, to int) scan {
	for ; w.covered < to; w.covered++ {
		if _, ok := snapshot.Entry(w.covered).(*datalayer.Page); ok {
			w.page = w.covered + 1
			if !s.filter.All() {
				continue
			}
		} else if !s.passes(snapshot, w.covered) {
			continue
		} else if s.hides(snapshot, w.covered) {
			w.folded++
			continue
		}
		if w.page > 0 {
			w.rows, w.nth = append(w.rows, int32(w.page-1)), append(w.nth, w.pushes)
		}
		if w.page-1 != w.covered {
			if _, ok := snapshot.Entry(w.covered).(*datalayer.Push); ok {
				w.pushes++
			}
			w.rows, w.nth = append(w.rows, int32(w.covered)), append(w.nth, w.pushes)
			w.told++
		}
		w.page = 0
	}
	return w
}

// scanned brings a scan that went on in the background.
type scanned struct {
	generation int
	work       scan
}

// advance looks at the entries that have not been looked at: at a few at once, at
// many in a command.
func (l messages) advance(snapshot session.Snapshot) (messages, tea.Cmd) {
	if l.scanning {
		return l, nil // its answer leads here again
	}
	todo := snapshot.Len() - l.work.covered
	if todo <= inline {
		l.work = l.work.extend(l.sieve, snapshot, snapshot.Len())
		return l.adopt(snapshot), nil
	}
	l.scanning = true
	work, sieve, generation := l.work, l.sieve, l.generation
	return l, func() tea.Msg {
		return scanned{generation, work.extend(sieve, snapshot, work.covered+min(todo, slice))}
	}
}

func (m Model) scanned(msg scanned) (Model, tea.Cmd) {
	if msg.generation != m.messages.generation {
		return m, nil
	}
	m.messages.scanning, m.messages.work = false, msg.work
	if len(msg.work.rows) > 0 {
		m.messages = m.messages.adopt(m.snapshot)
	}
	var cmd tea.Cmd
	m.messages, cmd = m.messages.advance(m.snapshot)
	return m, m.own(cmd)
}

// sift changes what is shown. The old rows stay until there are new ones.
func (m Model) sift(s sieve) (Model, tea.Cmd) {
	l := m.messages
	l.refiltered = s.filter.String() != l.sieve.filter.String()
	l.sieve = s
	l.heard = m.seen.said
	l.generation++
	l.scanning = false
	l.work = scan{}
	var cmd tea.Cmd
	m.messages, cmd = l.advance(m.snapshot)
	return m, m.own(cmd)
}

// adopt shows what the scan has found. The cursor stays on its entry.
func (l messages) adopt(snapshot session.Snapshot) messages {
	y := l.list.Line(l.listRows(snapshot))
	l.rows, l.nth, l.told, l.folded = l.work.rows, l.work.nth, l.work.told, l.work.folded
	if l.shown == l.generation || len(l.rows) == 0 {
		return l // the same rows as before, and more
	}
	l.known = len(l.rows)
	l.list.Cursor = l.locate(l.anchor)
	l.list = l.list.Keep(l.listRows(snapshot), y)
	if l.work.covered == snapshot.Len() {
		l.shown = l.generation
		if l.refiltered { // the message that was looked at, not the end, is what matters now
			l.follow = l.follow && l.list.Cursor == len(l.rows)-1
		}
	}
	return l
}

// firstMessage is the first row that is a message; 0 where there is none.
func (l messages) firstMessage(snapshot session.Snapshot) int {
	return max(0, slices.IndexFunc(l.rows, func(i int32) bool {
		_, ok := snapshot.Entry(int(i)).(*datalayer.Push)
		return ok
	}))
}

// locate returns the row of the entry at index i, or else the nearest one.
func (l messages) locate(i int) int {
	row := sort.Search(len(l.rows), func(row int) bool { return int(l.rows[row]) >= i })
	return min(row, len(l.rows)-1)
}

// listRows describes the rows to the list.
func (l messages) listRows(snapshot session.Snapshot) list.Rows {
	rows := list.Rows{Len: len(l.rows)}
	if l.twoLines {
		rows.Height = func(row int) int {
			if _, ok := snapshot.Entry(int(l.rows[row])).(*datalayer.Push); ok {
				return 2
			}
			return 1
		}
	}
	return rows
}

// current returns the index of the entry under the cursor, or -1.
func (l messages) current() int {
	if l.list.Cursor < 0 || l.list.Cursor >= len(l.rows) {
		return -1
	}
	return int(l.rows[l.list.Cursor])
}

// arranged fits the list into so many lines and, where it follows, goes to the
// end.
func (l messages) arranged(snapshot session.Snapshot, lines int) messages {
	rows := l.listRows(snapshot)
	l.list = l.list.Resize(lines)
	row := l.list.Cursor
	switch {
	case l.follow:
		row = rows.Len - 1
	case l.known == 0 && l.anchor == 0: // a file that was just opened; of its page there is little to tell
		row = l.firstMessage(snapshot)
	}
	l.list = l.list.Show(rows, row)
	l.known = max(l.known, l.list.Last(rows)+1)
	if i := l.current(); i >= 0 && l.shown == l.generation {
		l.anchor = i
	}
	return l
}

// moved puts the cursor on a row because the user said so. On the last one the
// list follows from then on.
func (l messages) moved(snapshot session.Snapshot, row int) messages {
	l.list = l.list.Show(l.listRows(snapshot), row)
	l.follow = l.list.Cursor == len(l.rows)-1
	if i := l.current(); i >= 0 {
		l.anchor = i
	}
	return l
}

// jumped puts the cursor on a row that may be far away, and that the user wants to
// look at: the list does not go on from there by itself.
func (l messages) jumped(snapshot session.Snapshot, row int) messages {
	l.list = l.list.Reveal(l.listRows(snapshot), row)
	l.follow = false
	if i := l.current(); i >= 0 {
		l.anchor = i
	}
	return l
}

// standing is which message the cursor is on, or before, and how many there are.
func (l messages) standing(snapshot session.Snapshot) (nth, of int) {
	if l.current() < 0 {
		return 0, 0
	}
	nth, of = int(l.nth[l.list.Cursor]), int(l.nth[len(l.nth)-1])
	if _, ok := snapshot.Entry(l.current()).(*datalayer.Push); !ok {
		nth++ // what stands here leads to the next one
	}
	return min(nth, of), of
}

// unseen is how many rows came since the user saw the end.
func (l messages) unseen() int { return max(len(l.rows)-l.known, 0) }

// currentPush returns the message under the cursor, or nil.
func (m Model) currentPush() *datalayer.Push {
	i := m.messages.current()
	if i < 0 {
		return nil
	}
	push, _ := m.snapshot.Entry(i).(*datalayer.Push)
	return push
}
