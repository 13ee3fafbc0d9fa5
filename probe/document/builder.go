// Package document converts what the hooks of documents send into a session's entries,
// in the order in which each document made them, regardless of how they arrived.
package document

import (
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe/bounds"
	"layertap/probe/hook"
)

// Builder converts what hooks send into a session's entries. It keeps state for every
// document that sent something. It does no I/O and reads no clock.
type Builder struct {
	Reader *hits.Reader // recognizes requests with hits and parses them

	bounds     bounds.Times
	started    time.Time
	clock      clock // the browser's
	documents  map[string]*Document
	loaded     map[cdp.LoaderID]*Document
	unsendable map[string]bool // already reported, by site and reason
	pages      int
	entries    []datalayer.Entry // not yet returned by Ready
	noted      []*Request        // reported by hooks only, not by the browser
	awaited    []*Document       // no longer current, but records may still arrive
	ended      map[string]ending // documents that have so far only reported their end
	faults     map[waiting][]datalayer.ScriptError
}

// New returns a builder for a session that started at the given time.
func New(b bounds.Times, started time.Time) *Builder {
	return &Builder{
		Reader: new(hits.Reader), bounds: b.OrUsual(), started: started, documents: map[string]*Document{},
		loaded: map[cdp.LoaderID]*Document{}, unsendable: map[string]bool{}, ended: map[string]ending{}, faults: map[waiting][]datalayer.ScriptError{},
	}
}

// Take processes a batch that the hook of a document at p sent.
func (l *Builder) Take(b hook.Batch, p Place, now time.Time) {
	doc := l.documents[b.Doc]
	if doc == nil && b.End {
		if b.First > 1 {
			l.ended[b.Doc] = ending{b.First - 1, now.Add(l.bounds.Overdue)}
		}
		return
	}
	if doc == nil && p.Worker != "" && l.loaded[p.Loader] != nil { // one of its requests was reported first
		doc = l.loaded[p.Loader]
		l.documents[b.Doc] = doc
	}
	if doc == nil {
		if b.Page == nil {
			b.Page = &hook.Introduction{Top: p.Parent == "" && p.Worker == "", URL: p.Address}
		}
		doc = l.begin(b, p, now)
	}
	doc.unsendable = b.Unsendable
	first := len(l.entries)
	if b.End {
		l.end(doc, b.First-1, now)
	}
	if b.Lost > 0 {
		for i := range min(b.Lost, maxAhead) {
			doc.numbers.take(b.First + i)
		}
		l.Gap(now, now, b.Lost, "some messages pushed while the page unloaded were dropped by the browser")
	}
	if doc.resumed && len(b.Records) > 0 {
		doc.resumed = false
		if lost := doc.numbers.skipTo(b.Records[0].N); lost > 0 {
			l.Gap(now, now, lost, "the page kept running while the connection was lost")
		}
	}
	b.Amend()
	for _, r := range b.Records {
		if doc.numbers.take(r.N) {
			doc.early = append(doc.early, early{r, b.Origin})
		}
		l.catchUp(doc)
	}
	if lost := doc.numbers.giveUp(maxAhead); lost > 0 {
		l.Gap(now, now, lost, "these messages of the page did not arrive, but many later ones did")
		l.catchUp(doc)
	}
	if len(doc.early) > 0 {
		l.await(doc, now.Add(l.bounds.Overdue))
	}
	l.precede(doc, first)
	if settled := now.Add(l.bounds.Settling); doc.gone && doc.missing() <= 0 && settled.Before(doc.late.until) {
		doc.late.until = settled
	}
}

// end records that a document reported its end. Earlier records may still arrive.
func (l *Builder) end(doc *Document, last int, now time.Time) {
	doc.gone, doc.last = true, last
	if doc.missing() > 0 {
		l.await(doc, now.Add(l.bounds.Overdue))
	}
}

// catchUp makes the entries of records that arrived early and are next in order.
func (l *Builder) catchUp(doc *Document) {
	slices.SortStableFunc(doc.early, func(a, b early) int { return a.record.N - b.record.N })
	n := 0
	for ; n < len(doc.early) && doc.early[n].record.N <= doc.numbers.upTo; n++ {
		e := doc.early[n]
		l.record(doc, e.record, doc.at(l, e.origin, e.record.T))
	}
	doc.early = slices.Delete(doc.early, 0, n)
}

// Confirmed returns the number up to which all records have arrived from the document
// whose hook returned c.
func (l *Builder) Confirmed(c *hook.Checkup) int {
	if c == nil || l.documents[c.Doc] == nil {
		return 0
	}
	return l.documents[c.Doc].numbers.upTo
}

// Refuse notes that a batch could not be decoded. If a hook sent it, its messages are
// lost.
func (l *Builder) Refuse(now time.Time) {
	l.Gap(now, now, -1, "a page's report of its messages could not be read")
}

// Reconnecting notes that what documents send is lost until the connection is restored.
func (l *Builder) Reconnecting() {
	for _, doc := range l.documents {
		doc.resumed = true
	}
}

// Wall converts the time of day to session time.
func (l *Builder) Wall(t time.Time) time.Duration {
	return t.Round(0).Sub(l.started.Round(0)).Round(time.Microsecond)
}

// Gap adds an entry for messages that were or may have been missed; lost is -1 if their
// number is unknown.
func (l *Builder) Gap(from, until time.Time, lost int, why string) {
	l.entries = append(l.entries, &datalayer.Gap{
		Place: datalayer.Place{T: l.Wall(from)}, Until: l.Wall(until), Lost: lost, Why: why,
	})
}

// TabClosed adds an entry that a tab was closed, unless the tab never had a page.
func (l *Builder) TabClosed(t *Tab, now time.Time) {
	if doc := t.current["main"]; doc != nil && doc.page.ID != "" {
		l.entries = append(l.entries, &datalayer.TabClosed{Place: datalayer.Place{T: l.Wall(now)}, Page: doc.page.ID, Target: t.ID})
	}
}

// Add appends an entry that belongs to no document.
func (l *Builder) Add(e datalayer.Entry) { l.entries = append(l.entries, e) }

// Noted returns the requests that hooks reported since the last call.
func (l *Builder) Noted() []*Request {
	noted := l.noted
	l.noted = nil
	return noted
}

// early is a record that arrived early, and the time origin of its document.
type early struct {
	record hook.Record
	origin float64
}
