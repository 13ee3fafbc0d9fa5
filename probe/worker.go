package probe

import (
	"net/url"
	"slices"
	"strings"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

// workerKinds are the types of target that run the page's scripts without a page, as
// entries name them. Worklets are not among them: no request leaves one, and no data
// layer can be in one that anybody reads.
var workerKinds = map[string]datalayer.Worker{
	"worker":         datalayer.DedicatedWorker,
	"shared_worker":  datalayer.SharedWorker,
	"service_worker": datalayer.ServiceWorker,
}

// workers are those of the followed tabs. A dedicated worker is attached to by way of
// what started it, and before its first script. Shared and service workers belong to a
// site and not to a page: the browser tells that there is one, and one of a site that a
// followed tab shows is attached to.
type workers struct {
	sites    map[target.ID]*siteWorker
	sessions map[target.SessionID]*session
}

// siteWorker is a shared or service worker that the browser reported.
type siteWorker struct {
	info    *target.Info
	origin  string
	asked   bool     // to attach to it
	session *session // nil while it is not attached to
}

func newWorkers() workers {
	return workers{sites: map[target.ID]*siteWorker{}, sessions: map[target.SessionID]*session{}}
}

// discoverWorkers makes the browser report its shared and service workers.
func discoverWorkers() command {
	return ask("", target.SetDiscoverTargets, target.SetDiscoverTargetsParams{
		Discover: true, Filter: target.Filter{{Type: "service_worker"}, {Type: "shared_worker"}},
	})
}

// takeWorker follows workers.
func (t *tracker) takeWorker(m *cdproto.Message) {
	switch string(m.Method) {
	case target.TargetCreated.Method:
		on(m, func(e *target.EventTargetCreated) { t.workerCreated(e.TargetInfo) })
		return
	case target.TargetDestroyed.Method:
		on(m, func(e *target.EventTargetDestroyed) { delete(t.workers.sites, e.TargetID) })
		return
	}
	s := t.workers.sessions[m.SessionID]
	if s == nil {
		return
	}
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		on(m, func(e *bindingCalled) {
			if e.Name == t.hook.Binding {
				t.hear(e.text(), s.workerPlace())
			}
		})
	case runtime.ExecutionContextCreated.Method:
		on(m, func(e *runtime.EventExecutionContextCreated) {
			s.worlds[e.Context.ID] = world{frame: s.frame, unique: e.Context.UniqueID, since: t.now, hookStatus: &hookStatus{}}
			t.checked = t.now.Add(-checkEvery) // see soon how the hook is doing
		})
	case runtime.ExecutionContextDestroyed.Method:
		on(m, s.contextDestroyed)
	default:
		t.takeRequest(s, m)
	}
}

func (t *tracker) workerCreated(info *target.Info) {
	if info == nil || workerKinds[info.Type] == "" || t.workers.sites[info.TargetID] != nil {
		return
	}
	t.workers.sites[info.TargetID] = &siteWorker{info: info, origin: originOf(info.URL)}
	t.checkWorkers()
}

// checkWorkers attaches to the shared and service workers of the sites that the
// followed tabs show, and detaches from the others: a service worker that is attached
// to never stops.
func (t *tracker) checkWorkers() {
	for _, w := range t.workers.sites {
		tab := t.tabOf(w.origin)
		switch {
		case tab != nil && w.session != nil:
			w.session.tab = tab
		case tab != nil && !w.asked:
			w.asked = true
			t.send(ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: w.info.TargetID, Flatten: new(true)}))
		case tab == nil && w.session != nil:
			t.send(t.evaluateAll(w.session, "leave()")...)
			t.send(ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: w.session.id}))
			delete(t.workers.sessions, w.session.id)
			w.session, w.asked = nil, false
		}
	}
}

// siteWorkerAttached takes the session with a shared or service worker.
func (t *tracker) siteWorkerAttached(e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	w := t.workers.sites[info.TargetID]
	if w == nil {
		w = &siteWorker{info: info, origin: originOf(info.URL)}
		t.workers.sites[info.TargetID] = w
	}
	tab := t.tabOf(w.origin)
	if open := t.openTabs(); tab == nil && t.follows(info) && len(open) > 0 { // all tabs are, and this is for one of them
		tab = open[len(open)-1]
	}
	if tab == nil || w.session != nil {
		t.letGo("", e)
		return
	}
	w.asked = true
	w.session = t.workerSession(tab, tab.mainFrame(), e)
	t.installInWorker(w.session)
}

// dedicatedWorkerAttached takes a worker that a page, a frame or another worker
// started. Of a page and the frames in its process nothing tells which of them did: the
// page counts.
func (t *tracker) dedicatedWorkerAttached(parent *session, e *target.EventAttachedToTarget) {
	within := parent.frame
	switch {
	case parent.worker == "" && parent.isPage:
		within = parent.tab.mainFrame()
	case parent.worker == "":
		within = cdp.FrameID(parent.target)
	}
	t.installInWorker(t.workerSession(parent.tab, within, e))
}

func (t *tracker) workerSession(tab *tab, within cdp.FrameID, e *target.EventAttachedToTarget) *session {
	s := &session{
		id: e.SessionID, target: e.TargetInfo.TargetID, tab: tab,
		worker: workerKinds[e.TargetInfo.Type], address: e.TargetInfo.URL,
		frame: cdp.FrameID(e.TargetInfo.TargetID), there: !e.WaitingForDebugger, since: t.now,
		worlds: map[runtime.ExecutionContextID]world{},
	}
	tab.parents[s.frame] = within
	t.workers.sessions[s.id] = s
	t.stirred = true
	return s
}

// installInWorker puts the hook into a worker, before its first script where it waits
// for that. A worker has no script to come, so the hook is run in what is there.
func (t *tracker) installInWorker(s *session) {
	t.send(
		ask(s.id, runtime.Enable, cdp.Empty{}),
		ask(s.id, runtime.AddBinding, runtime.AddBindingParams{Name: t.hook.Binding}),
		ask(s.id, runtime.Evaluate, runtime.EvaluateParams{Expression: t.hook.inWorker(s.address).script(), Silent: new(true)}),
		ask(s.id, network.Enable, network.EnableParams{}),
		autoAttachAll(s.id),
	)
	t.send(t.visit.prepare(s)...)
	t.send(ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}))
}

// letGo detaches from a target that a session was attached to and that is not
// followed, whatever its type: it must not wait for us.
func (t *tracker) letGo(parent target.SessionID, e *target.EventAttachedToTarget) {
	t.send(
		ask(e.SessionID, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		ask(parent, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: e.SessionID}),
	)
}

// workerDetached takes that a worker ended, or the session with it.
func (t *tracker) workerDetached(id target.SessionID) {
	s := t.workers.sessions[id]
	if s == nil {
		return
	}
	delete(t.workers.sessions, id)
	if w := t.workers.sites[s.target]; w != nil && w.session == s {
		w.session, w.asked = nil, false
	}
	t.stirred = true
}

// dropWorkers forgets the workers of the tabs that are followed no more. The session
// with one that a page started ends with the page's.
func (t *tracker) dropWorkers() {
	for _, w := range t.workers.sites {
		if w.session != nil {
			t.send(ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: w.session.id}))
		}
		w.session, w.asked = nil, false
	}
	clear(t.workers.sessions)
}

// workerPlace is where a worker's document is: a worker has one, which counts as a
// frame of its own within the frame that started it.
func (s *session) workerPlace() place {
	return place{
		tab: s.tab, frame: s.frame, parent: s.tab.parents[s.frame], loader: cdp.LoaderID(s.target),
		there: s.there, worker: s.worker, address: s.address,
	}
}

// mainFrame is the tab's main frame; empty while it is not known.
func (t *tab) mainFrame() cdp.FrameID {
	for id, f := range t.frames {
		if f.parent == "" {
			return id
		}
	}
	return ""
}

// otherAttached takes a target that is neither a page nor a frame nor a worker.
// Whatever it is, it must not wait for us. That of a type which this program does not
// know is kept in sight, to be named where it is asked what was not reached.
func (t *tracker) otherAttached(parent *session, e *target.EventAttachedToTarget) {
	if withoutLayers[e.TargetInfo.Type] || parent.tab == nil {
		t.letGo(parent.id, e)
		return
	}
	s := t.workerSession(parent.tab, "", e)
	s.unknown = e.TargetInfo.Type
	t.send(ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}))
}

// withoutLayers are the types of target in which no data layer can be that anybody
// reads, and from which no hit is sent: worklets, and parts of the browser itself.
var withoutLayers = map[string]bool{
	"worklet": true, "auction_worklet": true, "shared_storage_worklet": true,
	"browser": true, "browser_ui": true, "tab": true, "assistive_technology": true,
	"service_worker": true, "shared_worker": true, // these are attached to by way of the browser
}

// workersOf lists the workers of a tab, as they are now, in the order of their URLs.
func (t *tracker) workersOf(tab *tab) []datalayer.Frame {
	var sessions []*session
	for _, s := range t.workers.sessions {
		if s.tab == tab {
			sessions = append(sessions, s)
		}
	}
	slices.SortFunc(sessions, func(a, b *session) int { return strings.Compare(a.address+string(a.id), b.address+string(b.id)) })
	var frames []datalayer.Frame
	for _, s := range sessions {
		frames = append(frames, t.workerNow(s))
	}
	return frames
}

// workerNow says how the hook is doing in a worker.
func (t *tracker) workerNow(s *session) datalayer.Frame {
	now := datalayer.Frame{Target: s.tab.id, Depth: 1, URL: s.address, Worker: s.worker}
	overdue := t.now.Sub(s.since) > t.bounds.quiet
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

// tabOf returns the tab that shows something of an origin; of several the last.
func (t *tracker) tabOf(origin string) *tab {
	var found *tab
	for _, tab := range t.openTabs() {
		for _, f := range tab.frames {
			if originOf(f.url) == origin {
				found = tab
			}
		}
	}
	return found
}

// originOf is the origin of a URL, also of a blob's.
func originOf(address string) string {
	u, err := url.Parse(strings.TrimPrefix(address, "blob:"))
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
