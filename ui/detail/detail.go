// Package detail is the pane that shows one message in several views.
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

// View is a view of a message. Each is in its own file; a new one also needs an entry in
// views.
type View struct {
	Name  string
	Short string // if there isn't room for all names; empty for the name
	Key   string // the key that shows it; empty for none
	// rows returns the rows for the message at index i.
	rows func(d Detail, from overview.Source, push *datalayer.Push, i int) []pane.Item
	// Needs is what must be worked out for the view.
	Needs overview.Need
	// growing is set if later entries can add to the view.
	growing bool
}

// views are the views of a message in display order.
var views = []*View{Findings, Payload, State, Variables, Triggers, Tags, Consent, Hits, Origin}

// Views returns all views of a message in display order.
func Views() []*View { return views }

// Named returns the view with the given name; nil if there is none.
func Named(name string) *View {
	for _, v := range views {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// Detail shows one entry. Its rows are made in Update, once for each entry and view, and
// View draws those that are on the screen.
type Detail struct {
	Tab   *View
	List  list.List
	Items []pane.Item

	shown  shown           // what items was made for
	Folds  map[string]bool // paths of values that are folded; by the user, for all messages
	wide   map[string]bool // paths of values that are shown in full
	Folded int             // changes to folds, wide and explain

	Whole   bool // long values are unfolded, because the user searched for something
	Explain bool // findings are explained

	ExplainKey string // the key that explains them
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

// New returns the detail of no message, with its first view.
func New() Detail {
	return Detail{Tab: Findings, shown: shown{entry: -1}, Folds: map[string]bool{}, wide: map[string]bool{}}
}

// Arranged updates the rows for the entry at index i if needed, and fits the detail into
// its part of the screen.
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

// leastLines is the height up to which no line is used to count the lines below.
const leastLines = 3

// At returns the detail with the cursor on a row.
func (d Detail) At(row int) Detail {
	d.List = d.List.Show(d.Rows(), row)
	return d
}

// Turned returns the detail with the next view or, for -1, the previous one.
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

// Rows returns the rows for a list.
func (d Detail) Rows() list.Rows {
	return list.Rows{Len: len(d.Items), Height: func(row int) int { return 1 + len(d.Items[row].More) }}
}

// Toggle folds or unfolds the value under the cursor; one without members is shown in full
// or cut.
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

// flipped returns a copy of set with one member added or removed.
func flipped(set map[string]bool, member string) map[string]bool {
	changed := map[string]bool{member: !set[member]}
	for k, v := range set {
		if k != member && v {
			changed[k] = true
		}
	}
	return changed
}

// Pane is the position and the parameters for drawing the detail of an entry.
type Pane struct {
	Detail
	Sheet    *style.Sheet
	Snapshot session.Snapshot
	Entry    int // its index; negative for none
	Rect     pane.Rect
	Word     string // the search word
	Focused  bool
	More     string // the key that scrolls down
}

// Draw returns the lines of the detail pane; height is the height of the screen.
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

// TitleLines returns the number of lines of the title: in a narrow and high pane the tabs
// have their own line.
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

// shortTitle is the title of a message, cut to leave room for the tabs.
func (p Pane) shortTitle(push *datalayer.Push) string {
	r := p.Rect
	number := strconv.Itoa(push.Seq) + " "
	if TitleLines(r) == 2 {
		return number + text.Cut(push.Title(), max(r.Width-len(number)-6, 1))
	}
	return number + text.Cut(push.Title(), max(r.Width-len(number)-p.tabs().Width()-4, 8))
}

// naming is a format for the names of the views in the title.
type naming struct {
	names  func(*View) string // except for the current view, whose name is complete
	spaced bool               // two cells between two names instead of one
}

// namings are the formats from the widest to the narrowest.
var namings = []naming{
	{func(v *View) string { return v.Name }, true},
	{(*View).short, true},
	{(*View).short, false},
	{func(v *View) string { return v.Name[:2] }, false},
	{func(*View) string { return "" }, false}, // only the current one, and its number
}

func (v *View) short() string {
	if v.Short != "" {
		return v.Short
	}
	return v.Name
}

// leastTitle is the minimum width of a message's title next to the tabs.
const leastTitle = 19

// naming returns the widest format that fits.
func (p Pane) naming() naming {
	room := p.Rect.Width - 1
	if TitleLines(p.Rect) == 1 {
		room -= leastTitle
	}
	at := slices.IndexFunc(namings, func(n naming) bool { return p.tabsIn(n).Width() <= room })
	if at < 0 {
		at = len(namings) - 1
	}
	if push, ok := p.Snapshot.Entry(p.Entry).(*datalayer.Push); ok && namings[at].spaced && TitleLines(p.Rect) == 1 && at+1 < len(namings) {
		title := text.Width("─ " + strconv.Itoa(push.Seq) + " " + push.Title() + " ─")
		whole := func(n naming) bool { return title+p.tabsIn(n).Width() < p.Rect.Width }
		if next := namings[at+1]; !next.spaced && !whole(namings[at]) && whole(next) { // less space, but the whole title
			at++
		}
	}
	return namings[at]
}

func (p Pane) tabs() text.Line { return p.tabsIn(p.naming()) }

// tabsIn returns the names of the views, a span for each with the text before it; the last
// span is the text after the last name.
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

// TabAt returns the view whose name is at a position in the title, or nil.
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
