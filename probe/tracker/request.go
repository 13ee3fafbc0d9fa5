package tracker

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
	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// requests follows the requests that may carry hits, from sending until their outcome
// is known or the wait for it ends.
type requests struct {
	*shared
	scripts  *scripts
	open     []*request              // in the order in which they were sent
	byKey    map[requestKey]*request // those that the browser reported and that have no response yet
	noted    int                     // the number of them that hooks reported
	statuses map[requestKey]int      // of the latest responses, which may arrive first
}

// requestKey identifies a request; an ID alone is only unique within its session.
type requestKey struct {
	session target.SessionID
	request network.RequestID
}

// request is a request that may carry hits.
type request struct {
	requestKey
	document.Request
	worker   bool      // a service worker reported it
	due      time.Time // when its hits are recorded
	closed   bool      // its outcome is known
	answered time.Time // when that was
}

func newRequests(sh *shared, sc *scripts) *requests {
	return &requests{shared: sh, scripts: sc, byKey: map[requestKey]*request{}, statuses: map[requestKey]int{}}
}

// aMoment is how long after the response the hits of a request are recorded, because
// the messages that may have caused it arrive on another path.
const aMoment = 50 * time.Millisecond

// maxStatuses is the maximum number of response statuses kept.
const maxStatuses = 256

// takeRequest handles the events about requests.
func (q *requests) takeRequest(s *session, m *cdproto.Message) {
	switch string(m.Method) {
	case network.RequestWillBeSent.Method:
		protocol.On(m, func(e *network.EventRequestWillBeSent) {
			if e.Request != nil {
				if s.worker != datalayer.ServiceWorker {
					q.scripts.requested(s, e)
				}
				q.requested(s, e)
			}
		})
	case network.ResponseReceivedExtraInfo.Method:
		protocol.On(m, func(e *answer) { q.answer(requestKey{s.id, e.Request}, e.Status) })
	case network.ResponseReceived.Method:
		if len(q.byKey) > 0 {
			protocol.On(m, func(e *answer) { q.close(requestKey{s.id, e.Request}, e.Response.Status, "", q.now) })
		}
	case network.LoadingFinished.Method:
		protocol.On(m, func(e *network.EventLoadingFinished) { q.scripts.loaded(s, e.RequestID) })
	case network.LoadingFailed.Method:
		protocol.On(m, func(e *network.EventLoadingFailed) {
			key := requestKey{s.id, e.RequestID}
			delete(q.scripts.loading, key)
			q.close(key, q.statuses[key], failure(e), q.now)
		})
	}
}

// answer is the part of a response's metadata that is needed, without all its headers.
type answer struct {
	Request  network.RequestID    `json:"requestId"`
	Type     network.ResourceType `json:"type"`
	Status   int                  `json:"statusCode"`
	Response struct {
		Status int `json:"status"`
	} `json:"response"`
}

// answer records a status. If a page isn't allowed or able to read a response, this is
// its only event.
func (q *requests) answer(key requestKey, status int) {
	if len(q.statuses) >= maxStatuses {
		clear(q.statuses)
	}
	q.statuses[key] = status
}

// close records the outcome of a request.
func (q *requests) close(key requestKey, status int, err string, now time.Time) {
	if r := q.byKey[key]; r != nil {
		r.close(status, err, now)
		delete(q.byKey, key)
	}
}

// requested adds a request. The browser reports a redirected request again under the
// same key; the first event counts.
func (q *requests) requested(s *session, e *network.EventRequestWillBeSent) {
	key := requestKey{s.id, e.RequestID}
	if e.Type == network.ResourceTypePreflight || q.byKey[key] != nil || !q.builder.Reader.Concerns(requestOf(e)) {
		return
	}
	// A request that a page made and its service worker passed on is reported by both, in
	// any order. It belongs to the page.
	serviceWorker := s.worker == datalayer.ServiceWorker
	twin := func(r *request) bool { return r.worker != serviceWorker && r.By == nil && r.URL == e.Request.URL }
	if serviceWorker && slices.ContainsFunc(q.open, twin) {
		return
	}
	if !serviceWorker {
		q.open = slices.DeleteFunc(q.open, twin)
	}
	q.replace(s.tab.Tab, e.Request.URL)
	p := s.place(e.FrameID)
	p.Loader = e.LoaderID
	if s.worker != "" && !serviceWorker {
		p = s.workerPlace()
	}
	r := &request{
		requestKey: key, worker: serviceWorker, due: q.now.Add(q.Bounds.Answer),
		Request: document.Request{
			Request: requestOf(e), Place: p, Left: q.now,
			At: q.builder.Ours(time.UnixMicro(int64(e.WallTime.Float64() * 1e6))),
		},
	}
	if e.Initiator != nil {
		r.Within = pushedFrom(e.Initiator.Stack)
	}
	q.open = append(q.open, r)
	q.byKey[key] = r
	for _, part := range e.Request.PostDataEntries {
		r.Body = append(r.Body, part.Bytes...)
	}
	if e.Request.HasPostData && len(r.Body) == 0 { // it is long, or a Blob
		body := protocol.Ask(s.id, network.GetRequestPostData, network.GetRequestPostDataParams{RequestID: e.RequestID})
		body.Then = func(m *cdproto.Message) {
			protocol.OnResult(m, func(b *network.GetRequestPostDataResult) { r.Body = b.PostData })
		}
		q.Send(body)
	}
}

// requestOf returns a request as the browser reports it when it is sent, without its
// body.
func requestOf(e *network.EventRequestWillBeSent) hits.Request {
	return hits.Request{Method: e.Request.Method, URL: e.Request.URL, Type: e.Type.String()}
}

// replace removes the hook's record of a request that the browser reports as well, as
// it does when a tab is closed.
func (q *requests) replace(tab *document.Tab, address string) {
	if q.noted == 0 {
		return
	}
	q.open = slices.DeleteFunc(q.open, func(r *request) bool {
		twin := r.By != nil && r.Place.Tab == tab && r.URL == address
		if twin {
			q.noted--
		}
		return twin
	})
}

// takeNoted adds the requests that hooks reported. The outcome of a request made during
// unload is not reported.
func (q *requests) takeNoted() {
	for _, noted := range q.builder.Noted() {
		r := &request{Request: *noted}
		same := func(other *request) bool { return other.Place.Tab == r.Place.Tab && other.URL == r.URL }
		if !q.builder.Reader.Concerns(r.Request.Request) || slices.ContainsFunc(q.open, same) {
			continue
		}
		r.Left = q.now
		r.close(0, "", q.now)
		if r.Blocked {
			r.Error = blockedByPolicy
		}
		q.open = append(q.open, r)
		q.noted++
	}
}

// maxInitiator is the maximum number of frames examined in the stack of a request.
const maxInitiator = 64

// pushedFrom returns the stacks from which messages may have been in the process of
// being pushed when a request was made: every call on its stack may be one of push, and
// the frames around it are where that message came from. The innermost are first.
func pushedFrom(stack *runtime.StackTrace) [][]datalayer.StackFrame {
	if stack == nil {
		return nil
	}
	var frames []datalayer.StackFrame
	for _, f := range stack.CallFrames {
		if len(frames) == maxInitiator {
			break
		}
		if f.URL != hook.URL {
			frames = append(frames, datalayer.StackFrame{
				Func: f.FunctionName, URL: f.URL, Line: int(f.LineNumber) + 1, Col: int(f.ColumnNumber) + 1,
			})
		}
	}
	var within [][]datalayer.StackFrame
	for i := 1; i < len(frames); i++ {
		within = append(within, frames[i:min(len(frames), i+hook.MaxFrames)])
	}
	return within
}

// close records the outcome of a request: the status of its response, or why there is
// none.
func (r *request) close(status int, err string, now time.Time) {
	if r.Status = status; status == 0 {
		r.Error = err
	}
	r.closed, r.answered, r.due = true, now, now.Add(aMoment)
}

// failure describes why a request failed. A request that the page canceled, for example
// by unloading, may have arrived nevertheless.
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

// settle records the hits of the requests that are due at now, or of all if now is
// zero. Requests with responses at about the same time keep their order.
func (q *requests) settle(now time.Time) {
	wait := false
	q.open = slices.DeleteFunc(q.open, func(r *request) bool {
		if !now.IsZero() && (wait || now.Before(r.due)) {
			wait = wait || r.closed
			return false
		}
		q.builder.NoteWorker(&r.Request)
		documents := q.builder.Around(&r.Request)
		if documents == nil && !now.IsZero() && now.Before(r.Left.Add(q.Bounds.Answer)) {
			r.due = now.Add(aMoment) // its page has not sent anything yet
			return false
		}
		if !now.IsZero() && q.mayOweMessages(r, now) {
			r.due = now.Add(aMoment)
			wait = true
			return false
		}
		q.builder.Hits(&r.Request, documents)
		switch {
		case r.By != nil:
			q.noted--
		case q.byKey[r.requestKey] == r:
			delete(q.byKey, r.requestKey)
		}
		return true
	})
}

// mayOweMessages reports whether messages that a page pushed before the response to its
// request may still be in transit. A busy page sends them late, so its hook is checked:
// everything pushed before arrives before the check's answer.
func (q *requests) mayOweMessages(r *request, now time.Time) bool {
	s := q.sessions[r.session]
	if s == nil || !r.closed || r.By != nil || s.leaves || now.Sub(r.answered) >= q.Bounds.Answer {
		return false
	}
	for _, w := range s.worlds {
		if w.frame != r.Place.Frame || !w.hookStatus.confirmed.Before(r.answered) {
			continue
		}
		if w.hookStatus.asked.IsZero() {
			q.check(s, w)
		}
		return true
	}
	return false
}

// due returns when settle next has something to do.
func (q *requests) due() (time.Time, bool) {
	var due time.Time
	for i, r := range q.open {
		if i == 0 || r.due.Before(due) {
			due = r.due
		}
		if r.closed { // later ones wait for it
			break
		}
	}
	return due, len(q.open) > 0
}

// Ready returns the entries that are complete at now, or all of them if now is zero.
func (t *Tracker) Ready(now time.Time) []datalayer.Entry {
	t.requests.settle(now)
	return t.builder.Ready(now)
}
