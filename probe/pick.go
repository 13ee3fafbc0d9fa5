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

// pick is which of a browser's tabs are watched, and what there is to choose from.
type pick struct {
	everything bool      // all are
	foreign    bool      // the browser is another's, who may close its last tab and open more
	tab        string    // else the ID of the one that is; empty while the user is to choose
	since      time.Time // when attaching to that one began
	asks       bool      // whether there is somebody to choose
	wanted     string    // what the choice is narrowed to
	awaited    bool      // there was no tab like that
	browsers   []string  // to choose from
	chosen     <-chan string
}

// choices are what the user can choose from.
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

// ask leaves it to the user which tab is watched.
func (w *watcher) ask(why string) {
	w.pick.tab = ""
	if w.pick.awaited && w.pick.wanted != "" {
		why = fmt.Sprintf("no tab matches %q yet", w.pick.wanted)
	}
	w.say(datalayer.ChoosingTab, why)
}

// list reports tabs that came, went or changed. A user who waits for one is not
// asked when it comes.
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
	w.say(w.attachment.Phase, w.attachment.Detail)
}

// goTo goes over to a tab, which takes the place of those that are watched. One of
// those only becomes the one that the user's commands are about.
func (w *watcher) goTo(id string) {
	i := tabs.Index(w.tracker.Tabs(), id)
	switch tab := w.tracker.Followed(id); {
	case tab != "":
		w.front.turn(tab)
		w.say(w.attachment.Phase, w.attachment.Detail) // so that it is known to be done
		return
	case id == w.pick.tab: // on the way
		return
	case i < 0 || w.pick.everything:
		w.say(w.attachment.Phase, "that tab is closed")
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
	w.say(datalayer.Starting, detail)
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

// wait reports a tab that does not answer: a browser puts tabs to sleep that
// nobody looked at for long.
func (w *watcher) wait() {
	if p := &w.pick; w.attachment.Phase == datalayer.Starting && p.tab != "" && time.Since(p.since) > w.bounds.Tab {
		p.since = time.Now()
		w.say(datalayer.Starting, "no response from the tab; click on it in the browser, which may have suspended it")
	}
}

// closed takes that a tab was closed before it could be attached to.
func (w *watcher) closed() {
	if w.pick.asks {
		w.ask("that tab was closed")
		return
	}
	w.refused = errors.New("attaching to the tab: it was closed")
}

// deserted takes that the last tab that was watched is closed, and reports whether
// that is the end.
func (w *watcher) deserted() bool {
	live := w.attachment.Phase == datalayer.Live
	w.drain()
	w.tracker.End()
	switch {
	case w.pick.foreign:
	case !w.pick.asks || w.pick.everything:
		w.flush(time.Time{})
		if !w.stays {
			w.say(datalayer.Over, "the tab was closed")
		}
		return true
	case live: // what it showed stays on the screen
		w.say(datalayer.Lost, "the tab was closed; choose another one to continue")
		w.pick.tab = ""
	default:
		w.ask("that tab was closed")
	}
	return false
}

// drain takes in what a tab that closed itself sends after the browser has reported
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
