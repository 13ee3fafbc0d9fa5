package document

import (
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
	"layertap/probe/hook"
)

// Document is a page's document, from its first script to its end, whatever
// addresses it goes through.
type Document struct {
	Place
	page       *datalayer.Page   // its ID is empty until there is something on it
	pages      []*datalayer.Page // all that it was, the latest of them
	origin     float64           // when it began, in milliseconds since 1970 by its own clock
	pushes     latest
	cause      datalayer.Cause
	numbers    numbers
	gone       bool // it reported its end
	last       int  // the number of its last record, where it reported its end
	lost       int  // how many of its records are known to be lost
	late       late
	early      []early // records that came before others that the page made before them
	unsendable hook.Unsendable
	resumed    bool            // the connection was lost since its last batch
	layers     map[string]bool // of a worker, that were reported
	managed    map[string]bool // the layers on which a tag manager runs
	stacks     map[int][]datalayer.StackFrame
	actions    map[int]*datalayer.Action
	clock      clock         // by which it tells the time
	latest     int64         // the latest of its times, by that clock
	reached    time.Duration // and by the session's
	faults     int           // errors that were reported
}

// Tab is a tab with its frames, from its first page to its last.
type Tab struct {
	ID      string                       // by which entries name it, such as "t1"
	Opener  string                       // the ID of the followed tab that opened it; empty for none
	Parents map[cdp.FrameID]cdp.FrameID  // of all frames that it ever had
	Loaders map[cdp.FrameID]cdp.LoaderID // what loaded the document that each has
	// Printing says that the browser shows its print dialog for a document in it.
	Printing bool
	current  map[string]*Document // the last that came to be in each frame, by its name
}

// NewTab returns a tab without frames.
func NewTab(id string) *Tab {
	return &Tab{ID: id, Parents: map[cdp.FrameID]cdp.FrameID{}, Loaders: map[cdp.FrameID]cdp.LoaderID{}, current: map[string]*Document{}}
}

// FrameName is how entries name a frame.
func (t *Tab) FrameName(frame cdp.FrameID) string {
	if frame != "" && t.Parents[frame] == "" {
		return "main"
	}
	return string(frame)
}

// Crashed notes that the process of the tab's page has ended: it sends nothing more.
func (t *Tab) Crashed() {
	if doc := t.current["main"]; doc != nil {
		doc.gone = true
	}
}

// Over reports whether all documents in the tab have reported their end, and everything
// before it has come.
func (t *Tab) Over() bool {
	for _, doc := range t.current {
		if doc.Worker == "" && (!doc.gone || doc.missing() > 0) {
			return false
		}
	}
	return true
}

// Place is where a document is: in a frame of a tab.
type Place struct {
	Tab    *Tab
	Frame  cdp.FrameID
	Parent cdp.FrameID  // empty on a main frame, and where nobody knows
	Loader cdp.LoaderID // of its document
	There  bool         // whether it was there when layertap came
	// Worker is what kind of worker the document is; empty for none. Address is then its
	// script's.
	Worker  datalayer.Worker
	Address string
}

// maxStacks bounds what is remembered of a document's stacks, and of its
// actions. The hook repeats what it named longer ago.
const maxStacks = 1000

// maxPages bounds what is remembered of the pages that a document was.
const maxPages = 200

// missing is how many records have not come of those that a document is known to
// have made.
func (doc *Document) missing() int { return doc.last - doc.lost - doc.numbers.count(doc.last) }

// isCurrent reports whether a document has not been left for another.
func (doc *Document) isCurrent() bool { return doc.Tab.current[doc.page.Frame] == doc }

func (l *Builder) begin(b hook.Batch, p Place, now time.Time) *Document {
	frame := string(p.Frame)
	if b.Page.Top {
		frame = "main"
	}
	before := p.Tab.current[frame]
	// All that a page sent may come the longer way, when the next one has begun.
	older := before != nil && !before.There && b.Origin < before.origin
	switch {
	case p.Worker != "" && p.There:
		l.Gap(now, now, -1, "the worker "+b.Page.URL+" started before layertap attached; messages already removed from its data layers are unknown")
	case older:
	case b.Page.Top && p.There:
		l.Gap(now, now, -1, "attached after the page loaded; messages already removed from its data layers are unknown")
	case b.Page.Navigation == "prerender" || before == nil || p.Worker != "": // no page is left
	case b.Page.Top && before.unsendable.Why() != "":
		l.unfinished(before, now)
	case before.gone && before.missing() <= 0: // all has come
	case b.Page.Top:
		l.awaitLeft(before, now.Add(l.bounds.Overdue))
	case frame != "" && before.unsendable.Why() == "" && len(l.awaited) == 0:
		l.awaitLeft(before, now.Add(l.bounds.FrameOverdue))
	}
	doc := &Document{
		Place:   p,
		origin:  b.Origin,
		cause:   causeOf(b.Page.Navigation, p.There),
		stacks:  map[int][]datalayer.StackFrame{},
		actions: map[int]*datalayer.Action{},
	}
	doc.page = &datalayer.Page{
		Target: p.Tab.ID, Frame: frame, Parent: p.Tab.FrameName(p.Parent),
		URL: b.Page.URL, Referrer: b.Page.Referrer, Title: b.Page.Title,
		Opener: p.Tab.Opener, Worker: p.Worker,
		UserAgent: b.Page.UserAgent, Language: b.Page.Language,
	}
	if b.Page.Top && !older {
		p.Tab.Printing = false
	}
	if !older {
		p.Tab.current[frame] = doc
	}
	if b.Doc != "" {
		l.documents[b.Doc] = doc
	}
	if e, ok := l.ended[b.Doc]; ok {
		delete(l.ended, b.Doc)
		l.end(doc, e.last, now)
	}
	if p.Loader != "" {
		l.loaded[p.Loader] = doc
	}
	return doc
}

// unfinished notes that what a document pushed while it unloaded was not sent. That is so of all
// pages of a site, mostly, and said once.
func (l *Builder) unfinished(doc *Document, now time.Time) {
	site := doc.page.URL
	if u, err := url.Parse(site); err == nil {
		site = u.Host
	}
	if why := site + " " + string(doc.unsendable); !l.unsendable[why] {
		l.unsendable[why] = true
		l.Gap(now, now, -1, fmt.Sprintf("messages that pages of %s push while unloading are not captured, because %s", site, doc.unsendable.Why()))
	}
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

func (doc *Document) stack(r hook.Record) []datalayer.StackFrame {
	if r.Frames != "" {
		if len(doc.stacks) >= maxStacks {
			clear(doc.stacks)
		}
		doc.stacks[r.Stack] = hook.ParseStack(r.Frames)
	}
	return doc.stacks[r.Stack]
}
