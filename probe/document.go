package probe

import (
	"fmt"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
)

// ledger turns what hooks send into a session's entries. It knows every document
// that sent something. It does no I/O and keeps no clock.
type ledger struct {
	started   time.Time
	documents map[string]*document
	pages     int
	entries   []datalayer.Entry // not yet handed on
}

// document is a page's document, from its first script to its end, whatever
// addresses it goes through.
type document struct {
	place
	page     *datalayer.Page
	cause    datalayer.Cause
	numbers  numbers
	stacks   map[int][]datalayer.StackFrame
	actions  map[int]*datalayer.Action
	lastUsed time.Time
}

// place is where a document is: in a frame of a tab.
type place struct {
	tab    *tab
	frame  cdp.FrameID
	parent cdp.FrameID // empty on a main frame, and where nobody knows
	there  bool        // whether it was there when layertap came
}

// maxStacks bounds what is remembered of a document's stacks, and of its
// actions. The hook repeats what it named longer ago.
const maxStacks = 1000

// take takes a batch that a hook sent from a document at p.
func (l *ledger) take(b batch, p place, now time.Time) {
	doc := l.documents[b.Doc]
	if doc == nil {
		if b.Page == nil {
			b.Page = &introduction{Top: p.parent == ""}
		}
		doc = l.begin(b, p)
	}
	doc.lastUsed = now
	if b.Lost > 0 {
		l.gap(doc, b.Lost, "the page was left while it pushed more than a browser lets go at that moment", now)
	}
	at := func(r record) time.Duration {
		return l.since(b.Origin + r.T)
	}
	for _, r := range b.Records {
		if doc.numbers.take(r.N) {
			l.record(doc, r, at(r))
		}
	}
}

// since maps a browser's clock, in milliseconds since 1970, to the session's.
func (l *ledger) since(ms float64) time.Duration {
	wall := time.UnixMicro(int64(ms * 1000))
	return wall.Sub(l.started.Round(0)).Round(time.Microsecond)
}

func (l *ledger) begin(b batch, p place) *document {
	doc := &document{
		place:   p,
		cause:   causeOf(b.Page.Navigation, p.there),
		stacks:  map[int][]datalayer.StackFrame{},
		actions: map[int]*datalayer.Action{},
	}
	frame := string(p.frame)
	if b.Page.Top {
		frame = "main"
	}
	doc.page = &datalayer.Page{
		Target: p.tab.id, Frame: frame, Parent: p.tab.frameName(p.parent),
		URL: b.Page.URL, Referrer: b.Page.Referrer, Title: b.Page.Title,
		Opener: p.tab.opener,
	}
	l.documents[b.Doc] = doc
	return doc
}

func causeOf(navigation string, there bool) datalayer.Cause {
	switch {
	case there:
		return datalayer.CauseAttach
	case navigation == "reload":
		return datalayer.CauseReload
	case navigation == "prerender":
		return datalayer.CausePrerender
	}
	return datalayer.CauseLoad
}

// record makes the entries of one record.
func (l *ledger) record(doc *document, r record, at time.Duration) {
	if doc.page.ID == "" {
		l.turn(doc, *doc.page, doc.cause, at)
	}
	switch r.Is {
	case "push":
		l.push(doc, r, at)
	case "action":
		l.action(doc, r, at)
	case "address":
		next := *doc.page
		next.Referrer, next.URL, next.Title = doc.page.URL, r.URL, r.Title
		l.turn(doc, next, datalayer.CauseHistory, at)
	case "restored":
		next := *doc.page
		next.Title = r.Title
		l.turn(doc, next, datalayer.CauseBFCache, at)
	case "displaced":
		l.entries = append(l.entries, &datalayer.Gap{
			Place: datalayer.Place{T: at}, Until: at, Lost: -1,
			Why: fmt.Sprintf("the page replaced the push of %s; layertap took it back: entries since the last check may be missing", r.Layer),
		})
	case "unhookable":
		l.entries = append(l.entries, &datalayer.Gap{
			Place: datalayer.Place{T: at}, Until: at, Lost: -1,
			Why: fmt.Sprintf("%s cannot be watched: the page froze it", r.Layer),
		})
	}
}

// turn makes page the document's page from here on.
func (l *ledger) turn(doc *document, page datalayer.Page, cause datalayer.Cause, at time.Duration) {
	l.pages++
	page.Place = datalayer.Place{T: at}
	page.ID = "p" + strconv.Itoa(l.pages)
	page.Cause = cause
	doc.page = &page
	l.entries = append(l.entries, doc.page)
}

func (l *ledger) action(doc *document, r record, at time.Duration) {
	action := &datalayer.Action{
		Place: datalayer.Place{T: at}, Page: doc.page.ID,
		Action: r.Action, Selector: r.Selector, Text: r.Text, Href: r.Href,
	}
	if len(doc.actions) >= maxStacks {
		clear(doc.actions)
	}
	doc.actions[r.N] = action
	l.entries = append(l.entries, action)
}

func (l *ledger) push(doc *document, r record, at time.Duration) {
	kind, event := read(r.Message, r.Gtag)
	via := datalayer.Via(r.Via)
	if via == "" {
		via = datalayer.ViaPush
	}
	l.entries = append(l.entries, &datalayer.Push{
		Place: datalayer.Place{T: at}, Page: doc.page.ID, Frame: doc.page.Frame, Layer: r.Layer,
		Kind: kind, Event: event, Message: r.Message,
		Via: via, Recovered: via == datalayer.ViaInitial,
		Call: r.Call, Arg: r.Arg,
		Stack: doc.stack(r), Action: doc.actions[r.By],
	})
}

func (doc *document) stack(r record) []datalayer.StackFrame {
	if r.Frames != "" {
		if len(doc.stacks) >= maxStacks {
			clear(doc.stacks)
		}
		doc.stacks[r.Stack] = parseStack(r.Frames)
	}
	return doc.stacks[r.Stack]
}

func (l *ledger) gap(doc *document, lost int, why string, now time.Time) {
	at := now.Sub(l.started)
	l.entries = append(l.entries, &datalayer.Gap{Place: datalayer.Place{T: at}, Why: why, Until: at, Lost: lost})
}

// numbers remembers which records of a document have come. They come by two
// ways, which overlap and overtake one another.
type numbers struct {
	upTo  int          // all of these have come
	ahead map[int]bool // and these, beyond a hole
}

// take notes n, and says whether it is new.
func (s *numbers) take(n int) bool {
	if n <= s.upTo || s.ahead[n] {
		return false
	}
	if n > s.upTo+1 {
		if s.ahead == nil {
			s.ahead = map[int]bool{}
		}
		s.ahead[n] = true
		return true
	}
	s.upTo = n
	for s.ahead[s.upTo+1] {
		s.upTo++
		delete(s.ahead, s.upTo)
	}
	return true
}
