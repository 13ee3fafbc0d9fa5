package tracker

import (
	"slices"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/document"
	"layertap/probe/protocol"
)

// workerKinds are the target types that run the page's scripts without a page, with
// their names in entries. Worklets are omitted: they can't send requests, and nothing
// reads a data layer in them.
var workerKinds = map[string]datalayer.Worker{
	"worker":         datalayer.DedicatedWorker,
	"shared_worker":  datalayer.SharedWorker,
	"service_worker": datalayer.ServiceWorker,
}

// workers are those of the followed tabs. A dedicated worker is attached to through its
// creator, before its first script. Shared and service workers belong to a site, not to
// a page: the browser reports their existence, and those of sites that a followed tab
// shows are attached to.
type workers struct {
	*shared
	requests *requests
	sites    map[target.ID]*siteWorker
}

// siteWorker is a shared or service worker that the browser reported.
type siteWorker struct {
	info    *target.Info
	origin  string
	asked   bool     // the command to attach was sent
	session *session // nil while it is not attached to
}

func newWorkers(sh *shared, q *requests) workers {
	return workers{shared: sh, requests: q, sites: map[target.ID]*siteWorker{}}
}

// discoverWorkers makes the browser report its shared and service workers.
func discoverWorkers() protocol.Command {
	return protocol.Ask("", target.SetDiscoverTargets, target.SetDiscoverTargetsParams{
		Discover: true, Filter: target.Filter{{Type: "service_worker"}, {Type: "shared_worker"}},
	})
}

// take handles the events about workers.
func (ws *workers) take(m *cdproto.Message) {
	switch string(m.Method) {
	case target.TargetCreated.Method:
		protocol.On(m, func(e *target.EventTargetCreated) { ws.created(e.TargetInfo) })
		return
	case target.TargetDestroyed.Method:
		protocol.On(m, func(e *target.EventTargetDestroyed) { delete(ws.sites, e.TargetID) })
		return
	}
	s := ws.ofWorkers[m.SessionID]
	if s == nil {
		return
	}
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		protocol.On(m, func(e *bindingCalled) {
			if e.Name == ws.Hook.Binding {
				ws.receive(e.text(), s.workerPlace())
			}
		})
	case runtime.ExecutionContextCreated.Method:
		protocol.On(m, func(e *runtime.EventExecutionContextCreated) {
			s.worlds[e.Context.ID] = world{frame: s.frame, unique: e.Context.UniqueID, since: ws.now, hookStatus: &hookStatus{}}
			ws.checked = ws.now.Add(-bounds.CheckEvery) // check the hook soon
		})
	case runtime.ExecutionContextDestroyed.Method:
		protocol.On(m, s.contextDestroyed)
	default:
		ws.requests.takeRequest(s, m)
	}
}

func (ws *workers) created(info *target.Info) {
	if info == nil || workerKinds[info.Type] == "" || ws.sites[info.TargetID] != nil {
		return
	}
	ws.sites[info.TargetID] = &siteWorker{info: info, origin: originOf(info.URL)}
	ws.checkSites()
}

// checkSites attaches to the shared and service workers of the sites that the followed
// tabs show, and detaches from the others, because a service worker never stops while
// it is attached to.
func (ws *workers) checkSites() {
	for _, w := range ws.sites {
		tab := ws.tabOf(w.origin)
		switch {
		case tab != nil && w.session != nil:
			w.session.tab = tab
		case tab != nil && !w.asked:
			w.asked = true
			ws.Send(protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: w.info.TargetID, Flatten: new(true)}))
		case tab == nil && w.session != nil:
			ws.Send(ws.evaluateAll(w.session, "leave()")...)
			ws.Send(protocol.Ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: w.session.id}))
			delete(ws.ofWorkers, w.session.id)
			w.session, w.asked = nil, false
		}
	}
}

// siteWorkerAttached handles the session with a shared or service worker.
func (ws *workers) siteWorkerAttached(e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	w := ws.sites[info.TargetID]
	if w == nil {
		w = &siteWorker{info: info, origin: originOf(info.URL)}
		ws.sites[info.TargetID] = w
	}
	tab := ws.tabOf(w.origin)
	if open := ws.openTabs(); tab == nil && ws.Follows(info) && len(open) > 0 { // all tabs are followed, and this is for one of them
		tab = open[len(open)-1]
	}
	if tab == nil || w.session != nil {
		ws.release("", e)
		return
	}
	w.asked = true
	w.session = ws.session(tab, tab.mainFrame(), e)
	ws.install(w.session)
}

// dedicatedWorkerAttached handles a worker that a page, a frame or another worker
// started. The page counts as the creator, because the browser doesn't report whether
// it or one of the frames in its process started the worker.
func (ws *workers) dedicatedWorkerAttached(parent *session, e *target.EventAttachedToTarget) {
	within := parent.frame
	switch {
	case parent.worker == "" && parent.isPage:
		within = parent.tab.mainFrame()
	case parent.worker == "":
		within = cdp.FrameID(parent.target)
	}
	ws.install(ws.session(parent.tab, within, e))
}

func (ws *workers) session(tab *tab, within cdp.FrameID, e *target.EventAttachedToTarget) *session {
	s := &session{
		id: e.SessionID, target: e.TargetInfo.TargetID, tab: tab,
		worker: workerKinds[e.TargetInfo.Type], address: e.TargetInfo.URL,
		frame: cdp.FrameID(e.TargetInfo.TargetID), there: !e.WaitingForDebugger, since: ws.now,
		worlds: map[runtime.ExecutionContextID]world{},
	}
	tab.Parents[s.frame] = within
	ws.ofWorkers[s.id] = s
	ws.stirred = true
	return s
}

// install installs the hook in a worker, before its first script if the worker is
// halted. No other script will be loaded into a worker, so the hook is evaluated there.
func (ws *workers) install(s *session) {
	ws.Send(
		protocol.Ask(s.id, runtime.Enable, cdp.Empty{}),
		protocol.Ask(s.id, runtime.AddBinding, runtime.AddBindingParams{Name: ws.Hook.Binding}),
		protocol.Ask(s.id, runtime.Evaluate, runtime.EvaluateParams{Expression: ws.Hook.InWorker(s.address).Script(), Silent: new(true)}),
		protocol.Ask(s.id, network.Enable, network.EnableParams{}),
		autoAttachAll(s.id),
	)
	ws.Send(ws.visit.Prepare(s.id, s.isPage, s.tab.opened)...)
	ws.Send(protocol.Ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}))
}

// release resumes and detaches from a target that a session was attached to and that is
// not followed, of any type: it must not stay halted.
func (ws *workers) release(parent target.SessionID, e *target.EventAttachedToTarget) {
	ws.Send(
		protocol.Ask(e.SessionID, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		protocol.Ask(parent, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: e.SessionID}),
	)
}

// detached handles the end of a worker or of its session.
func (ws *workers) detached(id target.SessionID) {
	s := ws.ofWorkers[id]
	if s == nil {
		return
	}
	delete(ws.ofWorkers, id)
	if w := ws.sites[s.target]; w != nil && w.session == s {
		w.session, w.asked = nil, false
	}
	ws.stirred = true
}

// drop removes the workers of tabs that are no longer followed. A dedicated worker's
// session ends with that of its page.
func (ws *workers) drop() {
	for _, w := range ws.sites {
		if w.session != nil {
			ws.Send(protocol.Ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: w.session.id}))
		}
		w.session, w.asked = nil, false
	}
	clear(ws.ofWorkers)
}

// workerPlace returns the place of a worker's document. A worker has one, which counts
// as its own frame inside the frame that started it.
func (s *session) workerPlace() document.Place {
	return document.Place{
		Tab: s.tab.Tab, Frame: s.frame, Parent: s.tab.Parents[s.frame], Loader: cdp.LoaderID(s.target),
		There: s.there, Worker: s.worker, Address: s.address,
	}
}

// mainFrame returns the tab's main frame; empty while it is unknown.
func (t *tab) mainFrame() cdp.FrameID {
	for id, f := range t.frames {
		if f.parent == "" {
			return id
		}
	}
	return ""
}

// otherAttached handles a target that is neither a page nor a frame nor a worker. It
// must not stay halted. Targets of an unsupported type are kept, to be listed as not
// reached.
func (ws *workers) otherAttached(parent *session, e *target.EventAttachedToTarget) {
	if withoutLayers[e.TargetInfo.Type] || parent.tab == nil {
		ws.release(parent.id, e)
		return
	}
	s := ws.session(parent.tab, "", e)
	s.unknown = e.TargetInfo.Type
	ws.Send(protocol.Ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}))
}

// withoutLayers are the target types that can't have a data layer that anything reads,
// and that send no hits: worklets and parts of the browser itself.
var withoutLayers = map[string]bool{
	"worklet": true, "auction_worklet": true, "shared_storage_worklet": true,
	"browser": true, "browser_ui": true, "tab": true, "assistive_technology": true,
	"service_worker": true, "shared_worker": true, // these are attached to through the browser
}

// of lists the current workers of a tab in the order of their URLs.
func (ws *workers) of(tab *tab) []datalayer.Frame {
	var sessions []*session
	for _, s := range ws.ofWorkers {
		if s.tab == tab {
			sessions = append(sessions, s)
		}
	}
	slices.SortFunc(sessions, func(a, b *session) int { return strings.Compare(a.address+string(a.id), b.address+string(b.id)) })
	var frames []datalayer.Frame
	for _, s := range sessions {
		frames = append(frames, ws.standing(s))
	}
	return frames
}

// standing returns the state of a worker.
func (ws *workers) standing(s *session) datalayer.Frame {
	now := datalayer.Frame{Target: s.tab.ID, Depth: 1, URL: s.address, Worker: s.worker}
	overdue := ws.now.Sub(s.since) > ws.Bounds.Quiet
	var p *hookStatus
	for _, w := range s.worlds {
		p = w.hookStatus
	}
	switch {
	case s.unknown != "":
		now.Remark = "layertap doesn't know targets of the type " + s.unknown + ", so it isn't recorded"
	case p == nil && !overdue || p != nil && p.answered.IsZero() && !overdue:
	case p == nil:
		now.Remark = "scripts are disabled in it"
	case p.answered.IsZero():
		now.Silent = s.since
	case p.answer == nil:
		now.Remark = "the hook did not start in it"
	default:
		hooked(&now, p)
	}
	return now
}
