package document

import (
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
	"layertap/probe/hook"
)

// Document is a page's document from its first script to its end, through all changes
// of its URL.
type Document struct {
	Place
	page       *datalayer.Page   // its ID is empty until the page has an entry
	pages      []*datalayer.Page // all of its pages, up to maxPages
	origin     float64           // time origin, in milliseconds since 1970 by its own clock
	pushes     latest
	cause      datalayer.Cause
	numbers    numbers
	gone       bool // it reported its end
	last       int  // the number of its last record, if it reported its end
	lost       int  // number of records known to be lost
	late       late
	early      []early // records that arrived before earlier ones
	unsendable hook.Unsendable
	resumed    bool            // the connection was lost since its last batch
	layers     map[string]bool // a worker's layers that were reported
	managed    map[string]bool // the layers that have a tag manager
	stacks     map[int][]datalayer.StackFrame
	actions    map[int]*datalayer.Action
	clock      clock         // for the times that it sends
	latest     int64         // the latest of its times, by that clock
	reached    time.Duration // the same in session time
	faults     int           // number of errors reported
}

// Tab is a tab with its frames, from its first page to its last.
type Tab struct {
	ID      string                       // its name in entries, such as "t1"
	Opener  string                       // ID of the followed tab that opened it; empty for none
	Parents map[cdp.FrameID]cdp.FrameID  // of all frames that it ever had
	Loaders map[cdp.FrameID]cdp.LoaderID // the loader of each frame's document
	// Printing reports whether the browser shows its print dialog for a document in the
	// tab.
	Printing bool
	current  map[string]*Document // the latest document of each frame, by frame name
}

// NewTab returns a tab without frames.
func NewTab(id string) *Tab {
	return &Tab{ID: id, Parents: map[cdp.FrameID]cdp.FrameID{}, Loaders: map[cdp.FrameID]cdp.LoaderID{}, current: map[string]*Document{}}
}

// FrameName returns the name of a frame in entries.
func (t *Tab) FrameName(frame cdp.FrameID) string {
	if frame != "" && t.Parents[frame] == "" {
		return "main"
	}
	return string(frame)
}

// Crashed notes that the process of the tab's page has ended and sends nothing more.
func (t *Tab) Crashed() {
	if doc := t.current["main"]; doc != nil {
		doc.gone = true
	}
}

// Begun reports whether a page of the tab is known.
func (t *Tab) Begun() bool { return t.current["main"] != nil }

// Over reports whether all documents in the tab have reported their end and all their
// records have arrived.
func (t *Tab) Over() bool {
	for _, doc := range t.current {
		if doc.Worker == "" && (!doc.gone || doc.missing() > 0) {
			return false
		}
	}
	return true
}

// Place is the location of a document: a frame of a tab.
type Place struct {
	Tab    *Tab
	Frame  cdp.FrameID
	Parent cdp.FrameID  // empty for a main frame, and if unknown
	Loader cdp.LoaderID // of its document
	There  bool         // it existed before layertap attached
	// Worker is the kind of worker that the document is; empty for none. Address is then
	// the URL of its script.
	Worker  datalayer.Worker
	Address string
}

// maxStacks is the maximum number of stacks, and of actions, kept per document. The
// hook sends those that it named longer ago again.
const maxStacks = 1000

// maxPages is the maximum number of pages kept per document.
const maxPages = 200

// missing returns how many of a document's known records have not arrived.
func (doc *Document) missing() int { return doc.last - doc.lost - doc.numbers.count(doc.last) }

// isCurrent reports whether a document is still its frame's latest.
func (doc *Document) isCurrent() bool { return doc.Tab.current[doc.page.Frame] == doc }

func (l *Builder) begin(b hook.Batch, p Place, now time.Time) *Document {
	frame := string(p.Frame)
	if b.Page.Top {
		frame = "main"
	}
	before := p.Tab.current[frame]
	// Everything that a page sent may take the slower path and arrive when the next one
	// has begun.
	older := before != nil && !before.There && b.Origin < before.origin
	switch {
	case p.Worker != "" && p.There:
		l.Gap(now, now, -1, "the worker "+b.Page.URL+" started before layertap attached; messages already removed from its data layers are unknown")
	case older:
	case b.Page.Top && p.There:
		l.Gap(now, now, -1, "attached after the page loaded; messages already removed from its data layers are unknown")
	case b.Page.Navigation == "prerender" || before == nil || p.Worker != "": // it replaces no page
	case b.Page.Top:
		l.left(before, now)
	case before.gone && before.missing() <= 0: // everything has arrived
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
		UserAgent: b.Page.UserAgent, Language: b.Page.Language, Status: errorStatus(b.Page.Status),
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

// left notes that a main frame's document was replaced by another, and waits for its
// last records.
func (l *Builder) left(doc *Document, now time.Time) {
	switch {
	case doc.unsendable.Why() != "":
		l.unfinished(doc, now)
	case doc.gone && doc.missing() <= 0: // everything has arrived
	default:
		l.awaitLeft(doc, now.Add(l.bounds.Overdue))
	}
}

// unfinished notes that what a document pushed while it unloaded was not sent. It is
// reported once per site, because it usually applies to all pages of a site.
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

// errorStatus returns the status of a response if it is that of an error, otherwise 0
// (RFC 9110, section 15).
func errorStatus(status int) int {
	if status < 400 || status > 599 {
		return 0
	}
	return status
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
