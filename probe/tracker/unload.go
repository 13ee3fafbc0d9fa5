package tracker

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// interception captures what a page pushes while it unloads. From pagehide on, the
// browser no longer delivers binding calls of the old page, so the hook sends beacons
// to a host that does not exist, and the browser passes those requests to us. This
// slows down every request of the page a little, so it is off while a page loads, when
// there are many.
type interception struct {
	up    bool
	until time.Time // when to stop it; zero for never
}

// arrived schedules the end of the interception if a tab has navigated to a new page.
func (g *interception) arrived(e *page.EventFrameNavigated, until time.Time) {
	if e.Frame != nil && e.Frame.ParentID == "" {
		g.until = until
	}
}

// interceptor makes the browser pause requests: the hook's beacons and, if required by
// the visit, those to the site.
type interceptor struct {
	*shared
	browserWide browserInterception
	logins      logins
}

// leaving starts the interception if a page is left before it has loaded.
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

// browserInterception is the interception in the whole browser. A window that a page
// opened may close itself, and the browser then ends the session with its page before
// everything was sent (Chromium 148), so the page's own interception is not enough. The
// same applies to a frame in its own process, however it ends.
type browserInterception struct {
	up    bool
	until time.Time // when it may stop after a tab was closed
}

// interceptIn starts the interception in a session. The browser-wide one only takes
// effect in pages whose own one is restarted after it.
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

// keepBrowserInterception extends the browser-wide interception for what has just
// closed.
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

// beacons returns the pattern of the hook's beacons.
func (i *interceptor) beacons() []*fetch.RequestPattern {
	return []*fetch.RequestPattern{{URLPattern: i.Hook.UnloadURL + "*"}}
}

// stopIntercepting stops the interceptions that have expired.
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

// unloadBeacon processes a beacon of the hook that was paused in a session, and
// responds to it, so that it never leaves the browser.
func (i *interceptor) unloadBeacon(s *session, e *fetch.EventRequestPaused) {
	i.Send(protocol.Ask(s.id, fetch.FulfillRequest, fetch.FulfillRequestParams{RequestID: e.RequestID, ResponseCode: 204}))
	if s.tab == nil { // intercepted browser-wide
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
	b, err := i.batches.Read(text)
	if err != nil {
		i.builder.Refuse(i.now)
		return
	}
	i.builder.Take(b, i.placeOf(s, e.FrameID, b.Page), i.now)
}

// placeOf returns the place of a document that sent a beacon through a session. The empty
// page with which a pop-up begins requests through its opener's session and in its name
// (Chromium 148), so it is the pop-up's if the session's tab has opened one without a page.
func (i *interceptor) placeOf(s *session, frame cdp.FrameID, p *hook.Introduction) document.Place {
	if p != nil && p.Top && p.URL == "about:blank" {
		var first *session
		for _, opened := range i.sessions {
			if opened.isPage && opened.tab.Opener == s.tab.ID && !opened.tab.Begun() && (first == nil || opened.since.Before(first.since)) {
				first = opened
			}
		}
		if first != nil {
			return first.place(cdp.FrameID(first.target))
		}
	}
	return s.place(frame)
}
