package probe

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/cdp"

	"layertap/datalayer"
	"layertap/hits"
)

// ledger turns what hooks send into a session's entries. It knows every document
// that sent something. It does no I/O and keeps no clock.
type ledger struct {
	bounds    bounds
	started   time.Time
	reader    *hits.Reader
	clock     clock // the browser's
	documents map[string]*document
	loaded    map[cdp.LoaderID]*document
	mutes     map[string]bool // that were told of, by site and reason
	pages     int
	entries   []datalayer.Entry // not yet handed on
	noted     []*request        // that a page made when the browser did not tell
	awaited   []*document       // that were left, and whose last records may be on their way
	ended     map[string]ending // documents that reported their end and nothing before
	faults    map[waiting][]datalayer.ScriptError
}

func newLedger(b bounds, started time.Time) ledger {
	return ledger{
		bounds: b, started: started, reader: new(hits.Reader), documents: map[string]*document{},
		loaded: map[cdp.LoaderID]*document{}, mutes: map[string]bool{}, ended: map[string]ending{}, faults: map[waiting][]datalayer.ScriptError{},
	}
}

// document is a page's document, from its first script to its end, whatever
// addresses it goes through.
type document struct {
	place
	page    *datalayer.Page   // its ID is empty until there is something on it
	pages   []*datalayer.Page // all that it was, the latest of them
	origin  float64           // when it began, in milliseconds since 1970 by its own clock
	pushes  latest
	cause   datalayer.Cause
	numbers numbers
	gone    bool // it reported its end
	last    int  // the number of its last record, where it reported its end
	lost    int  // how many of its records are known to be lost
	late    late
	early   []early // records that came before others that the page made before them
	mute    mute
	resumed bool            // the connection was lost since its last batch
	layers  map[string]bool // of a worker, that were told of
	stacks  map[int][]datalayer.StackFrame
	actions map[int]*datalayer.Action
	kept    map[int]*datalayer.Push // that did not land, by the N of their records
	clock   clock                   // by which it tells the time
	latest  int64                   // the latest of its times, by that clock
	reached time.Duration           // and by the session's
	faults  int                     // errors that were told of
}

// late is what is known of a document's records that come after those of the page that
// replaced it.
type late struct {
	until time.Time // when they are given up
	at    int       // where they belong among the ledger's entries
}

// early is a record, and when its document says that it began.
type early struct {
	record record
	origin float64
}

// ending is the end of a document of which nothing else has come.
type ending struct {
	last  int // the number of its last record
	until time.Time
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

// take takes a batch that a hook sent from a document at p.
func (l *ledger) take(b batch, p place, now time.Time) {
	doc := l.documents[b.Doc]
	if doc == nil && b.End {
		if b.First > 1 {
			l.ended[b.Doc] = ending{b.First - 1, now.Add(l.bounds.overdue)}
		}
		return
	}
	if doc == nil && p.worker != "" && l.loaded[p.loader] != nil { // a request of its told of it first
		doc = l.loaded[p.loader]
		l.documents[b.Doc] = doc
	}
	if doc == nil {
		if b.Page == nil {
			b.Page = &introduction{Top: p.parent == "" && p.worker == "", URL: p.address}
		}
		doc = l.begin(b, p, now)
	}
	doc.mute = b.Mute
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
func (l *ledger) end(doc *document, last int, now time.Time) {
	doc.gone, doc.last = true, last
	if doc.missing() > 0 {
		l.await(doc, now.Add(l.bounds.overdue))
	}
}

// catchUp makes the entries of records that came early, and whose turn it is.
func (l *ledger) catchUp(doc *document) {
	slices.SortStableFunc(doc.early, func(a, b early) int { return a.record.N - b.record.N })
	n := 0
	for ; n < len(doc.early) && doc.early[n].record.N <= doc.numbers.upTo; n++ {
		e := doc.early[n]
		l.record(doc, e.record, doc.at(l, e.origin, e.record.T))
	}
	doc.early = slices.Delete(doc.early, 0, n)
}

// await waits until then for records that a document is known, or likely, to have made.
func (l *ledger) await(doc *document, until time.Time) {
	if !slices.Contains(l.awaited, doc) {
		l.awaited = append(l.awaited, doc)
		doc.late = late{until, len(l.entries)}
	}
}

// awaitLeft waits for the last records of a document that is left for another. They
// belong before what comes from here on.
func (l *ledger) awaitLeft(doc *document, until time.Time) {
	l.await(doc, until)
	doc.late = late{until, len(l.entries)}
}

// over reports whether all documents that are in the tabs have reported their end, and
// everything before it has come.
func (t *tracker) over() bool {
	for _, tab := range t.known {
		for _, doc := range tab.current {
			if doc.worker == "" && (!doc.gone || doc.missing() > 0) {
				return false
			}
		}
	}
	return true
}

// missing is how many records have not come of those that a document is known to
// have made.
func (doc *document) missing() int { return doc.last - doc.lost - doc.numbers.count(doc.last) }

// confirmed returns up to which record all have come of the document that a hook
// answered for.
func (l *ledger) confirmed(c *checkup) int {
	if c == nil || l.documents[c.Doc] == nil {
		return 0
	}
	return l.documents[c.Doc].numbers.upTo
}

// refuse notes that a batch could not be read. It held messages, if a hook sent it.
func (l *ledger) refuse(now time.Time) {
	l.gap(now, now, -1, "a page's report of its messages could not be read")
}

// wall maps the time of day to the session's time.
func (l *ledger) wall(t time.Time) time.Duration {
	return t.Round(0).Sub(l.started.Round(0)).Round(time.Microsecond)
}

// ready returns the entries that can be handed on at now; at the zero time, all.
func (l *ledger) ready(now time.Time) []datalayer.Entry {
	late := func(until time.Time) bool { return now.IsZero() || !now.Before(until) }
	l.awaited = slices.DeleteFunc(l.awaited, func(doc *document) bool {
		if late(doc.late.until) {
			l.giveUp(doc, now)
		}
		return late(doc.late.until)
	})
	for name, e := range l.ended {
		if late(e.until) {
			delete(l.ended, name)
			l.gap(e.until, e.until, e.last, "these messages of an unloaded page did not arrive")
		}
	}
	if slices.ContainsFunc(l.awaited, func(doc *document) bool { return !doc.isCurrent() }) {
		return nil
	}
	entries := l.entries
	l.entries = nil
	for _, doc := range l.awaited {
		doc.late.at = 0
	}
	return entries
}

// giveUp notes what did not come of a document in time.
func (l *ledger) giveUp(doc *document, now time.Time) {
	first, until := len(l.entries), doc.late.until
	for len(doc.early) > 0 {
		l.gap(until, until, doc.numbers.giveUp(0), "these messages of the page did not arrive, but later ones did")
		l.catchUp(doc)
	}
	switch missing := doc.missing(); {
	case missing > 0:
		doc.lost += missing
		l.gap(until, until, missing, "these messages of an unloaded page did not arrive")
	case !doc.gone && !doc.isCurrent() && doc.page.Frame == "main" && !now.IsZero():
		l.gap(until, until, -1, "an unloaded page did not report its end; its last messages may be missing or late")
	}
	l.precede(doc, first)
}

// due is when ready has something to do, if it has.
func (l *ledger) due() (time.Time, bool) {
	var due time.Time
	earlier := func(at time.Time) {
		if due.IsZero() || at.Before(due) {
			due = at
		}
	}
	for _, doc := range l.awaited {
		earlier(doc.late.until)
	}
	for _, e := range l.ended {
		earlier(e.until)
	}
	return due, !due.IsZero()
}

// precede moves the entries from index i on, which are of a document or about it, to
// where they belong, if that was left for another.
func (l *ledger) precede(doc *document, i int) {
	n, nth := len(l.entries)-i, slices.Index(l.awaited, doc)
	if n == 0 || nth < 0 || doc.isCurrent() {
		return
	}
	at := doc.late.at
	late := slices.Clone(l.entries[i:])
	l.entries = slices.Insert(l.entries[:i], at, late...)
	for k, other := range l.awaited {
		if other.late.at > at || other.late.at == at && k >= nth {
			other.late.at += n
		}
	}
}

// reconnecting notes that what documents say is lost for a while.
func (l *ledger) reconnecting() {
	for _, doc := range l.documents {
		doc.resumed = true
	}
}

func (l *ledger) begin(b batch, p place, now time.Time) *document {
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
	case b.Page.Top && before.mute.why() != "":
		l.unheard(before, now)
	case before.gone && before.missing() <= 0: // all has come
	case b.Page.Top:
		l.awaitLeft(before, now.Add(l.bounds.overdue))
	case frame != "" && before.mute.why() == "" && len(l.awaited) == 0:
		l.awaitLeft(before, now.Add(l.bounds.frameOverdue))
	}
	doc := &document{
		place:   p,
		origin:  b.Origin,
		cause:   causeOf(b.Page.Navigation, p.there),
		stacks:  map[int][]datalayer.StackFrame{},
		actions: map[int]*datalayer.Action{},
		kept:    map[int]*datalayer.Push{},
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

// isCurrent reports whether a document has not been left for another.
func (doc *document) isCurrent() bool { return doc.tab.current[doc.page.Frame] == doc }

// unheard notes that a document was left without its last words. That is so of all
// pages of a site, mostly, and said once.
func (l *ledger) unheard(doc *document, now time.Time) {
	site := doc.page.URL
	if u, err := url.Parse(site); err == nil {
		site = u.Host
	}
	if why := site + " " + string(doc.mute); !l.mutes[why] {
		l.mutes[why] = true
		l.gap(now, now, -1, fmt.Sprintf("messages that pages of %s push while unloading are not captured, because %s", site, doc.mute.why()))
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

// record makes the entries of one record.
func (l *ledger) record(doc *document, r record, at time.Duration) {
	if r.Is == "" {
		return
	}
	if doc.page.ID == "" {
		l.first(doc, at)
	}
	switch r.Is {
	case "push":
		l.push(doc, r, at)
	case "action":
		l.action(doc, r, at)
	case "layer":
		l.entries = append(l.entries, &datalayer.LayerChange{
			Place: datalayer.Place{T: at}, Page: doc.page.ID, Frame: doc.page.Frame, Layer: r.Layer,
			What: r.What, Container: r.Container,
		})
	case "address":
		next := *doc.page
		next.Referrer, next.URL, next.Title = doc.page.URL, r.URL, r.Title
		cause := datalayer.CauseHistory
		if doc.page.URL == "about:blank" { // a new window's first page takes over its empty one
			next.Referrer, cause = doc.page.Referrer, doc.cause
		}
		l.turn(doc, next, cause, at)
	case "request":
		l.noted = append(l.noted, &request{
			Request: hits.Request{Method: r.Method, URL: r.URL, Body: []byte(r.Body)}, place: doc.place, by: doc, at: at,
			blocked: r.Blocked,
		})
	case "restored":
		doc.gone, doc.last, doc.tab.current[doc.page.Frame] = false, 0, doc
		l.awaited = slices.DeleteFunc(l.awaited, func(other *document) bool { return other == doc })
		next := *doc.page
		next.Title = r.Title
		l.turn(doc, next, datalayer.CauseBFCache, at)
	default:
		if why, ok := troubles[r.Is]; ok {
			l.entries = append(l.entries, &datalayer.Gap{
				Place: datalayer.Place{T: at}, Until: at, Lost: -1, Why: fmt.Sprintf(why, r.Layer),
			})
		}
	}
}

// first makes a document's first page, with the errors that came before anything else.
func (l *ledger) first(doc *document, at time.Duration) {
	faults := l.faultsOf(doc)
	for _, fault := range faults {
		at = min(at, fault.T)
	}
	l.turn(doc, *doc.page, doc.cause, at)
	for _, fault := range faults {
		l.fault(doc.place, fault)
	}
}

// troubles are what the hook has to say about a layer.
var troubles = map[string]string{
	"displaced":  "the page removed the hook on %s; it was reinstalled, but values that aren't objects may be missing",
	"rested":     "the page or this machine was paused, so the hook on %s was suspended; messages already removed from the layer are missing",
	"unhookable": "%s cannot be hooked because the page froze it; rejected messages are not captured",
}

// turn makes page the document's page from here on.
func (l *ledger) turn(doc *document, page datalayer.Page, cause datalayer.Cause, at time.Duration) {
	l.pages++
	page.Place = datalayer.Place{T: at}
	page.ID = "p" + strconv.Itoa(l.pages)
	page.Cause = cause
	doc.page = &page
	if len(doc.pages) == maxPages {
		doc.pages = slices.Clone(doc.pages[maxPages/2:])
	}
	doc.pages = append(doc.pages, doc.page)
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
	kind, event := datalayer.Identify(r.Layer, r.Message, r.Gtag)
	via := datalayer.Via(r.Via)
	if via == "" {
		via = datalayer.ViaPush
	}
	push := &datalayer.Push{
		Place: datalayer.Place{T: at}, Page: doc.page.ID, Frame: doc.page.Frame, Layer: r.Layer,
		Kind: kind, Event: event, Message: r.Message,
		Via: via, Recovered: via == datalayer.ViaInitial,
		Call: r.Call, Arg: r.Arg,
		Stack: doc.stack(r), Action: doc.actions[r.By],
		Called: r.Called, NotLanded: r.Landed != nil && !*r.Landed, Received: tristate(r.Received), Of: doc.kept[r.Of],
	}
	if push.NotLanded {
		if len(doc.kept) >= maxStacks {
			clear(doc.kept)
		}
		doc.kept[r.N] = push
	}
	doc.pushes.add(push)
	l.noteLayer(doc, push)
	l.entries = append(l.entries, push)
}

// noteLayer says of a data layer in a worker that it is in one, before its first
// message: no tag manager of the page reads it.
func (l *ledger) noteLayer(doc *document, p *datalayer.Push) {
	if doc.worker == "" || doc.layers[p.Layer] || len(doc.layers) == maxLayers {
		return
	}
	if doc.layers == nil {
		doc.layers = map[string]bool{}
	}
	doc.layers[p.Layer] = true
	l.entries = append(l.entries, &datalayer.LayerChange{
		Place: datalayer.Place{T: p.T}, Page: p.Page, Frame: p.Frame, Layer: p.Layer, What: datalayer.LayerWorker,
	})
}

// maxLayers bounds how many layers of a worker are told of.
const maxLayers = 100

func tristate(answer *bool) datalayer.Tristate {
	switch {
	case answer == nil:
		return datalayer.Unknown
	case *answer:
		return datalayer.Yes
	}
	return datalayer.No
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

// gap says that messages were missed, or may have been: lost is -1 where nobody
// knows.
func (l *ledger) gap(from, until time.Time, lost int, why string) {
	l.entries = append(l.entries, &datalayer.Gap{
		Place: datalayer.Place{T: l.wall(from)}, Until: l.wall(until), Lost: lost, Why: why,
	})
}

// numbers remembers which records of a document have come. They come by two
// ways, which overlap and overtake one another.
type numbers struct {
	upTo  int          // all of these have come
	ahead map[int]bool // and these, beyond a hole
}

// skipTo gives up the records before n, and returns how many those are.
func (s *numbers) skipTo(n int) int {
	lost := max(n-s.upTo-1, 0)
	s.upTo += lost
	maps.DeleteFunc(s.ahead, func(n int, _ bool) bool { return n <= s.upTo })
	return lost
}

// count returns how many of the first n records have come, or were given up.
func (s *numbers) count(n int) int {
	count := min(s.upTo, n)
	for ahead := range s.ahead {
		if ahead <= n {
			count++
		}
	}
	return count
}

// maxAhead is how many records after a hole are remembered before it is given up:
// far more than can overtake one.
const maxAhead = 4096

// giveUp gives up the first hole if more than most records have come after it, and
// returns how many are missing there.
func (s *numbers) giveUp(most int) int {
	if len(s.ahead) <= most {
		return 0
	}
	lost := s.skipTo(slices.Min(slices.Collect(maps.Keys(s.ahead))))
	s.closeUp()
	return lost
}

// closeUp counts what is beyond a hole that is no more.
func (s *numbers) closeUp() {
	for s.ahead[s.upTo+1] {
		s.upTo++
		delete(s.ahead, s.upTo)
	}
}

// take notes n, and reports whether it is new.
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
	s.closeUp()
	return true
}
