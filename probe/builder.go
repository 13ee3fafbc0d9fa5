package probe

import (
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
	"layertap/hits"
)

// builder turns what hooks send into a session's entries. It knows every document
// that sent something. It does no I/O and keeps no clock.
type builder struct {
	bounds     bounds
	started    time.Time
	reader     *hits.Reader
	clock      clock // the browser's
	documents  map[string]*document
	loaded     map[cdp.LoaderID]*document
	unsendable map[string]bool // that were reported, by site and reason
	pages      int
	entries    []datalayer.Entry // not yet handed on
	noted      []*request        // that a page made when the browser did not tell
	awaited    []*document       // that were left, and whose last records may be on their way
	ended      map[string]ending // documents that reported their end and nothing before
	faults     map[waiting][]datalayer.ScriptError
}

func newBuilder(b bounds, started time.Time) builder {
	return builder{
		bounds: b, started: started, reader: new(hits.Reader), documents: map[string]*document{},
		loaded: map[cdp.LoaderID]*document{}, unsendable: map[string]bool{}, ended: map[string]ending{}, faults: map[waiting][]datalayer.ScriptError{},
	}
}

// take takes a batch that a hook sent from a document at p.
func (l *builder) take(b batch, p place, now time.Time) {
	doc := l.documents[b.Doc]
	if doc == nil && b.End {
		if b.First > 1 {
			l.ended[b.Doc] = ending{b.First - 1, now.Add(l.bounds.overdue)}
		}
		return
	}
	if doc == nil && p.worker != "" && l.loaded[p.loader] != nil { // one of its requests was reported first
		doc = l.loaded[p.loader]
		l.documents[b.Doc] = doc
	}
	if doc == nil {
		if b.Page == nil {
			b.Page = &introduction{Top: p.parent == "" && p.worker == "", URL: p.address}
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
		l.gap(now, now, b.Lost, "some messages pushed while the page unloaded were dropped by the browser")
	}
	if doc.resumed && len(b.Records) > 0 {
		doc.resumed = false
		if lost := doc.numbers.skipTo(b.Records[0].N); lost > 0 {
			l.gap(now, now, lost, "the page kept running while the connection was lost")
		}
	}
	amend(b)
	for _, r := range b.Records {
		if doc.numbers.take(r.N) {
			doc.early = append(doc.early, early{r, b.Origin})
		}
		l.catchUp(doc)
	}
	if lost := doc.numbers.giveUp(maxAhead); lost > 0 {
		l.gap(now, now, lost, "these messages of the page did not arrive, but many later ones did")
		l.catchUp(doc)
	}
	if len(doc.early) > 0 {
		l.await(doc, now.Add(l.bounds.overdue))
	}
	l.precede(doc, first)
	if settled := now.Add(l.bounds.settling); doc.gone && doc.missing() <= 0 && settled.Before(doc.late.until) {
		doc.late.until = settled
	}
}

// end takes that a document reported its end. Records before it may still come.
func (l *builder) end(doc *document, last int, now time.Time) {
	doc.gone, doc.last = true, last
	if doc.missing() > 0 {
		l.await(doc, now.Add(l.bounds.overdue))
	}
}

// catchUp makes the entries of records that came early, and whose turn it is.
func (l *builder) catchUp(doc *document) {
	slices.SortStableFunc(doc.early, func(a, b early) int { return a.record.N - b.record.N })
	n := 0
	for ; n < len(doc.early) && doc.early[n].record.N <= doc.numbers.upTo; n++ {
		e := doc.early[n]
		l.record(doc, e.record, doc.at(l, e.origin, e.record.T))
	}
	doc.early = slices.Delete(doc.early, 0, n)
}

// confirmed returns up to which record all have come of the document that a hook
// answered for.
func (l *builder) confirmed(c *checkup) int {
	if c == nil || l.documents[c.Doc] == nil {
		return 0
	}
	return l.documents[c.Doc].numbers.upTo
}

// refuse notes that a batch could not be read. It held messages, if a hook sent it.
func (l *builder) refuse(now time.Time) {
	l.gap(now, now, -1, "a page's report of its messages could not be read")
}

// reconnecting notes that what documents say is lost for a while.
func (l *builder) reconnecting() {
	for _, doc := range l.documents {
		doc.resumed = true
	}
}

// wall maps the time of day to the session's time.
func (l *builder) wall(t time.Time) time.Duration {
	return t.Round(0).Sub(l.started.Round(0)).Round(time.Microsecond)
}

// gap says that messages were missed, or may have been: lost is -1 where nobody
// knows.
func (l *builder) gap(from, until time.Time, lost int, why string) {
	l.entries = append(l.entries, &datalayer.Gap{
		Place: datalayer.Place{T: l.wall(from)}, Until: l.wall(until), Lost: lost, Why: why,
	})
}

// early is a record, and when its document says that it began.
type early struct {
	record record
	origin float64
}
