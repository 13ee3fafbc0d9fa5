package tracker

import (
	"cmp"
	"time"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// Launched sets how the browser or the tab that was opened here is configured.
// Windowless means that it has no window, so that its user cannot close a dialog. Fatal
// means that a first page that can't be opened ends the session.
func (t *Tracker) Launched(v visit.Setup, windowless, fatal bool) {
	t.visit = v
	t.obstacles.alone, t.obstacles.fatal = windowless, fatal
}

// BeginVisit returns the commands that the first page needs before it opens a URL.
func (t *Tracker) BeginVisit(s target.SessionID, address string) []protocol.Command {
	return t.visit.Begin(s, address, t.obstacles.alone)
}

// Opened notes that the first page was opened.
func (t *Tracker) Opened() { t.obstacles.fatal = false }

// LoginRefused reports whether the site rejected the configured login.
func (t *Tracker) LoginRefused() bool { return t.intercept.logins.refused }

// Commands returns the commands to send that are new since the last call.
func (t *Tracker) Commands() []protocol.Command {
	commands := t.commands
	t.commands = nil
	return commands
}

// Tabs returns the browser's tabs in a stable order.
func (t *Tracker) Tabs() []datalayer.Choice { return t.roster }

// SetTabs sets the browser's tabs.
func (t *Tracker) SetTabs(tabs []datalayer.Choice) { t.roster = tabs }

// TabsChanged reports whether the tabs, or which of them are followed, have changed
// since the last call.
func (t *Tracker) TabsChanged() bool {
	listed := t.listed
	t.listed = false
	return listed
}

// Followed returns the name in entries of the tab with a target ID; empty for a tab
// that isn't followed.
func (t *Tracker) Followed(id string) string {
	if tab := t.tabs[target.ID(id)]; tab != nil {
		return tab.ID
	}
	return ""
}

// Stirred reports whether the state of the frames may have changed since the last call.
func (t *Tracker) Stirred() bool {
	stirred := t.stirred
	t.stirred = false
	return stirred
}

// Deserted reports whether the last of the followed tabs was closed since the last
// call.
func (t *Tracker) Deserted() bool {
	deserted := t.deserted
	t.deserted = false
	return deserted
}

// Held returns a sentence about what the followed tabs are waiting for; empty if they
// are running.
func (t *Tracker) Held() string { return cmp.Or(t.obstacles.held(), t.frames.stopped()) }

// Shown returns the last URL of a page of a followed tab; empty for none.
func (t *Tracker) Shown() string { return t.shown }

// Ahead returns how far the browser's clock is ahead of ours, or zero if it may be
// exact.
func (t *Tracker) Ahead() time.Duration { return t.builder.Ahead() }

// Wall converts the time of day to session time.
func (t *Tracker) Wall(at time.Time) time.Duration { return t.builder.Wall(at) }

// Gap adds an entry for a time in which something was or may have been missed.
func (t *Tracker) Gap(from, until time.Time, why string) { t.builder.Gap(from, until, -1, why) }
