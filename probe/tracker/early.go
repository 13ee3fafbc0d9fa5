package tracker

import (
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// earlySessions are sessions with new pages that install the hook in time.
//
// Everything else is followed through tabs. Through its tab, a page without an opener
// is reached when its first navigation has started, and the browser then delays
// commands until the page has begun: its first scripts ran without the hook in about
// half of all cases (Chromium 148). A session with the page itself, which the browser
// attaches when it creates the page, accepts commands before. Such a session would not
// see prerendered pages and keep the browser from creating any, so it is detached as
// soon as the other one is ready. One session with the browser cannot do both, so early
// sessions are attached through a second one. A tab that the user opens may still begin
// before it has the hook: the browser does not pause those.
//
// If two programs do this in one browser, each resumes pages that the other has paused.
type earlySessions struct {
	*shared
	openings *openings
	root     target.SessionID // the session with the browser
	at       map[target.SessionID]*earlySession
}

func newEarlySessions(sh *shared, o *openings) earlySessions {
	return earlySessions{shared: sh, openings: o, at: map[target.SessionID]*earlySession{}}
}

// reset clears the state of a connection.
func (early *earlySessions) reset() {
	early.root = ""
	clear(early.at)
}

type earlySession struct {
	id      target.SessionID
	page    target.ID
	tab     *tab // nil until the page is reached through it
	worlds  map[runtime.ExecutionContextID]cdp.FrameID
	parents map[cdp.FrameID]cdp.FrameID
	loaders map[cdp.FrameID]cdp.LoaderID
	batches []earlyBatch // kept until the tab is known
}

// earlyBatch is a batch that a hook sent through an early session.
type earlyBatch struct {
	batch hook.Batch
	place document.Place // without its tab
	at    time.Time
}

// attach returns the command that makes the browser attach to new pages directly, too.
func (early *earlySessions) attach() protocol.Command {
	attach := protocol.Ask("", target.AttachToBrowserTarget, cdp.Empty{})
	attach.Then = func(m *cdproto.Message) {
		protocol.OnResult(m, func(r *target.AttachToBrowserTargetResult) {
			early.root = r.SessionID
			early.Send(autoAttach(r.SessionID, "page"))
		})
	}
	return attach
}

// attached handles a page that the browser attached to directly. A new page that will
// be followed keeps its early session; all others are detached at once.
func (early *earlySessions) attached(e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	h := &earlySession{
		id: e.SessionID, page: info.TargetID,
		worlds:  map[runtime.ExecutionContextID]cdp.FrameID{},
		parents: map[cdp.FrameID]cdp.FrameID{}, loaders: map[cdp.FrameID]cdp.LoaderID{},
	}
	resume := protocol.Ask(h.id, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	followed, known := early.Follows(info), true
	if e.WaitingForDebugger && info.Subtype == "" {
		opener, certain := early.openings.whoOpened(info)
		known = followed || certain
		followed = followed || opener != nil
	}
	if !e.WaitingForDebugger || known && !followed || info.Subtype != "" { // prerendered pages have a subtype
		early.Send(resume)
		early.detach(h)
		return
	}
	early.at[h.id] = h
	if !known {
		early.openings.await(h.page, func(opener *tab) {
			if opener == nil {
				early.detach(h)
			}
		})
	}
	early.Send(
		protocol.Ask(h.id, page.Enable, page.EnableParams{}),
		protocol.Ask(h.id, runtime.Enable, cdp.Empty{}),
		protocol.Ask(h.id, runtime.AddBinding, runtime.AddBindingParams{Name: early.Hook.Binding}),
		early.putHook(h.id),
		resume,
	)
	early.reached(h.page, early.tabs[h.page])
}

// take handles a message of an early session.
func (early *earlySessions) take(h *earlySession, m *cdproto.Message) {
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		protocol.On(m, func(e *bindingCalled) {
			if e.Name != early.Hook.Binding {
				return
			}
			var batches hook.Reader
			if b, err := batches.Read(e.text()); err != nil {
				early.builder.Refuse(early.now)
			} else {
				frame := h.worlds[e.ExecutionContextID]
				if b.Page != nil && b.Page.Top {
					early.openings.claim(h.page, b.Page.URL)
				}
				h.batches = append(h.batches, earlyBatch{b, document.Place{Frame: frame, Parent: h.parents[frame], Loader: h.loaders[frame]}, early.now})
				early.reached(h.page, h.tab)
			}
		})
	case runtime.ExecutionContextCreated.Method:
		protocol.On(m, func(e *runtime.EventExecutionContextCreated) {
			if frame, ok := frameIn(e.Context); ok {
				h.worlds[e.Context.ID] = frame
			}
		})
	case page.FrameStartedNavigating.Method:
		protocol.On(m, func(e *page.EventFrameStartedNavigating) {
			if target.ID(e.FrameID) == h.page {
				early.openings.startsAt(h.page, e.URL)
			}
		})
	case page.FrameAttached.Method:
		protocol.On(m, func(e *page.EventFrameAttached) { h.parents[e.FrameID] = e.ParentFrameID })
	case page.FrameNavigated.Method:
		protocol.On(m, func(e *page.EventFrameNavigated) {
			if e.Frame != nil {
				h.loaders[e.Frame.ID] = e.Frame.LoaderID
				if target.ID(e.Frame.ID) == h.page {
					early.openings.claim(h.page, e.Frame.URL+e.Frame.URLFragment)
				}
			}
		})
	}
}

// frameIn returns the frame of an execution context, and reports whether the context is
// the page's own world.
func frameIn(c *runtime.ExecutionContextDescription) (cdp.FrameID, bool) {
	var aux struct {
		Frame   cdp.FrameID `json:"frameId"`
		Default bool        `json:"isDefault"`
	}
	err := protocol.Read(c.AuxData, &aux)
	return aux.Frame, err == nil && aux.Default
}

// reached passes on what the hook in a page sent through an early session, once the
// page's tab is known. The hook may have sent it through the tab, too; duplicates are
// ignored.
func (early *earlySessions) reached(page target.ID, tab *tab) {
	for _, h := range early.at {
		if h.page != page || tab == nil {
			continue
		}
		h.tab = tab
		for _, b := range h.batches {
			b.place.Tab = tab.Tab
			if b.place.Parent != "" {
				tab.Parents[b.place.Frame] = b.place.Parent
			}
			early.builder.Take(b.batch, b.place, b.at)
		}
		h.batches = nil
	}
}

// replace detaches the early session of a page that has its hook through its tab.
func (early *earlySessions) replace(page target.ID) {
	for _, h := range early.at {
		if h.page == page {
			early.detach(h)
		}
	}
}

func (early *earlySessions) detach(h *earlySession) {
	delete(early.at, h.id)
	early.Send(protocol.Ask(early.root, target.DetachFromTarget, target.DetachFromTargetParams{SessionID: h.id}))
}
