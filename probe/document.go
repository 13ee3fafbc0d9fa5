package probe

import (
	"fmt"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
)

// document is a page's document, from its first script to its end, whatever
// addresses it goes through.
type document struct {
	place
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
	unsendable unsendable
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

// place is where a document is: in a frame of a tab.
type place struct {
	tab    *tab
	frame  cdp.FrameID
	parent cdp.FrameID  // empty on a main frame, and where nobody knows
	loader cdp.LoaderID // of its document
	there  bool         // whether it was there when layertap came
	// worker is what kind of worker the document is; empty for none. Address is then its
	// script's.
	worker  datalayer.Worker
	address string
}

// maxStacks bounds what is remembered of a document's stacks, and of its
// actions. The hook repeats what it named longer ago.
const maxStacks = 1000

// maxPages bounds what is remembered of the pages that a document was.
const maxPages = 200

// missing is how many records have not come of those that a document is known to
// have made.
func (doc *document) missing() int { return doc.last - doc.lost - doc.numbers.count(doc.last) }

// isCurrent reports whether a document has not been left for another.
func (doc *document) isCurrent() bool { return doc.tab.current[doc.page.Frame] == doc }

func (l *builder) begin(b batch, p place, now time.Time) *document {
	frame := string(p.frame)
	if b.Page.Top {
		frame = "main"
	}
	before := p.tab.current[frame]
	// All that a page sent may come the longer way, when the next one has begun.
	older := before != nil && !before.there && b.Origin < before.origin
	switch {
	case p.worker != "" && p.there:
		l.gap(now, now, -1, "the worker "+b.Page.URL+" started before layertap attached; messages already removed from its data layers are unknown")
	case older:
	case b.Page.Top && p.there:
		l.gap(now, now, -1, "attached after the page loaded; messages already removed from its data layers are unknown")
	case b.Page.Navigation == "prerender" || before == nil || p.worker != "": // no page is left
	case b.Page.Top && before.unsendable.why() != "":
		l.unfinished(before, now)
	case before.gone && before.missing() <= 0: // all has come
	case b.Page.Top:
		l.awaitLeft(before, now.Add(l.bounds.overdue))
	case frame != "" && before.unsendable.why() == "" && len(l.awaited) == 0:
		l.awaitLeft(before, now.Add(l.bounds.frameOverdue))
	}
	doc := &document{
		place:   p,
		origin:  b.Origin,
		cause:   causeOf(b.Page.Navigation, p.there),
		stacks:  map[int][]datalayer.StackFrame{},
		actions: map[int]*datalayer.Action{},
	}
	doc.page = &datalayer.Page{
		Target: p.tab.id, Frame: frame, Parent: p.tab.frameName(p.parent),
		URL: b.Page.URL, Referrer: b.Page.Referrer, Title: b.Page.Title,
		Opener: p.tab.opener, Worker: p.worker,
	}
	if !older {
		p.tab.current[frame] = doc
	}
	if b.Doc != "" {
		l.documents[b.Doc] = doc
	}
	if e, ok := l.ended[b.Doc]; ok {
		delete(l.ended, b.Doc)
		l.end(doc, e.last, now)
	}
	if p.loader != "" {
		l.loaded[p.loader] = doc
	}
	return doc
}

// unfinished notes that what a document pushed while it unloaded was not sent. That is so of all
// pages of a site, mostly, and said once.
func (l *builder) unfinished(doc *document, now time.Time) {
	site := doc.page.URL
	if u, err := url.Parse(site); err == nil {
		site = u.Host
	}
	if why := site + " " + string(doc.unsendable); !l.unsendable[why] {
		l.unsendable[why] = true
		l.gap(now, now, -1, fmt.Sprintf("messages that pages of %s push while unloading are not captured, because %s", site, doc.unsendable.why()))
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

func (doc *document) stack(r record) []datalayer.StackFrame {
	if r.Frames != "" {
		if len(doc.stacks) >= maxStacks {
			clear(doc.stacks)
		}
		doc.stacks[r.Stack] = parseStack(r.Frames)
	}
	return doc.stacks[r.Stack]
}
