package tracker

import (
	"cmp"
	"slices"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/protocol"
	"layertap/probe/tabs"
)

// takeLife handles the end and the return of a tab's process.
func (t *Tracker) takeLife(s *session, m *cdproto.Message) {
	crashed := string(m.Method) == inspector.TargetCrashed.Method
	reloaded := string(m.Method) == inspector.TargetReloadedAfterCrash.Method
	switch {
	case crashed && !s.isPage: // a frame in it: the rest keeps running
		s.crashed = true
		t.builder.Gap(t.now, t.now, -1, "a frame crashed; its last messages may be missing: "+s.url())
	case crashed && s.tab.crashed.IsZero():
		s.tab.crashed = t.now
		s.tab.Crashed()
		if s.tab.Opener == "" {
			t.OnCrash("the tab crashed; reload it in the browser to continue")
		}
	case reloaded && !s.isPage:
		s.crashed = false
	case reloaded && !s.tab.crashed.IsZero():
		t.recovered(s.tab)
		t.pageReady(s)
	}
}

// recovered adds an entry for the time in which a tab was crashed.
func (t *Tracker) recovered(tab *tab) {
	t.builder.Gap(tab.crashed, t.now, -1, "the tab had crashed")
	tab.crashed = time.Time{}
}

// closingTab is a tab that was closed. Its entry follows what its documents may still
// send, until the given time.
type closingTab struct {
	*tab
	at, until time.Time
}

// closeTabs adds entries for closed tabs whose documents have sent everything, or have
// had the time to. Listeners of a page may push after the hook's has reported the end, and
// a page that closes itself at once may send its first message after the browser has
// reported the end of its tab.
func (t *Tracker) closeTabs(now time.Time) {
	t.closing = slices.DeleteFunc(t.closing, func(c *closingTab) bool {
		if settled := now.Add(t.Bounds.Settling); c.Begun() && c.Over() && settled.Before(c.until) {
			c.until = settled
		}
		over := !now.Before(c.until)
		if over {
			t.closed(c, now)
		}
		return over
	})
}

// closed adds the entry for a closed tab. If a page was loaded in it whose hook never sent
// anything, or if it was closed too soon to know, that is a gap.
func (t *Tracker) closed(c *closingTab, now time.Time) {
	t.builder.TabClosed(c.Tab, now)
	if !c.Begun() && c.opened && c.obstacle == "" && (c.loaded || c.everHad == 0) {
		t.builder.Gap(c.at, now, -1, "a tab closed before its page could be watched; its messages are missing, if it had any")
	}
}

// End adds entries for tabs that are still closing or crashed at the end of the session.
func (t *Tracker) End() {
	for _, c := range t.closing {
		t.closed(c, t.now)
	}
	t.closing = nil
	for _, tab := range t.known {
		if !tab.crashed.IsZero() {
			t.recovered(tab)
		}
	}
}

// Tick performs the periodic work that is due.
func (t *Tracker) Tick(now time.Time) {
	t.now = now
	t.intercept.stopIntercepting(now)
	t.openings.forget(now)
	t.requests.takeNoted()
	t.closeTabs(now)
	if now.Sub(t.checked) < bounds.CheckEvery {
		return
	}
	t.checked = now
	t.workers.checkSites()
	list := tabs.List() // the response also shows that the browser is alive
	list.Then = func(m *cdproto.Message) { protocol.OnResult(m, t.list) }
	t.Send(list)
	t.checkAll()
}

// list updates the list of all tabs. It is polled because the browser sends no event
// when a tab's title or URL changes. The browser lists tabs in no particular order, so
// known ones keep their position.
func (t *Tracker) list(r *target.GetTargetsResult) {
	listed := tabs.Of(r)
	place := func(tab datalayer.Choice) int {
		if i := tabs.Index(t.roster, tab.ID); i >= 0 {
			return i
		}
		return len(t.roster)
	}
	slices.SortStableFunc(listed, func(a, b datalayer.Choice) int { return cmp.Compare(place(a), place(b)) })
	t.listed = t.listed || !slices.Equal(listed, t.roster)
	t.roster = listed
}

// Due returns when Tick next has something to do.
func (t *Tracker) Due() time.Time {
	due := t.checked.Add(bounds.CheckEvery)
	for _, s := range t.sessions {
		if s.tab != nil && s.tab.interception.up && !s.tab.interception.until.IsZero() && s.tab.interception.until.Before(due) {
			due = s.tab.interception.until
		}
	}
	for _, c := range t.closing {
		if c.until.Before(due) {
			due = c.until
		}
	}
	if at, ok := t.requests.due(); ok && at.Before(due) {
		due = at
	}
	if at, ok := t.builder.Due(); ok && at.Before(due) {
		due = at
	}
	return due
}

// Disconnected clears the state of a connection. The tabs keep their numbers, and their
// documents keep their state.
func (t *Tracker) Disconnected() {
	t.End()
	clear(t.sessions)
	clear(t.ofWorkers)
	clear(t.tabs)
	clear(t.workers.sites)
	clear(t.scripts.loading)
	t.requests.settle(time.Time{})
	clear(t.requests.statuses)
	clear(t.answers)
	t.openings.reset()
	t.early.reset()
	t.intercept.browserWide = browserInterception{}
	t.roster = nil
	t.commands = nil
	t.builder.Reconnecting()
	for _, tab := range t.known {
		tab.interception = interception{up: true}
		clear(tab.frames)
	}
}

// Over reports whether all documents in the tabs have reported their end and all their
// records have arrived.
func (t *Tracker) Over() bool {
	for _, tab := range t.known {
		if !tab.Over() {
			return false
		}
	}
	return true
}

// Intercepting reports whether a tab that has closed may still send what it pushed
// last.
func (t *Tracker) Intercepting() bool { return t.intercept.browserWide.up }
