package probe

import (
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/hits"
)

// requests follows the requests that may carry hits, from their leaving until it is
// known what became of them, or nobody waits any longer.
type requests struct {
	open     []*request              // in the order in which they left
	byKey    map[requestKey]*request // those of them that the browser reported and that have no answer
	noted    int                     // how many of them hooks noted
	statuses map[requestKey]int      // of the latest answers, which may come first
}

// requestKey names a request; its ID is unique to its session only.
type requestKey struct {
	session target.SessionID
	request network.RequestID
}

// request is one that may carry hits.
type request struct {
	requestKey
	hits.Request
	place    place
	worker   bool      // a service worker announced it
	by       *document // what made it, where the hook reported it and not the browser; or nil
	at       time.Duration
	within   [][]datalayer.StackFrame // from where messages were being pushed when it was made
	left     time.Time                // when it was reported
	due      time.Time                // when its hits are handed on
	status   int
	err      string
	closed   bool      // what became of it is known
	answered time.Time // when that was
	// blocked says that the page's policy forbade it.
	blocked bool
}

// The hits of a request are handed on a moment after its answer, because the
// messages that it may have come from go another way.
const aMoment = 50 * time.Millisecond

// maxStatuses bounds the answers that are remembered.
const maxStatuses = 256

// takeRequest follows requests.
func (t *tracker) takeRequest(s *session, m *cdproto.Message) {
	switch string(m.Method) {
	case network.RequestWillBeSent.Method:
		on(m, func(e *network.EventRequestWillBeSent) {
			if e.Request != nil {
				if s.worker != datalayer.ServiceWorker {
					t.scriptRequested(s, e)
				}
				t.requested(s, e)
			}
		})
	case network.ResponseReceivedExtraInfo.Method:
		on(m, func(e *answer) { t.requests.answered(requestKey{s.id, e.Request}, e.Status) })
	case network.ResponseReceived.Method:
		if len(t.requests.byKey) > 0 {
			on(m, func(e *answer) { t.requests.close(requestKey{s.id, e.Request}, e.Response.Status, "", t.now) })
		}
	case network.LoadingFinished.Method:
		on(m, func(e *network.EventLoadingFinished) { t.scriptLoaded(s, e.RequestID) })
	case network.LoadingFailed.Method:
		on(m, func(e *network.EventLoadingFailed) {
			key := requestKey{s.id, e.RequestID}
			delete(t.scripts.loading, key)
			t.requests.close(key, t.requests.statuses[key], failure(e), t.now)
		})
	}
}

// answer is what counts of an answer's head; the whole has all its headers.
type answer struct {
	Request  network.RequestID    `json:"requestId"`
	Type     network.ResourceType `json:"type"`
	Status   int                  `json:"statusCode"`
	Response struct {
		Status int `json:"status"`
	} `json:"response"`
}

// answered notes a status. Where a page may not read an answer, or cannot, this is
// the only word of it.
func (q *requests) answered(key requestKey, status int) {
	if len(q.statuses) >= maxStatuses {
		clear(q.statuses)
	}
	q.statuses[key] = status
}

// close notes what became of a request.
func (q *requests) close(key requestKey, status int, err string, now time.Time) {
	if r := q.byKey[key]; r != nil {
		r.close(status, err, now)
		delete(q.byKey, key)
	}
}

// requested takes a request. One that is redirected is announced again under the
// same key: it counts where it left.
func (t *tracker) requested(s *session, e *network.EventRequestWillBeSent) {
	key := requestKey{s.id, e.RequestID}
	if e.Type == network.ResourceTypePreflight || t.requests.byKey[key] != nil || !t.builder.reader.Concerns(requestOf(e)) {
		return
	}
	// A request that a page made and its worker lets pass is announced by both, in any
	// order: it is the page's.
	serviceWorker := s.worker == datalayer.ServiceWorker
	twin := func(r *request) bool { return r.worker != serviceWorker && r.by == nil && r.URL == e.Request.URL }
	if serviceWorker && slices.ContainsFunc(t.requests.open, twin) {
		return
	}
	if !serviceWorker {
		t.requests.open = slices.DeleteFunc(t.requests.open, twin)
	}
	t.requests.replace(s.tab, e.Request.URL)
	p := s.place(e.FrameID)
	p.loader = e.LoaderID
	if s.worker != "" && !serviceWorker {
		p = s.workerPlace()
	}
	r := &request{
		requestKey: key, place: p, worker: serviceWorker, left: t.now, due: t.now.Add(t.bounds.answer),
		Request: requestOf(e),
		at:      t.builder.ours(time.UnixMicro(int64(e.WallTime.Float64() * 1e6))),
	}
	if e.Initiator != nil {
		r.within = pushedFrom(e.Initiator.Stack)
	}
	t.requests.open = append(t.requests.open, r)
	t.requests.byKey[key] = r
	for _, part := range e.Request.PostDataEntries {
		r.Body = append(r.Body, part.Bytes...)
	}
	if e.Request.HasPostData && len(r.Body) == 0 { // it is long, or a Blob
		body := ask(s.id, network.GetRequestPostData, network.GetRequestPostDataParams{RequestID: e.RequestID})
		body.then = func(m *cdproto.Message) {
			onResult(m, func(b *network.GetRequestPostDataResult) { r.Body = b.PostData })
		}
		t.send(body)
	}
}

// requestOf returns a request as far as the browser tells when it leaves, without its body.
func requestOf(e *network.EventRequestWillBeSent) hits.Request {
	return hits.Request{Method: e.Request.Method, URL: e.Request.URL, Type: e.Type.String()}
}

// replace takes out what a hook noted of a request that the browser reports as
// well, as it does when a tab is closed.
func (q *requests) replace(tab *tab, address string) {
	if q.noted == 0 {
		return
	}
	q.open = slices.DeleteFunc(q.open, func(r *request) bool {
		twin := r.by != nil && r.place.tab == tab && r.URL == address
		if twin {
			q.noted--
		}
		return twin
	})
}

// takeNoted takes the requests that hooks noted. What becomes of one that was made
// while its page unloads is not reported.
func (t *tracker) takeNoted() {
	for _, r := range t.builder.noted {
		told := func(other *request) bool { return other.place.tab == r.place.tab && other.URL == r.URL }
		if !t.builder.reader.Concerns(r.Request) || slices.ContainsFunc(t.requests.open, told) {
			continue
		}
		r.left = t.now
		r.close(0, "", t.now)
		if r.blocked {
			r.err = blockedByPolicy
		}
		t.requests.open = append(t.requests.open, r)
		t.requests.noted++
	}
	t.builder.noted = nil
}

// maxInitiator is how many frames of the stack that made a request are looked at.
const maxInitiator = 64

// pushedFrom returns the stacks from which messages may have been being pushed when a
// request was made: every call on its stack may be one of push, and the frames around
// it are where that message came from. The innermost are first.
func pushedFrom(stack *runtime.StackTrace) [][]datalayer.StackFrame {
	if stack == nil {
		return nil
	}
	var frames []datalayer.StackFrame
	for _, f := range stack.CallFrames {
		if len(frames) == maxInitiator {
			break
		}
		if f.URL != hookURL {
			frames = append(frames, datalayer.StackFrame{
				Func: f.FunctionName, URL: f.URL, Line: int(f.LineNumber) + 1, Col: int(f.ColumnNumber) + 1,
			})
		}
	}
	var within [][]datalayer.StackFrame
	for i := 1; i < len(frames); i++ {
		within = append(within, frames[i:min(len(frames), i+maxFrames)])
	}
	return within
}

// close notes what became of a request: the status of its answer, or why there is
// none.
func (r *request) close(status int, err string, now time.Time) {
	if r.status = status; status == 0 {
		r.err = err
	}
	r.closed, r.answered, r.due = true, now, now.Add(aMoment)
}

// failure says in words why a request failed. One that the page gave up, as when it
// is left, may have arrived all the same.
func failure(e *network.EventLoadingFailed) string {
	switch {
	case e.BlockedReason == network.BlockedReasonCsp:
		return blockedByPolicy
	case e.BlockedReason == network.BlockedReasonMixedContent:
		return "blocked as mixed content"
	case e.BlockedReason == network.BlockedReasonInspector:
		return "blocked by client"
	case e.CorsErrorStatus != nil:
		return "blocked by CORS: the server does not allow it"
	case e.Canceled:
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(e.ErrorText, "net::ERR_"), "_", " "))
}

const blockedByPolicy = "blocked by the page's content security policy"

// settle hands on the hits of the requests that are due at now; at the zero time,
// of all. Requests that are answered at about the same time keep their order.
func (t *tracker) settle(now time.Time) {
	wait := false
	t.requests.open = slices.DeleteFunc(t.requests.open, func(r *request) bool {
		if !now.IsZero() && (wait || now.Before(r.due)) {
			wait = wait || r.closed
			return false
		}
		t.builder.noteWorker(r)
		documents := t.builder.around(r)
		if documents == nil && !now.IsZero() && now.Before(r.left.Add(t.bounds.answer)) {
			r.due = now.Add(aMoment) // its page has not said anything yet
			return false
		}
		if !now.IsZero() && t.mayOweMessages(r, now) {
			r.due = now.Add(aMoment)
			wait = true
			return false
		}
		t.builder.hits(r, documents)
		switch {
		case r.by != nil:
			t.requests.noted--
		case t.requests.byKey[r.requestKey] == r:
			delete(t.requests.byKey, r.requestKey)
		}
		return true
	})
}

// mayOweMessages reports whether messages that a page pushed before a request of it was
// answered may still be on their way. A page that is busy sends them late, so its hook is
// asked: before its answer comes all that was pushed.
func (t *tracker) mayOweMessages(r *request, now time.Time) bool {
	s := t.sessions[r.session]
	if s == nil || !r.closed || r.by != nil || s.leaves || now.Sub(r.answered) >= t.bounds.answer {
		return false
	}
	for _, w := range s.worlds {
		if w.frame != r.place.frame || !w.hookStatus.confirmed.Before(r.answered) {
			continue
		}
		if w.hookStatus.asked.IsZero() {
			t.check(s, w)
		}
		return true
	}
	return false
}

// due is when settle has something to do.
func (q *requests) due() (time.Time, bool) {
	var due time.Time
	for i, r := range q.open {
		if i == 0 || r.due.Before(due) {
			due = r.due
		}
		if r.closed { // those after it wait for it
			break
		}
	}
	return due, len(q.open) > 0
}

// ready returns the entries that can be handed on at now; at the zero time, all.
func (t *tracker) ready(now time.Time) []datalayer.Entry {
	t.settle(now)
	return t.builder.ready(now)
}

// noteWorker makes the document of a worker that sent a request before it pushed
// anything, so that its hits are told from those of the page around it.
func (l *builder) noteWorker(r *request) {
	p := r.place
	if p.worker == "" || r.by != nil {
		return
	}
	doc := l.loaded[p.loader]
	if doc == nil {
		doc = l.begin(batch{Page: &introduction{URL: p.address}}, p, r.left)
	}
	if doc.page.ID == "" {
		l.turn(doc, *doc.page, doc.cause, r.at)
	}
}

// around returns the document that made a request, and those around it, as far as
// they are known; nil where nothing is yet.
func (l *builder) around(r *request) []*document {
	var documents []*document
	p, doc := r.place, r.by
	for range maxFrameDepth {
		if doc == nil {
			doc = l.loaded[p.loader]
		}
		if doc != nil && doc.page.ID != "" {
			documents = append(documents, doc)
		}
		if p.parent == "" {
			break
		}
		p = place{tab: p.tab, frame: p.parent, parent: p.tab.parents[p.parent], loader: p.tab.loaders[p.parent]}
		doc = nil
	}
	if doc := r.place.tab.current["main"]; r.place.frame == "" && documents == nil && doc != nil && doc.page.ID != "" {
		return []*document{doc} // a service worker's: its page is not told
	}
	return documents
}

// hits makes the entries of a request.
func (l *builder) hits(r *request, documents []*document) {
	first := len(l.entries)
	for _, hit := range l.reader.Decode(r.Request) {
		hit.T, hit.Status, hit.Error = r.at, r.status, r.err
		if len(documents) > 0 {
			hit.Page = documents[0].pageAt(r.at)
		}
		for _, doc := range documents {
			if doc.loader == r.place.loader { // the one that made the request
				hit.During = doc.pushes.during(r.at, hit.Event, r.within)
			}
		}
		l.entries = append(l.entries, hit)
	}
	if len(documents) > 0 {
		l.precede(documents[len(documents)-1], first)
	}
}

// pageAt returns the ID of the page that a document was at a time.
func (doc *document) pageAt(at time.Duration) string {
	for _, page := range slices.Backward(doc.pages) {
		if page.T <= at {
			return page.ID
		}
	}
	return doc.pages[0].ID
}
