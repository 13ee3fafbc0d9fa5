package probe

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/tabs"
	"layertap/probe/tracker"
)

// pick is which of a browser's tabs are watched, and the alternatives.
type pick struct {
	everything bool      // all tabs are
	foreign    bool      // the browser wasn't started here; its user may close the last tab and open more
	tab        string    // the ID of the watched tab; empty while the user is choosing
	since      time.Time // when attaching to it began
	asks       bool      // the user can be prompted
	wanted     string    // the filter for the choices
	awaited    bool      // no tab matched the filter
	browsers   []string  // browsers to choose from
	chosen     <-chan string
}

// choices returns the tabs or browsers that the user can choose from.
func (w *watcher) choices() []datalayer.Choice {
	if w.attachment.Phase == datalayer.ChoosingBrowser {
		return browserChoices(w.pick.browsers)
	}
	choices := w.tracker.Tabs()
	if fit := tabs.Fitting(choices, w.pick.wanted); w.attachment.Phase == datalayer.ChoosingTab && len(fit) > 0 {
		choices = fit
	}
	choices = slices.Clone(choices)
	for i := range choices {
		choices[i].Watched = w.tracker.Followed(choices[i].ID) != ""
	}
	return choices
}

func browserChoices(places []string) []datalayer.Choice {
	var choices []datalayer.Choice
	for _, place := range places {
		choice := datalayer.Choice{ID: place, Title: "port " + place, URL: "127.0.0.1:" + place}
		if filepath.Base(place) == browser.ActivePort {
			choice.Title, choice.URL = filepath.Base(filepath.Dir(place)), place
		}
		choices = append(choices, choice)
	}
	return choices
}

// ask leaves the choice of the tab to the user.
func (w *watcher) ask(why string) {
	w.pick.tab = ""
	if w.pick.awaited && w.pick.wanted != "" {
		why = fmt.Sprintf("no tab matches %q yet", w.pick.wanted)
	}
	w.setPhase(datalayer.ChoosingTab, why)
}

// list reports tabs that were opened, closed or changed. A user who waits for a tab is
// not prompted when it opens.
func (w *watcher) list() {
	if !w.tracker.TabsChanged() {
		return
	}
	p, all := &w.pick, w.tracker.Tabs()
	choosing := w.attachment.Phase == datalayer.ChoosingTab
	if fit := tabs.Fitting(all, p.wanted); choosing && p.awaited && len(fit) > 0 {
		p.awaited = false
		if len(fit) == 1 {
			w.goTo(fit[0].ID)
			return
		}
		w.attachment.Detail = ""
	}
	if w.attachment.Phase == datalayer.Starting && p.tab != "" && all != nil && tabs.Index(all, p.tab) < 0 {
		w.closed()
		return
	}
	w.setPhase(w.attachment.Phase, w.attachment.Detail)
}

// goTo switches to a tab, which replaces the watched ones. A tab that is already
// watched only becomes the target of the user's commands.
func (w *watcher) goTo(id string) {
	i := tabs.Index(w.tracker.Tabs(), id)
	switch tab := w.tracker.Followed(id); {
	case tab != "":
		w.front.turn(tab)
		w.setPhase(w.attachment.Phase, w.attachment.Detail) // signals that it is done
		return
	case id == w.pick.tab: // already being attached to
		return
	case i < 0 || w.pick.everything:
		w.setPhase(w.attachment.Phase, "that tab is closed")
		return
	}
	detail := "attaching to " + w.tracker.Tabs()[i].URL
	if w.pick.tab != "" {
		w.haltNothing()
		w.last("rest()")
		w.tracker.Depart(time.Now())
		w.front.connected(w.conn)
		detail = ""
	}
	w.pick.tab = id
	w.setPhase(datalayer.Starting, detail)
	w.begin()
}

// begin attaches to the tab that was picked.
func (w *watcher) begin() {
	w.pick.since = time.Now()
	if w.attaching {
		w.send(tracker.AttachTo(w.pick.tab))
		return
	}
	w.attaching = true
	w.send(w.tracker.Attach(w.pick.everything)...)
}

// wait reports a tab that does not respond: browsers suspend tabs that have been in the
// background for long.
func (w *watcher) wait() {
	if p := &w.pick; w.attachment.Phase == datalayer.Starting && p.tab != "" && time.Since(p.since) > w.bounds.Tab {
		p.since = time.Now()
		w.setPhase(datalayer.Starting, "no response from the tab; click on it in the browser, which may have suspended it")
	}
}

// closed handles a tab that was closed before it could be attached to.
func (w *watcher) closed() {
	if w.pick.asks {
		w.ask("that tab was closed")
		return
	}
	w.refused = errors.New("attaching to the tab: it was closed")
}

// deserted handles the closing of the last watched tab, and reports whether the session
// ends.
func (w *watcher) deserted() bool {
	live := w.attachment.Phase == datalayer.Live
	w.drain()
	w.tracker.End()
	switch {
	case w.pick.foreign:
	case !w.pick.asks || w.pick.everything:
		w.flush(time.Time{})
		if !w.stays {
			w.setPhase(datalayer.Over, "the tab was closed")
		}
		return true
	case live: // its data stays on the screen
		w.setPhase(datalayer.Lost, "the tab was closed; choose another one to continue")
		w.pick.tab = ""
	default:
		w.ask("that tab was closed")
	}
	return false
}

// drain processes what a tab that closed itself sends after the browser has reported
// its end.
func (w *watcher) drain() {
	if !w.tracker.Intercepting() {
		return
	}
	late := time.After(w.bounds.AfterClose)
	for over := false; ; {
		if !over && w.tracker.Over() {
			over, late = true, time.After(w.bounds.Settling)
		}
		select {
		case <-w.conn.Arrived():
			w.takeAll()
			w.flush(time.Now())
		case <-w.conn.Done():
			return
		case <-late:
			return
		}
	}
}
