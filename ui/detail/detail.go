// Package detail is the pane that shows one message, in several views.
package detail

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/list"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// View is one way to look at a message. Each is in a file of its own; adding one
// takes that file and a row in the table.
type View struct {
	Name  string
	Short string // where there is no room for all names; empty for the name
	Key   string // that shows it; empty for none
	// rows are what it shows of the message at index i.
	rows func(d Detail, from overview.Source, push *datalayer.Push, i int) []pane.Item
	// needs is what has to be worked out for it.
	Needs overview.Need
	// growing says that entries which come later add to it.
	growing bool
}

// views lists the views of a message in their order.
var views = []*View{Findings, Payload, State, Variables, Triggers, Tags, Consent, Hits, Origin}

// Views returns all views of a message in their order.
func Views() []*View { return views }

// Named returns the view of a name; nil if there is none.
func Named(name string) *View {
	for _, v := range views {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// Detail shows one entry. What it shows is laid out in Update, once for each
// entry and tab, and drawn in View as far as it is on the screen.
type Detail struct {
	Tab   *View
	List  list.List
	Items []pane.Item

	shown  shown           // what items was laid out for
	Folds  map[string]bool // paths of values that are folded; by hand, for all messages
	wide   map[string]bool // paths of values that are shown whole
	Folded int             // changes to folds, wide and explain

	Whole   bool // long values are unfolded, because something was searched for
	Explain bool // findings say what they mean

	ExplainKey string // the key that has them say it
}

// shown is everything that the items of a detail pane depend on.
type shown struct {
	entry   int
	tab     *View
	version uint64
	folded  int
	reason  *overview.Answer
	width   int
}

// New returns the detail of no message, on its first view.
func New() Detail {
	return Detail{Tab: Findings, shown: shown{entry: -1}, Folds: map[string]bool{}, wide: map[string]bool{}}
}

// Arranged lays the entry at index i out again where that is needed, and fits it
// into its part of the screen.
func (d Detail) Arranged(from overview.Source, i int, r pane.Rect) Detail {
	want := shown{entry: i, tab: d.Tab, folded: d.Folded, width: max(r.Width-3, 1)}
	if d.Tab.Needs != overview.Nothing {
		want.reason = from.Explained.Answer
	}
	if d.Tab.growing {
		want.version = from.Snapshot.Version
	}
	if want != d.shown {
		if i != d.shown.entry || d.Tab != d.shown.tab {
			d.List = list.List{}
		}
		d.Items = nil
		d.shown = want
		if i >= 0 {
			d.Items = pane.Wrapped(d.layOut(from, i), want.width, d.wide)
		}
	}
	height := max(r.Height-TitleLines(r), 1)
	if height > leastLines && !d.Rows().Fits(height) { // the last line counts those below
		height--
	}
	d.List = d.List.Resize(height)
	return d.At(d.List.Cursor)
}

// leastLines is how many lines of a message are worth more than a line that counts more.
const leastLines = 3

// At returns the detail with the cursor on a row.
func (d Detail) At(row int) Detail {
	d.List = d.List.Show(d.Rows(), row)
	return d
}

// Turned returns the detail with the next view, or for -1 the one before.
func (d Detail) Turned(by int) Detail {
	at := slices.Index(views, d.Tab)
	d.Tab = views[(at+by+len(views))%len(views)]
	return d
}

func (d Detail) layOut(from overview.Source, i int) []pane.Item {
	push, ok := from.Snapshot.Entry(i).(*datalayer.Push)
	if !ok {
		return asideItems(from.Snapshot, from.Snapshot.Entry(i))
	}
	return d.Tab.rows(d, from, push, i)
}

// Rows describes the rows to a list.
func (d Detail) Rows() list.Rows {
	return list.Rows{Len: len(d.Items), Height: func(row int) int { return 1 + len(d.Items[row].More) }}
}

// Toggle folds or unfolds the value under the cursor; one that holds no others is
// shown whole or cut.
func (d Detail) Toggle() Detail {
	if d.List.Cursor < 0 || d.List.Cursor >= len(d.Items) {
		return d
	}
	it := d.Items[d.List.Cursor]
	if it.Path == "" {
		return d
	}
	if it.Nested {
		d.Folds = flipped(d.Folds, it.Path)
	} else {
		d.wide = flipped(d.wide, it.Path)
	}
	d.Folded++
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

// Pane is where and how the detail of an entry is drawn.
type Pane struct {
	Detail
	Sheet    *style.Sheet
	Snapshot session.Snapshot
	Entry    int // its index; negative for none
	Rect     pane.Rect
	Word     string // that was searched for
	Focused  bool
	More     string // the key that shows more of it
}

// Draw returns the lines of the detail pane; height is that of the screen.
func (p Pane) Draw(height int) []string {
	lines := p.title()
	lines = append(lines, p.List.View(p.Rows(), func(row int) []string {
		under := row == p.List.Cursor && p.Focused
		return p.Items[row].Highlight(p.Word).Draw(p.Sheet, under, pane.Rect{Width: p.Rect.Width, Height: height})
	})...)
	if below := p.List.Below(p.Rows()); below > 0 && len(lines) < p.Rect.Height {
		lines = append(lines, pane.More(below, p.More).Draw(p.Sheet, style.Base, p.Rect.Width))
	}
	return pane.Filled(lines, p.Rect)
}

// TitleLines is how many lines the title takes: where a pane is narrow and high the
// tabs have one to themselves.
func TitleLines(r pane.Rect) int {
	if r.Width < 90 && r.Height >= 20 {
		return 2
	}
	return 1
}

func (p Pane) title() []string {
	i, r := p.Entry, p.Rect
	if i < 0 {
		return []string{pane.Ruled(p.Sheet, r.Width, nil)}
	}
	role := style.Strong
	if p.Focused {
		role = style.Title
	}
	push, ok := p.Snapshot.Entry(i).(*datalayer.Push)
	if !ok {
		return []string{pane.Ruled(p.Sheet, r.Width, text.Of(style.Faint, "─ ").With(role, kindOf(p.Snapshot.Entry(i))).With(style.Faint, " "))}
	}
	title := text.Of(style.Faint, "─ ").With(role, p.shortTitle(push)).With(style.Faint, " ─")
	if TitleLines(r) == 2 {
		return []string{
			pane.Ruled(p.Sheet, r.Width, title),
			text.Of(style.Plain, " ").And(p.tabs()).Draw(p.Sheet, style.Base, r.Width),
		}
	}
	return []string{pane.Ruled(p.Sheet, r.Width, title.And(p.tabs()))}
}

// shortTitle names a message and leaves room for the tabs.
func (p Pane) shortTitle(push *datalayer.Push) string {
	r := p.Rect
	number := strconv.Itoa(push.Seq) + " "
	if TitleLines(r) == 2 {
		return number + text.Cut(push.Title(), max(r.Width-len(number)-6, 1))
	}
	return number + text.Cut(push.Title(), max(r.Width-len(number)-p.tabs().Width()-4, 8))
}

// naming is how the names of the views are written in the title.
type naming struct {
	names  func(*View) string // but that of the view that is shown, which is whole
	spaced bool               // two cells between two names, not one
}

// namings are the ways to write the names, the roomiest first.
var namings = []naming{
	{func(v *View) string { return v.Name }, true},
	{(*View).short, true},
	{(*View).short, false},
	{func(v *View) string { return v.Name[:2] }, false},
	{func(*View) string { return "" }, false}, // that one alone, and which it is
}

func (v *View) short() string {
	if v.Short != "" {
		return v.Short
	}
	return v.Name
}

// leastTitle is what a message needs to be named next to the tabs.
const leastTitle = 19

// naming is the roomiest way to write the names that there is room for.
func (p Pane) naming() naming {
	room := p.Rect.Width - 1
	if TitleLines(p.Rect) == 1 {
		room -= leastTitle
	}
	for _, n := range namings {
		if p.tabsIn(n).Width() <= room {
			return n
		}
	}
	return namings[len(namings)-1]
}

func (p Pane) tabs() text.Line { return p.tabsIn(p.naming()) }

// tabsIn are the names of the views, a span for each with what is before it; the last
// span is what is behind the last name.
func (p Pane) tabsIn(n naming) text.Line {
	var line text.Line
	gap := "" // before the next name
	for _, t := range views {
		if t == p.Tab {
			line, gap = line.With(style.Title, strings.TrimSuffix(gap, " ")+"["+t.Name+"]"), ""
			if n.spaced {
				gap = " "
			}
			continue
		}
		if n.names(t) == "" {
			line = line.With(style.Plain, "")
			continue
		}
		if gap == "" && line == nil {
			gap = " "
		}
		line, gap = line.With(style.Plain, gap+n.names(t)), " "
		if n.spaced {
			gap = "  "
		}
	}
	if n.names(p.Tab) == "" {
		return line.With(style.Faint, " "+strconv.Itoa(slices.Index(views, p.Tab)+1)+"/"+strconv.Itoa(len(views))+" ")
	}
	return line.With(style.Plain, " ")
}

// TabAt returns the view whose name is at a place in the title, or nil.
func (p Pane) TabAt(x, y int) *View {
	r := p.Rect
	if p.Entry < 0 || y != r.Y+TitleLines(r)-1 {
		return nil
	}
	push, ok := p.Snapshot.Entry(p.Entry).(*datalayer.Push)
	if !ok {
		return nil
	}
	x -= r.X + 1
	if TitleLines(r) == 1 {
		x -= text.Width("─ "+p.shortTitle(push)+" ─") - 1
	}
	for i, span := range p.tabs()[:len(views)] {
		width := text.Width(span.Text)
		if x >= 0 && x < width {
			return views[i]
		}
		x -= width
	}
	return nil
}
