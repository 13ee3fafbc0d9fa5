package probe

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// guard holds the net under a tab that is about to leave its page. From pagehide
// on the browser no longer hands on what the old page says, so the hook sends it
// as a beacon to a host that does not exist, and the browser is told to give such
// requests to us. That costs every request of the page a little, so the net is
// only there while a navigation is under way.
type guard struct {
	up    bool
	until time.Time // when to take it down
}

// afterglow is how long the old page may go on saying things after the new one
// has come.
const afterglow = 400 * time.Millisecond

// stalled is when a navigation that never arrived (a download, a 204, one that
// was stopped) is taken for over.
const stalled = 30 * time.Second

func (g *guard) arrived(now time.Time) { g.until = now.Add(afterglow) }

// leaving puts the net under all of a tab's documents.
func (t *tracker) leaving(tab *tab, e *page.EventFrameStartedNavigating) {
	switch e.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
		return
	}
	tab.guard.until = t.now.Add(stalled)
	if tab.guard.up {
		return
	}
	tab.guard.up = true
	t.toPages(tab, func(s target.SessionID) command {
		return ask(s, fetch.Enable, fetch.EnableParams{
			Patterns: []*fetch.RequestPattern{{URLPattern: t.hook.Rescue + "*"}},
		})
	})
}

// lowerGuards takes the nets down that are no longer needed.
func (t *tracker) lowerGuards(now time.Time) {
	for _, s := range t.sessions {
		if s.tab != nil && s.tab.guard.up && now.After(s.tab.guard.until) {
			s.tab.guard.up = false
			t.toPages(s.tab, func(s target.SessionID) command { return ask(s, fetch.Disable, cdp.Empty{}) })
		}
	}
}

func (t *tracker) toPages(tab *tab, make func(target.SessionID) command) {
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.send(make(s.id))
		}
	}
}

// rescued takes a beacon of the hook's and answers it: it never leaves the
// browser.
func (t *tracker) rescued(s *session, e *fetch.EventRequestPaused) {
	t.send(ask(s.id, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 204}))
	if e.Request == nil {
		return
	}
	var text []byte
	for _, part := range e.Request.PostDataEntries {
		text = append(text, part.Bytes...)
	}
	if b, err := readBatch(text); err == nil {
		t.ledger.take(b, s.place(e.FrameID), t.now)
	}
}
