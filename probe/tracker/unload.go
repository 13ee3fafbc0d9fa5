package tracker

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/protocol"
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

// interceptor has the browser hold requests: beacons of the hook, and, where a visit asks
// for that, those to the site.
type interceptor struct {
	*shared
	browserWide browserInterception
	logins      logins
}

// leaving starts interception in time if a page is left before it has loaded.
func (i *interceptor) leaving(s *session, e *page.EventFrameStartedNavigating) {
	switch e.NavigationType {
	case page.FrameStartedNavigatingNavigationTypeSameDocument, page.FrameStartedNavigatingNavigationTypeHistorySameDocument:
	default:
		s.leaves = s.leaves || target.ID(e.FrameID) == s.target
		i.startIntercepting(s.tab)
	}
}

func (i *interceptor) startIntercepting(tab *tab) {
	tab.interception.until = time.Time{}
	if tab.interception.up {
		return
	}
	tab.interception.up = true
	for _, s := range i.sessions {
		if s.tab == tab && !s.isTab {
			i.interceptIn(s)
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
func (i *interceptor) interceptIn(s *session) {
	if s.endsEarly() && !i.browserWide.up {
		i.browserWide.up = true
		i.Send(protocol.Ask("", fetch.Enable, fetch.EnableParams{Patterns: i.beacons()}))
	}
	i.Send(i.holdRequests(s.id, true))
}

// endsEarly reports whether the session may end before its documents have sent
// everything.
func (s *session) endsEarly() bool { return s.tab.opened || !s.isTab && !s.isPage }

// keepBrowserInterception keeps the browser's on for what has just closed.
func (i *interceptor) keepBrowserInterception(s *session) {
	if s.endsEarly() && !s.isPage {
		i.browserWide.until = i.now.Add(i.Bounds.AfterLoad)
	}
}

func (i *interceptor) stopBrowserInterceptionIfIdle(now time.Time) {
	needed := now.Before(i.browserWide.until)
	for _, s := range i.sessions {
		needed = needed || s.tab != nil && s.endsEarly() && s.tab.interception.up
	}
	if i.browserWide.up && !needed {
		i.stopBrowserInterception()
	}
}

func (i *interceptor) stopBrowserInterception() {
	if i.browserWide.up {
		i.Send(protocol.Ask("", fetch.Disable, cdp.Empty{}))
	}
	i.browserWide = browserInterception{}
}

// beacons is the pattern of the hook's beacons.
func (i *interceptor) beacons() []*fetch.RequestPattern {
	return []*fetch.RequestPattern{{URLPattern: i.Hook.UnloadURL + "*"}}
}

// stopIntercepting stops interception where that is due.
func (i *interceptor) stopIntercepting(now time.Time) {
	for _, s := range i.sessions {
		if s.tab != nil && s.tab.interception.due(now) {
			s.tab.interception.up = false
			i.toPages(s.tab, func(s target.SessionID) protocol.Command { return i.holdRequests(s, false) })
		}
	}
	i.stopBrowserInterceptionIfIdle(now)
}

func (g *interception) due(now time.Time) bool {
	return g.up && !g.until.IsZero() && now.After(g.until)
}

// unloadBeacon takes a beacon of the hook's that was caught in a session, and answers
// it: it never leaves the browser.
func (i *interceptor) unloadBeacon(s *session, e *fetch.EventRequestPaused) {
	i.Send(protocol.Ask(s.id, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 204}))
	if s.tab == nil { // in the whole browser
		s.tab = i.tabWith(e.FrameID)
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
	i.hear(text, s.place(e.FrameID))
}
