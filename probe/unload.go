package probe

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
)

// interception of beacons brings what a page pushes while it unloads. From pagehide
// on the browser no longer hands on what the old page sends, so the hook sends it as
// a beacon to a host that does not exist, and the browser is told to give such
// requests to us. That costs every request of the page a little, so it is off while
// a page loads, when there are many.
type interception struct {
	up    bool
	until time.Time // when to stop it; zero for not
}

// arrived stops it soon, if a tab has come to a new page.
func (g *interception) arrived(e *page.EventFrameNavigated, until time.Time) {
	if e.Frame != nil && e.Frame.ParentID == "" {
		g.until = until
	}
}

// leaving starts interception in time if a page is left before it has loaded.
func (t *tracker) leaving(s *session, e *page.EventFrameStartedNavigating) {
	switch e.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
	default:
		s.leaves = s.leaves || target.ID(e.FrameID) == s.target
		t.startIntercepting(s.tab)
	}
}

func (t *tracker) startIntercepting(tab *tab) {
	tab.interception.until = time.Time{}
	if tab.interception.up {
		return
	}
	tab.interception.up = true
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.interceptIn(s)
		}
	}
}

// browserInterception is that of the whole browser. A window that a page opened may close
// itself, and then the browser ends the session with its page before that has
// sent everything (Chromium 148), so the page's own interception does not help. The
// same goes for a frame in a process of its own, however it ends.
type browserInterception struct {
	up    bool
	until time.Time // when it may stop, for a tab that was just closed
}

// interceptIn starts interception in a session. That of the browser takes effect only
// in pages where it is started again after it.
func (t *tracker) interceptIn(s *session) {
	if s.endsEarly() && !t.browserWide.up {
		t.browserWide.up = true
		t.send(ask("", fetch.Enable, fetch.EnableParams{Patterns: t.beacons()}))
	}
	t.send(t.holdRequests(s.id, true))
}

// endsEarly reports whether the session may end before its documents have sent
// everything.
func (s *session) endsEarly() bool { return s.tab.opened || !s.isTab && !s.isPage }

// keepBrowserInterception keeps the browser's on for what has just closed.
func (t *tracker) keepBrowserInterception(s *session) {
	if s.endsEarly() && !s.isPage {
		t.browserWide.until = t.now.Add(t.bounds.afterLoad)
	}
}

func (t *tracker) stopBrowserInterceptionIfIdle(now time.Time) {
	needed := now.Before(t.browserWide.until)
	for _, s := range t.sessions {
		needed = needed || s.tab != nil && s.endsEarly() && s.tab.interception.up
	}
	if t.browserWide.up && !needed {
		t.stopBrowserInterception()
	}
}

func (t *tracker) stopBrowserInterception() {
	if t.browserWide.up {
		t.send(ask("", fetch.Disable, cdp.Empty{}))
	}
	t.browserWide = browserInterception{}
}

// beacons is the pattern of the hook's beacons.
func (t *tracker) beacons() []*fetch.RequestPattern {
	return []*fetch.RequestPattern{{URLPattern: t.hook.UnloadURL + "*"}}
}

// stopIntercepting stops interception where that is due.
func (t *tracker) stopIntercepting(now time.Time) {
	for _, s := range t.sessions {
		if s.tab != nil && s.tab.interception.due(now) {
			s.tab.interception.up = false
			t.toPages(s.tab, func(s target.SessionID) command { return t.holdRequests(s, false) })
		}
	}
	t.stopBrowserInterceptionIfIdle(now)
}

func (g *interception) due(now time.Time) bool {
	return g.up && !g.until.IsZero() && now.After(g.until)
}

func (t *tracker) toPages(tab *tab, make func(target.SessionID) command) {
	for _, s := range t.sessions {
		if s.tab == tab && !s.isTab {
			t.send(make(s.id))
		}
	}
}

// unloadBeacon takes a beacon of the hook's that was caught in a session, and answers
// it: it never leaves the browser.
func (t *tracker) unloadBeacon(s *session, e *fetch.EventRequestPaused) {
	t.send(ask(s.id, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 204}))
	if s.tab == nil { // in the whole browser
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
