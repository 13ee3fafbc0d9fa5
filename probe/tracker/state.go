package tracker

import (
	"cmp"
	"time"

	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// Launched takes that the browser, or the tab, was opened here: how it is set up, and whether
// it has no window, so that nobody else can answer a dialog. Fatal says that nothing goes on if
// the first page cannot be opened.
func (t *Tracker) Launched(v visit.Setup, windowless, fatal bool) {
	t.visit = v
	t.obstacles.alone, t.obstacles.fatal = windowless, fatal
}

// BeginVisit returns what the first page needs before it is told to open an address.
func (t *Tracker) BeginVisit(s target.SessionID, address string) []protocol.Command {
	return t.visit.Begin(s, address)
}

// Opened takes that the first page could be opened.
func (t *Tracker) Opened() { t.obstacles.fatal = false }

// LoginRefused reports whether the site refused the login that it was given.
func (t *Tracker) LoginRefused() bool { return t.intercept.logins.refused }

// Commands returns the commands that are to be sent, since the last call.
func (t *Tracker) Commands() []protocol.Command {
	commands := t.commands
	t.commands = nil
	return commands
}

// Tabs returns the tabs that the browser has, in an order that stays.
func (t *Tracker) Tabs() []datalayer.Choice { return t.roster }

// SetTabs takes the tabs that the browser has.
func (t *Tracker) SetTabs(tabs []datalayer.Choice) { t.roster = tabs }

// TabsChanged reports whether there are other tabs, or others are followed, since the last
// call.
func (t *Tracker) TabsChanged() bool {
	listed := t.listed
	t.listed = false
	return listed
}

// Followed returns how entries name a tab, by its target's ID; empty for one that isn't
// followed.
func (t *Tracker) Followed(id string) string {
	if tab := t.tabs[target.ID(id)]; tab != nil {
		return tab.ID
	}
	return ""
}

// Stirred reports whether there may be news of the frames since the last call.
func (t *Tracker) Stirred() bool {
	stirred := t.stirred
	t.stirred = false
	return stirred
}

// Deserted reports whether the last of the followed tabs has gone since the last call.
func (t *Tracker) Deserted() bool {
	deserted := t.deserted
	t.deserted = false
	return deserted
}

// Held says in a sentence what the tabs that are followed wait for; empty where they run.
func (t *Tracker) Held() string { return cmp.Or(t.obstacles.held(), t.frames.stopped()) }

// Shown is the URL that a page of a followed tab came to last; empty for none.
func (t *Tracker) Shown() string { return t.shown }

// Ahead is how far the browser's clock is ahead of ours; zero where it may as well be right.
func (t *Tracker) Ahead() time.Duration { return t.builder.Ahead() }

// Gap notes that something was, or may have been, missed for a time.
func (t *Tracker) Gap(from, until time.Time, why string) { t.builder.Gap(from, until, -1, why) }
