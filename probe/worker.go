package probe

import (
	"net/url"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
)

// worker is a service worker. Some send hits for the pages of their site, and the
// browser does not tell the pages' sessions of those.
type worker struct {
	target  target.ID
	origin  string
	asked   bool     // to attach to it
	session *session // nil while it is not attached to
}

// discoverWorkers makes the browser tell of its service workers. They are attached
// to without halting them.
func discoverWorkers() command {
	return ask("", target.SetDiscoverTargets, target.SetDiscoverTargetsParams{
		Discover: true, Filter: target.Filter{{Type: "service_worker"}},
	})
}

// takeWorker follows service workers.
func (t *tracker) takeWorker(m *cdproto.Message) {
	switch string(m.Method) {
	case target.TargetCreated.Method:
		on(m, func(e *target.EventTargetCreated) { t.workerCreated(e.TargetInfo) })
	case target.TargetDestroyed.Method:
		on(m, func(e *target.EventTargetDestroyed) { delete(t.workers, e.TargetID) })
	}
	for _, w := range t.workers {
		if w.session != nil && w.session.id == m.SessionID {
			t.takeRequest(w.session, m)
		}
	}
}

func (t *tracker) workerCreated(info *target.Info) {
	if info == nil || info.Type != "service_worker" {
		return
	}
	t.workers[info.TargetID] = &worker{target: info.TargetID, origin: originOf(info.URL)}
	t.checkWorkers()
}

// workerAttached takes the session with a service worker.
func (t *tracker) workerAttached(e *target.EventAttachedToTarget) {
	w := t.workers[e.TargetInfo.TargetID]
	if w == nil {
		return
	}
	w.session = &session{id: e.SessionID, target: w.target, tab: t.tabOf(w.origin), isWorker: true}
	t.send(ask(e.SessionID, network.Enable, network.EnableParams{}))
}

// checkWorkers attaches to the service workers of the sites that the followed tabs
// show, and lets go of the others: one that is attached to never rests.
func (t *tracker) checkWorkers() {
	for _, w := range t.workers {
		tab := t.tabOf(w.origin)
		switch {
		case tab != nil && w.session != nil:
			w.session.tab = tab
		case tab != nil && !w.asked:
			w.asked = true
			t.send(ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: w.target, Flatten: new(true)}))
		case tab == nil && w.session != nil:
			t.send(ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: w.session.id}))
			w.session, w.asked = nil, false
		}
	}
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

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
