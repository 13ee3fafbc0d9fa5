package probe

import (
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// earlySessions are sessions with new pages that bring the hook to them in time.
//
// By way of its tab, as everything else is followed, a page without an opener is
// reached when its first navigation is on the way, and then the browser keeps
// commands back until the page has begun: its first scripts ran without the hook in
// about half of all cases (Chromium 148). A session with the page itself, which the
// browser attaches when it makes the page, takes them before. Such a session would
// see no prerendered pages and keep the browser from making any, so it goes as soon
// as the other is ready. One session with the browser cannot do both; early sessions
// are attached by one of their own. A tab that the user opens may still begin before
// it takes the hook: the browser does not hold those back.
//
// Where two programs do this in one browser, each lets go pages that the other holds.
type earlySessions struct {
	root target.SessionID // with the browser
	at   map[target.SessionID]*earlySession
}

type earlySession struct {
	id      target.SessionID
	page    target.ID
	tab     *tab // nil until the page is reached by way of it
	worlds  map[runtime.ExecutionContextID]cdp.FrameID
	parents map[cdp.FrameID]cdp.FrameID
	loaders map[cdp.FrameID]cdp.LoaderID
	batches []earlyBatch // not yet handed on, because the tab is not known
}

// earlyBatch is a batch that a hook sent through an early session.
type earlyBatch struct {
	batch batch
	place place // without its tab
	at    time.Time
}

// attachEarly makes the browser attach to new pages directly, too.
func (t *tracker) attachEarly() command {
	summon := ask("", target.AttachToBrowserTarget, cdp.Empty{})
	summon.then = func(m *cdproto.Message) {
		onResult(m, func(r *target.AttachToBrowserTargetResult) {
			t.earlySessions.root = r.SessionID
			t.send(autoAttach(r.SessionID, "page"))
		})
	}
	return summon
}

// attachedEarly takes a page that the browser attached to directly. A new one that will
// be followed keeps its early session; all others are detached at once.
func (t *tracker) attachedEarly(e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	h := &earlySession{
		id: e.SessionID, page: info.TargetID,
		worlds:  map[runtime.ExecutionContextID]cdp.FrameID{},
		parents: map[cdp.FrameID]cdp.FrameID{}, loaders: map[cdp.FrameID]cdp.LoaderID{},
	}
	resume := ask(h.id, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	followed, known := t.follows(info), true
	if e.WaitingForDebugger && info.Subtype == "" {
		opener, certain := t.whoOpened(info)
		known = followed || certain
		followed = followed || opener != nil
	}
	if !e.WaitingForDebugger || known && !followed || info.Subtype != "" { // of a subtype are prerendered ones
		t.send(resume)
		t.detachEarly(h)
		return
	}
	t.earlySessions.at[h.id] = h
	if !known {
		t.openings.await(h.page, func(opener *tab) {
			if opener == nil {
				t.detachEarly(h)
			}
		})
	}
	t.send(
		ask(h.id, page.Enable, page.EnableParams{}),
		ask(h.id, runtime.Enable, cdp.Empty{}),
		ask(h.id, runtime.AddBinding, runtime.AddBindingParams{Name: t.hook.Binding}),
		t.putHook(h.id),
		resume,
	)
	t.reached(h.page, t.tabs[h.page])
}

// takeEarly handles a message of an early session.
func (t *tracker) takeEarly(h *earlySession, m *cdproto.Message) {
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		on(m, func(e *bindingCalled) {
			if e.Name != t.hook.Binding {
				return
			}
			var batches batchReader
			if b, err := batches.read(e.text()); err != nil {
				t.builder.refuse(t.now)
			} else {
				frame := h.worlds[e.ExecutionContextID]
				if b.Page != nil && b.Page.Top {
					t.openings.claim(h.page, b.Page.URL)
				}
				h.batches = append(h.batches, earlyBatch{b, place{frame: frame, parent: h.parents[frame], loader: h.loaders[frame]}, t.now})
				t.reached(h.page, h.tab)
			}
		})
	case runtime.ExecutionContextCreated.Method:
		on(m, func(e *runtime.EventExecutionContextCreated) {
			if frame, ok := frameIn(e.Context); ok {
				h.worlds[e.Context.ID] = frame
			}
		})
	case page.FrameStartedNavigating.Method:
		on(m, func(e *page.EventFrameStartedNavigating) {
			if target.ID(e.FrameID) == h.page {
				t.openings.startsAt(h.page, e.URL)
			}
		})
	case page.FrameAttached.Method:
		on(m, func(e *page.EventFrameAttached) { h.parents[e.FrameID] = e.ParentFrameID })
	case page.FrameNavigated.Method:
		on(m, func(e *page.EventFrameNavigated) {
			if e.Frame != nil {
				h.loaders[e.Frame.ID] = e.Frame.LoaderID
				if target.ID(e.Frame.ID) == h.page {
					t.openings.claim(h.page, e.Frame.URL+e.Frame.URLFragment)
				}
			}
		})
	}
}

// frameIn returns the frame in whose page's own world a context is.
func frameIn(c *runtime.ExecutionContextDescription) (cdp.FrameID, bool) {
	var aux struct {
		Frame   cdp.FrameID `json:"frameId"`
		Default bool        `json:"isDefault"`
	}
	err := jsonv2.Unmarshal(c.AuxData, &aux, chromedp.DefaultUnmarshalOptions)
	return aux.Frame, err == nil && aux.Default
}

// reached hands on what the hook in a page sent through an early session, once it is
// known of which tab the page is. It may have sent it the other way, too: what comes
// twice counts once.
func (t *tracker) reached(page target.ID, tab *tab) {
	for _, h := range t.earlySessions.at {
		if h.page != page || tab == nil {
			continue
		}
		h.tab = tab
		for _, s := range h.batches {
			s.place.tab = tab
			if s.place.parent != "" {
				tab.parents[s.place.frame] = s.place.parent
			}
			t.builder.take(s.batch, s.place, s.at)
		}
		h.batches = nil
		t.takeNoted()
	}
}

// replaceEarly detaches the early session of a page that has its hook by way of its tab.
func (t *tracker) replaceEarly(page target.ID) {
	for _, h := range t.earlySessions.at {
		if h.page == page {
			t.detachEarly(h)
		}
	}
}

func (t *tracker) detachEarly(h *earlySession) {
	delete(t.earlySessions.at, h.id)
	t.send(ask(t.earlySessions.root, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: h.id}))
}
