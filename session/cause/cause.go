// Package cause finds the message of a data layer that a hit came from.
//
// It concludes from what is known, in this order: which messages can have sent a
// hit of this name (a tag that fired on them, a gtag command, or the name itself),
// whether the values in the hit are those of the message, in which order the vendor
// sends, and during which push the request left. The stack tells when a request
// left, not why: Google Analytics sends waiting events inside a later consent update
// or key event (https://support.google.com/analytics/answer/9322688, "batching").
package cause

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// Tag is a tag of a container that fired on a message, or may have.
type Tag struct {
	Name string
	Type string // Google Tag Manager's name for it: "gaawe", "html", "cvt_…"
	// Sends has what the tag is configured to send, as resolved at the message.
	Sends []Value
	// Partly says that some of it could not be resolved.
	Partly bool
}

// Value is a named value that a tag sends. Its name is that of Google Tag Manager's
// screen: "Event Name", "Event Parameters.link_url".
type Value struct{ Name, Text string }

// Tags returns the tags that fired on a message, or may have. It is false if no
// container was captured that evaluates the message.
type Tags func(*datalayer.Push) ([]Tag, bool)

// Finder keeps the messages of a session's documents to find the causes of their
// hits. It is not safe for concurrent use.
type Finder struct {
	tags   Tags
	byPage map[string]*document
	frames map[frame]*document // the newest document of each frame
	recent []*document         // the newest documents, the oldest first

	// memory for the options of a hit, which the next one uses again
	all, free, best []option
}

type frame struct{ target, frame string }

// document is a document with its messages: the pages that differ only in their
// address are one.
type document struct {
	frame    frame
	url      string
	parent   *document
	messages []*candidate
	last     map[account]int // index of the latest message that a vendor's account was sent
	dropped  int             // messages that were forgotten
}

// account is where a vendor's hits go.
type account struct{ vendor, id string }

// Bounds of how far back a cause is looked for.
const (
	// reach is by when hits have left that nothing holds back. Google Analytics waits
	// up to five seconds.
	reach = 10 * time.Second
	// longReach is for hits that wait for the visitor's consent.
	longReach = 10 * time.Minute
	// nearReach is how soon a hit follows its message if nothing but time connects them.
	nearReach = 2 * time.Second
	// slack is how much the clocks of a page and of its requests may differ.
	slack = 5 * time.Millisecond
	// maxMessages bounds the messages of a document that are remembered, and
	// maxDocuments the documents whose messages are.
	maxMessages  = 4096
	maxDocuments = 64
)

// New returns a Finder that asks tags about messages, at most once each, and only
// when a hit may have come from them. A nil Tags knows no container.
func New(tags Tags) *Finder {
	if tags == nil {
		tags = func(*datalayer.Push) ([]Tag, bool) { return nil, false }
	}
	return &Finder{tags: tags, byPage: map[string]*document{}, frames: map[frame]*document{}}
}

// Page takes in a page. Its messages and hits come after it.
func (f *Finder) Page(p *datalayer.Page) {
	key := frame{p.Target, p.Frame}
	doc := f.same(key, p)
	if doc == nil {
		doc = f.newDocument()
		doc.frame = key
		if p.Parent != "" {
			doc.parent = f.frames[frame{p.Target, p.Parent}]
		}
	}
	f.frames[key], f.byPage[p.ID], doc.url = doc, doc, p.URL
}

// same returns the document that a page continues: the one in its frame if only its
// URL changed, an earlier one if the browser restored it; nil if it is a new one.
func (f *Finder) same(at frame, p *datalayer.Page) *document {
	switch p.Cause {
	case datalayer.CauseHistory:
		return f.frames[at]
	case datalayer.CauseBFCache:
		for _, doc := range slices.Backward(f.recent) {
			if doc.frame == at && doc.url == p.URL && doc != f.frames[at] {
				return doc
			}
		}
	}
	return nil
}

// Message takes in a message. It has to be judged by then: the tags that it fired
// are asked for later.
func (f *Finder) Message(p *datalayer.Push) {
	doc := f.document(p.Page)
	if len(doc.messages) == maxMessages {
		doc.messages = append(doc.messages[:0], doc.messages[maxMessages/2:]...)
		doc.dropped += maxMessages / 2
	}
	doc.messages = append(doc.messages, &candidate{push: p, index: doc.dropped + len(doc.messages)})
}

// document returns the document of a page. A hit that names none, of a service worker
// say, is taken to be the newest document's.
func (f *Finder) document(page string) *document {
	doc := f.byPage[page]
	if page == "" && len(f.recent) > 0 {
		doc = f.recent[len(f.recent)-1]
	}
	if doc == nil { // a file may name a page that it does not have
		doc = f.newDocument()
		f.byPage[page] = doc
	}
	return doc
}

func (f *Finder) newDocument() *document {
	doc := &document{last: map[account]int{}}
	if f.recent = append(f.recent, doc); len(f.recent) > maxDocuments {
		f.recent[0].messages = nil
		f.recent = f.recent[1:]
	}
	return doc
}

// Of returns the message that a hit came from, with how sure that is; nil if that
// is not known.
//
// It is certain only if the hit left while a message was being pushed that can have
// sent it by its name, no other message can have, and the request carried nothing
// else. It is likely if exactly one message of that name is left without a hit, if
// the values agree, or the order in which the vendor sends decides. The rest is weak.
func (f *Finder) Of(hit *datalayer.Hit) *datalayer.HitCause {
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

// age returns how long before the hit a message was pushed, and whether that can be
// told: of messages from before the hook only the order is known.
func (h *hit) age(c *candidate) (age time.Duration, known bool) {
	return h.T - c.push.T, !c.push.Recovered
}

// before reports whether a message was pushed before the hit left, within a time.
func (h *hit) before(c *candidate, within time.Duration) bool {
	age, known := h.age(c)
	return !known || age >= -slack && age <= within
}
