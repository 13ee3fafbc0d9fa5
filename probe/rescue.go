package probe

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// guard holds the net under a tab's page for when it is left. From pagehide on the
// browser no longer hands on what the old page says, so the hook sends it as a
// beacon to a host that does not exist, and the browser is told to give such
// requests to us. That costs every request of the page a little, so the net is
// down while a page loads, when there are many.
type guard struct {
	up    bool
	until time.Time // when to take it down; zero for not
}

// arrived takes the net down soon, if a tab has come to a new page.
func (g *guard) arrived(e *page.EventFrameNavigated, until time.Time) {
	if e.Frame != nil && e.Frame.ParentID == "" {
		g.until = until
	}
}

// leaving puts the net up in time where a page is left before it has loaded.
func (t *tracker) leaving(s *session, e *page.EventFrameStartedNavigating) {
	switch e.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
	default:
		s.leaves = s.leaves || target.ID(e.FrameID) == s.target
		t.raiseGuard(s.tab)
	}
}

func (t *tracker) raiseGuard(tab *tab) {
	tab.guard.until = time.Time{}
	if tab.guard.up {
		return
	}
	tab.guard.up = true
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.putNet(s)
		}
	}
}

// wideNet is one under the whole browser. A window that a page opened may close
// itself, and then the browser ends the session with its page before that says its
// last words (Chromium 148), so the page's own net is of no use. So it is with a
// frame in a process of its own, however it ends.
type wideNet struct {
	up    bool
	until time.Time // when it may be taken down, for a tab that was just closed
}

// putNet puts the net up under a session. The wide one takes effect only in pages
// that take up another after it.
func (t *tracker) putNet(s *session) {
	if s.hasty() && !t.wide.up {
		t.wide.up = true
		t.send(ask("", fetch.Enable, fetch.EnableParams{Patterns: t.beacons()}))
	}
	t.send(t.holdRequests(s.id, true))
}

// hasty says that the session may end before its documents have said their last words.
func (s *session) hasty() bool { return s.tab.opened || !s.isTab && !s.isPage }

// holdWide keeps the wide net up for the last words of what has just gone.
func (t *tracker) holdWide(s *session) {
	if s.hasty() && !s.isPage {
		t.wide.until = t.now.Add(t.bounds.afterglow)
	}
}

func (t *tracker) lowerWide(now time.Time) {
	needed := now.Before(t.wide.until)
	for _, s := range t.sessions {
		needed = needed || s.tab != nil && s.hasty() && s.tab.guard.up
	}
	if t.wide.up && !needed {
		t.dropWide()
	}
}

func (t *tracker) dropWide() {
	if t.wide.up {
		t.send(ask("", fetch.Disable, cdp.Empty{}))
	}
	t.wide = wideNet{}
}

// beacons is the pattern of the hook's beacons.
func (t *tracker) beacons() []*fetch.RequestPattern {
	return []*fetch.RequestPattern{{URLPattern: t.hook.Rescue + "*"}}
}

// lowerGuards takes the nets down that are due.
func (t *tracker) lowerGuards(now time.Time) {
	for _, s := range t.sessions {
		if s.tab != nil && s.tab.guard.due(now) {
			s.tab.guard.up = false
			t.toPages(s.tab, func(s target.SessionID) command { return t.holdRequests(s, false) })
		}
	}
	t.lowerWide(now)
}

func (g *guard) due(now time.Time) bool { return g.up && !g.until.IsZero() && now.After(g.until) }

func (t *tracker) toPages(tab *tab, make func(target.SessionID) command) {
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.send(make(s.id))
		}
	}
}

// rescued takes a beacon of the hook's that was caught in a session, and answers
// it: it never leaves the browser.
func (t *tracker) rescued(s *session, e *fetch.EventRequestPaused) {
	t.send(ask(s.id, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 204}))
	if s.tab == nil { // by the wide net
		s.tab = t.tabWith(e.FrameID)
	}
	if s.tab == nil {
		return
	}
	if e.Request == nil {
		return
	}
	var text []byte
	for _, part := range e.Request.PostDataEntries {
		text = append(text, part.Bytes...)
	}
	t.hear(text, s.place(e.FrameID))
}

// tabWith returns the tab that has a frame, or had it when it was closed.
func (t *tracker) tabWith(frame cdp.FrameID) *tab {
	for _, tab := range t.known {
		if _, ok := tab.loaders[frame]; ok {
			return tab
		}
	}
	return nil
}
