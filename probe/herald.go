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

// heralds bring the hook to new pages in time.
//
// By way of its tab, as everything else is followed, a page without an opener is
// reached when its first navigation is on the way, and then the browser keeps
// commands back until the page has begun: its first scripts ran without the hook in
// about half of all cases (Chromium 148). A session with the page itself, which the
// browser attaches when it makes the page, takes them before. Such a session would
// see no prerendered pages and keep the browser from making any, so it goes as soon
// as the other is ready. One session with the browser cannot do both; the heralds
// have one of their own. A tab that the user opens may still begin before it takes the
// hook: the browser does not hold those back.
//
// Where two programs do this in one browser, each lets go pages that the other holds.
type heralds struct {
	root target.SessionID // with the browser
	at   map[target.SessionID]*herald
}

type herald struct {
	id      target.SessionID
	page    target.ID
	tab     *tab // nil until the page is reached by way of it
	worlds  map[runtime.ExecutionContextID]cdp.FrameID
	parents map[cdp.FrameID]cdp.FrameID
	loaders map[cdp.FrameID]cdp.LoaderID
	said    []saying // not yet handed on, because the tab is not known
}

// saying is what a hook said, and where.
type saying struct {
	batch batch
	place place // without its tab
	at    time.Time
}

// summonHeralds makes the browser attach to new pages directly, too.
func (t *tracker) summonHeralds() command {
	summon := ask("", target.AttachToBrowserTarget, cdp.Empty{})
	summon.then = func(m *cdproto.Message) {
		onResult(m, func(r *target.AttachToBrowserTargetResult) {
			t.heralds.root = r.SessionID
			t.send(autoAttach(r.SessionID, "page"))
		})
	}
	return summon
}

// announced takes a page that the browser attached to directly. A new one that will
// be followed gets a herald; all others are let go of at once.
func (t *tracker) announced(e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	h := &herald{
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
		t.dismiss(h)
		return
	}
	t.heralds.at[h.id] = h
	if !known {
		t.openings.await(h.page, func(opener *tab) {
			if opener == nil {
				t.dismiss(h)
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

// takeHerald follows a message to a herald.
func (t *tracker) takeHerald(h *herald, m *cdproto.Message) {
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		on(m, func(e *bindingCalled) {
			if e.Name != t.hook.Binding {
				return
			}
			var batches batchReader
			if b, err := batches.read(e.text()); err != nil {
				t.ledger.refuse(t.now)
			} else {
				frame := h.worlds[e.ExecutionContextID]
				if b.Page != nil && b.Page.Top {
					t.openings.claim(h.page, b.Page.URL)
				}
				h.said = append(h.said, saying{b, place{frame: frame, parent: h.parents[frame], loader: h.loaders[frame]}, t.now})
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

// reached hands on what the hook in a page said by way of a herald, once it is known
// of which tab the page is. It may have said so by the other way, too: what comes
// twice counts once.
func (t *tracker) reached(page target.ID, tab *tab) {
	for _, h := range t.heralds.at {
		if h.page != page || tab == nil {
			continue
		}
		h.tab = tab
		for _, s := range h.said {
			s.place.tab = tab
			if s.place.parent != "" {
				tab.parents[s.place.frame] = s.place.parent
			}
			t.ledger.take(s.batch, s.place, s.at)
		}
		h.said = nil
		t.overheard()
	}
}

// relieve sends away the herald of a page that has its hook by way of its tab.
func (t *tracker) relieve(page target.ID) {
	for _, h := range t.heralds.at {
		if h.page == page {
			t.dismiss(h)
		}
	}
}

func (t *tracker) dismiss(h *herald) {
	delete(t.heralds.at, h.id)
	t.send(ask(t.heralds.root, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: h.id}))
}
