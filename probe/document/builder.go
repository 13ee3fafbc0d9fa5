// Package document turns what the hooks of documents send into a session's entries, in
// the order in which each document made them, by whatever way they came.
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

// Builder turns what hooks send into a session's entries. It knows every document
// that sent something. It does no I/O and keeps no clock.
type Builder struct {
	Reader *hits.Reader // which requests carry hits, and what they say

	bounds     bounds.Times
	started    time.Time
	clock      clock // the browser's
	documents  map[string]*Document
	loaded     map[cdp.LoaderID]*Document
	unsendable map[string]bool // that were reported, by site and reason
	pages      int
	entries    []datalayer.Entry // not yet handed on
	noted      []*Request        // that a page made when the browser did not tell
	awaited    []*Document       // that were left, and whose last records may be on their way
	ended      map[string]ending // documents that reported their end and nothing before
	faults     map[waiting][]datalayer.ScriptError
}

// New returns a builder for a session that started then.
func New(b bounds.Times, started time.Time) *Builder {
	return &Builder{
		Reader: new(hits.Reader), bounds: b.OrUsual(), started: started, documents: map[string]*Document{},
		loaded: map[cdp.LoaderID]*Document{}, unsendable: map[string]bool{}, ended: map[string]ending{}, faults: map[waiting][]datalayer.ScriptError{},
	}
}

// Take takes a batch that a hook sent from a document at p.
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

// end takes that a document reported its end. Records before it may still come.
func (l *Builder) end(doc *Document, last int, now time.Time) {
	doc.gone, doc.last = true, last
	if doc.missing() > 0 {
		l.await(doc, now.Add(l.bounds.Overdue))
	}
}

// catchUp makes the entries of records that came early, and whose turn it is.
func (l *Builder) catchUp(doc *Document) {
	slices.SortStableFunc(doc.early, func(a, b early) int { return a.record.N - b.record.N })
	n := 0
	for ; n < len(doc.early) && doc.early[n].record.N <= doc.numbers.upTo; n++ {
		e := doc.early[n]
		l.record(doc, e.record, doc.at(l, e.origin, e.record.T))
	}
	doc.early = slices.Delete(doc.early, 0, n)
}

// Confirmed returns up to which record all have come of the document that a hook
// answered for.
func (l *Builder) Confirmed(c *hook.Checkup) int {
	if c == nil || l.documents[c.Doc] == nil {
		return 0
	}
	return l.documents[c.Doc].numbers.upTo
}

// Refuse notes that a batch could not be read. It held messages, if a hook sent it.
func (l *Builder) Refuse(now time.Time) {
	l.Gap(now, now, -1, "a page's report of its messages could not be read")
}

// Reconnecting notes that what documents say is lost for a while.
func (l *Builder) Reconnecting() {
	for _, doc := range l.documents {
		doc.resumed = true
	}
}

// Wall maps the time of day to the session's time.
func (l *Builder) Wall(t time.Time) time.Duration {
	return t.Round(0).Sub(l.started.Round(0)).Round(time.Microsecond)
}

// Gap says that messages were missed, or may have been: lost is -1 where nobody
// knows.
func (l *Builder) Gap(from, until time.Time, lost int, why string) {
	l.entries = append(l.entries, &datalayer.Gap{
		Place: datalayer.Place{T: l.Wall(from)}, Until: l.Wall(until), Lost: lost, Why: why,
	})
}

// Add hands on an entry that is about no document.
func (l *Builder) Add(e datalayer.Entry) { l.entries = append(l.entries, e) }

// Noted returns the requests that hooks reported since the last call.
func (l *Builder) Noted() []*Request {
	noted := l.noted
	l.noted = nil
	return noted
}

// early is a record, and when its document says that it began.
type early struct {
	record hook.Record
	origin float64
}
