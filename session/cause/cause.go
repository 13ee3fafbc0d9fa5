// Package cause finds the data layer message that caused a hit.
//
// It uses, in this order: which messages can have caused a hit with this name (a tag
// that fired on them, a gtag command, or the name itself), whether the values in the
// hit are those of the message, the order in which the vendor sends, and during which
// push the request was sent. The stack shows when a request was sent, not why: Google
// Analytics sends waiting events during a later consent update or key event
// (https://support.google.com/analytics/answer/9322688, "batching").
package cause

import (
	"math"
	"slices"
	"time"

	"layertap/datalayer"
)

// Tag is a container's tag that fired on a message, certainly or possibly.
type Tag struct {
	Name string
	Type string // the type in Google Tag Manager: "gaawe", "html", "cvt_…"
	// Sends are the parameters that the tag is configured to send, as resolved for the
	// message.
	Sends []Value
	// Partly is set if some of them couldn't be resolved.
	Partly bool
}

// Value is a named value that a tag sends. Name is the one in Google Tag Manager's
// interface: "Event Name", "Event Parameters.link_url".
type Value struct{ Name, Text string }

// Tags returns the tags that fired on a message, certainly or possibly. It is false if
// no captured container evaluates the message.
type Tags func(*datalayer.Push) ([]Tag, bool)

// Finder stores the messages of a session's documents to find the causes of their hits.
// It is not safe for concurrent use.
type Finder struct {
	tags   Tags
	byPage map[string]*document
	frames map[frame]*document // the newest document of each frame
	recent []*document         // the newest documents, oldest first

	// memory that is reused for each hit
	all, free, best []option
}

type frame struct{ target, frame string }

// document is a document with its messages. Pages that differ only in their URL are one
// document.
type document struct {
	frame  frame
	pages  []string // their IDs
	url    string
	parent *document
	// prerendered is set if it began beside the document that its tab showed.
	prerendered bool
	messages    []*candidate
	last        map[account]int          // index of the last message sent to a vendor's account
	loaded      map[string]time.Duration // when vendors sent their first hit
	failed      map[contents]failure     // hits that failed and may be sent again
	dropped     int                      // the number of discarded messages
}

// account is the recipient of a vendor's hits. The same ones can also be sent to a server
// of the site's own.
type account struct{ vendor, id, server string }

// Bounds of how far back a cause is searched for.
const (
	// reach is how long hits that nothing holds back are delayed. Google Analytics
	// waits for up to five seconds.
	reach = 10 * time.Second
	// longReach is for hits that wait for the visitor's consent, and for those that are
	// sent again.
	longReach = 10 * time.Minute
	// nearReach is the maximum delay of a hit if only its time indicates the message.
	nearReach = 2 * time.Second
	// slack is the maximum difference between the clocks of a page and of its requests.
	slack = 5 * time.Millisecond
	// maxMessages bounds the stored messages of a document, and maxDocuments the
	// documents.
	maxMessages  = 4096
	maxDocuments = 64
	// maxFailed bounds the stored hits that failed.
	maxFailed = 256
)

// New returns a Finder. It calls tags at most once per message, and only if a hit may
// have been caused by it. tags may be nil.
func New(tags Tags) *Finder {
	if tags == nil {
		tags = func(*datalayer.Push) ([]Tag, bool) { return nil, false }
	}
	return &Finder{tags: tags, byPage: map[string]*document{}, frames: map[frame]*document{}}
}

// Page adds a page. It must be added before its messages and hits.
func (f *Finder) Page(p *datalayer.Page) {
	key := frame{p.Target, p.Frame}
	doc := f.same(key, p)
	if doc == nil {
		doc = f.newDocument()
		doc.frame, doc.prerendered = key, p.Cause == datalayer.CausePrerender
		if p.Parent != "" {
			doc.parent = f.frames[frame{p.Target, p.Parent}]
		}
	}
	f.frames[key], doc.url = doc, p.URL
	f.assign(p.ID, doc)
}

func (f *Finder) assign(page string, doc *document) {
	f.byPage[page] = doc
	doc.pages = append(doc.pages, page)
}

// same returns the document that a page continues: the one in its frame if only its URL
// changed, or an earlier one if the browser restored it; nil if it is new.
func (f *Finder) same(at frame, p *datalayer.Page) *document {
	switch p.Cause {
	case datalayer.CauseHistory:
		return f.continued(at, p)
	case datalayer.CauseBFCache:
		for _, doc := range slices.Backward(f.recent) {
			if doc.frame == at && doc.url == p.URL && doc != f.frames[at] {
				return doc
			}
		}
	}
	return nil
}

// continued returns the document whose URL changed: the newest of the frame, or one that had
// the URL before, if one of the two was prerendered beside the other.
func (f *Finder) continued(at frame, p *datalayer.Page) *document {
	newest := f.frames[at]
	if newest == nil || p.Referrer == "" || newest.url == p.Referrer {
		return newest
	}
	for _, doc := range slices.Backward(f.recent) {
		if doc.frame == at && doc.url == p.Referrer && (doc.prerendered || newest.prerendered) {
			return doc
		}
	}
	return newest
}

// Message adds a message. Call it after the message was analyzed, because its tags are
// looked up later.
func (f *Finder) Message(p *datalayer.Push) {
	doc := f.document(p.Page)
	if len(doc.messages) == maxMessages {
		doc.messages = append(doc.messages[:0], doc.messages[maxMessages/2:]...)
		doc.dropped += maxMessages / 2
	}
	doc.messages = append(doc.messages, &candidate{push: p, index: doc.dropped + len(doc.messages)})
}

// Holding returns a function that reports whether a hit that comes may be found to come from
// a message. It holds until the next message.
func (f *Finder) Holding() func(*datalayer.Push) bool {
	var held [][]*candidate
	oldest := math.MaxInt
	for _, doc := range f.recent {
		if len(doc.messages) > 0 {
			held = append(held, doc.messages)
			oldest = min(oldest, doc.messages[0].push.Seq)
		}
	}
	return func(p *datalayer.Push) bool {
		if p.Seq < oldest {
			return false
		}
		return slices.ContainsFunc(held, func(messages []*candidate) bool {
			if p.Seq < messages[0].push.Seq || p.Seq > messages[len(messages)-1].push.Seq {
				return false
			}
			_, found := slices.BinarySearchFunc(messages, p.Seq, func(c *candidate, seq int) int { return c.push.Seq - seq })
			return found
		})
	}
}

// document returns the document of a page. A hit without one, such as that of a service
// worker, is assigned to the newest document.
func (f *Finder) document(page string) *document {
	doc := f.byPage[page]
	if page == "" && len(f.recent) > 0 {
		doc = f.recent[len(f.recent)-1]
	}
	if doc == nil { // a file may lack the page
		doc = f.newDocument()
		f.assign(page, doc)
	}
	return doc
}

func (f *Finder) newDocument() *document {
	doc := &document{last: map[account]int{}, loaded: map[string]time.Duration{}, failed: map[contents]failure{}}
	if f.recent = append(f.recent, doc); len(f.recent) > maxDocuments {
		f.discard(f.recent[0])
		f.recent = f.recent[1:]
	}
	return doc
}

// discard drops what is stored of a document, and the document if it isn't the one that a
// tab shows: many frames may come while that is open.
func (f *Finder) discard(doc *document) {
	doc.messages, doc.failed = nil, map[contents]failure{}
	if doc.frame.frame == "main" && f.frames[doc.frame] == doc {
		return
	}
	for _, page := range doc.pages {
		delete(f.byPage, page)
	}
	if f.frames[doc.frame] == doc {
		delete(f.frames, doc.frame)
	}
}

// Of returns the message that caused a hit, and how certain that is; nil if it isn't
// known.
//
// It is certain only if the hit was sent while a message that can have caused it by
// name was being pushed, no other message can have, and the request contained nothing
// else. It is likely if exactly one message with that name has no hit yet, if the
// values agree, or the order in which the vendor sends decides. Otherwise it is weak.
//
// A request that failed and is sent again has the cause of the first. That is weak if a
// message came after it that can have caused an equal one.
func (f *Finder) Of(hit *datalayer.Hit) *datalayer.HitCause {
	doc := f.document(hit.Page)
	key := contentsOf(hit)
	before, retried := doc.failed[key]
	retried = retried && before.precedes(hit)
	failed := hit.Error != "" || hit.Status >= 500
	if !failed {
		delete(doc.failed, key)
	}
	if retried {
		return again(before.cause, f.rivals(doc, hit, before.at))
	}
	cause := f.search(hit)
	if _, ok := doc.loaded[hit.Vendor]; !ok {
		doc.loaded[hit.Vendor] = hit.T
	}
	if failed && cause != nil {
		doc.fail(key, failure{cause, hit.T})
	}
	return cause
}

func (f *Finder) search(hit *datalayer.Hit) *datalayer.HitCause {
	h := newHit(hit)
	for doc := f.document(hit.Page); doc != nil; doc = doc.parent {
		if c := f.byName(doc, h); c != nil {
			return c
		}
	}
	for doc := f.document(hit.Page); doc != nil; doc = doc.parent {
		if c := f.byStack(doc, h); c != nil {
			return c
		}
		if c := f.byLikeness(doc, h); c != nil {
			return c
		}
	}
	return f.byTime(f.document(hit.Page), h)
}

// age returns the time from a message to the hit, and whether it is known: for messages
// from before the hook only the order is.
func (h *hit) age(c *candidate) (age time.Duration, known bool) {
	return h.T - c.push.T, !c.push.Recovered
}

// before reports whether a message was pushed before the hit was sent, and at most
// within earlier.
func (h *hit) before(c *candidate, within time.Duration) bool {
	age, known := h.age(c)
	return !known || age >= -slack && age <= within
}
