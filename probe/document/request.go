package document

import (
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe/hook"
)

// Request is a request that may carry hits, and its origin.
type Request struct {
	hits.Request
	Place   Place
	By      *Document // the document that made it, if the hook reported it and not the browser; or nil
	At      time.Duration
	Within  [][]datalayer.StackFrame // the stacks of pushes in progress when it was made
	Left    time.Time                // when it was reported
	Status  int                      // of the response; zero for none
	Error   string                   // why there is no response
	Blocked bool                     // by the page's policy
}

// maxFrameDepth is deeper than pages nest their frames.
const maxFrameDepth = 50

// NoteWorker makes the document of a worker that sent a request before it pushed
// anything, so that its hits are distinguished from those of the page.
func (l *Builder) NoteWorker(r *Request) {
	p := r.Place
	if p.Worker == "" || r.By != nil {
		return
	}
	doc := l.loaded[p.Loader]
	if doc == nil {
		doc = l.begin(hook.Batch{Page: &hook.Introduction{URL: p.Address}}, p, r.Left)
	}
	if doc.page.ID == "" {
		l.turn(doc, *doc.page, doc.cause, r.At)
	}
}

// Around returns the document that made a request and those that contain it, as far as
// they are known; nil if none is known yet.
func (l *Builder) Around(r *Request) []*Document {
	var documents []*Document
	p, doc := r.Place, r.By
	for range maxFrameDepth {
		if doc == nil {
			doc = l.loaded[p.Loader]
		}
		if doc != nil && doc.page.ID != "" {
			documents = append(documents, doc)
		}
		if p.Parent == "" {
			break
		}
		p = Place{Tab: p.Tab, Frame: p.Parent, Parent: p.Tab.Parents[p.Parent], Loader: p.Tab.Loaders[p.Parent]}
		doc = nil
	}
	if doc := r.Place.Tab.current["main"]; r.Place.Frame == "" && documents == nil && doc != nil && doc.page.ID != "" {
		return []*Document{doc} // a service worker's: its page is unknown
	}
	return documents
}

// Hits makes the entries of a request.
func (l *Builder) Hits(r *Request, documents []*Document) {
	first := len(l.entries)
	for _, hit := range l.Reader.Decode(r.Request) {
		hit.T, hit.Status, hit.Error = r.At, r.Status, r.Error
		if len(documents) > 0 {
			hit.Page = documents[0].pageAt(r.At)
		}
		for _, doc := range documents {
			if doc.Loader == r.Place.Loader { // the one that made the request
				hit.During = doc.pushes.during(r.At, hit.Event, r.Within)
			}
		}
		l.entries = append(l.entries, hit)
	}
	if len(documents) > 0 {
		l.precede(documents[len(documents)-1], first)
	}
}

// pageAt returns the ID of a document's page at a given time.
func (doc *Document) pageAt(at time.Duration) string {
	for _, page := range slices.Backward(doc.pages) {
		if page.T <= at {
			return page.ID
		}
	}
	return doc.pages[0].ID
}
