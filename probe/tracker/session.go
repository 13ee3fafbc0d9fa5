package tracker

import (
	"maps"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/document"
)

// tab is a tab that is followed, from its first page to its last.
type tab struct {
	*document.Tab
	opened       bool                      // by a page
	frames       map[cdp.FrameID]*tabFrame // current ones
	loaded       bool                      // a page that isn't empty
	everHad      int                       // number of frames that it has had
	interception interception
	crashed      time.Time // zero while it runs
	left         time.Time // when the user switched to another; zero while it is followed
	dialog       string    // shown by the page, as a sentence; empty for none
	obstacle     string    // why the page could not be opened, as a sentence; empty if it could
}

func newTab(id string) *tab {
	return &tab{
		Tab: document.NewTab(id), frames: map[cdp.FrameID]*tabFrame{},
		interception: interception{up: true}, // the first page, too, may be left as soon as it has loaded
	}
}

// load records a frame's new document.
func (t *tab) load(f *cdp.Frame) {
	if f != nil {
		t.Loaders[f.ID] = f.LoaderID
		empty := f.URL == "" || f.URL == ":" || f.URL == "about:blank"
		t.loaded = t.loaded || f.ParentID == "" && !empty
	}
}

// session is the protocol's session with a tab, with one of its pages (a second one may
// be prerendered) or with a frame that runs in its own process.
type session struct {
	id     target.SessionID
	tab    *tab
	target target.ID
	isTab  bool
	isPage bool // not a frame
	// worker is the kind of worker; empty for none. A worker's session is not one of the
	// shared sessions; the fields address, frame and unknown apply to it only.
	worker  datalayer.Worker
	address string
	frame   cdp.FrameID // its name in entries
	unknown string      // the target's type, if this program does not support it
	since   time.Time   // when it was attached to
	there   bool        // its documents existed before the hook
	worlds  map[runtime.ExecutionContextID]world
	// leaves is set while its page or frame waits for the next document. Until then the
	// browser delays commands to it (Chromium 156).
	leaves bool
	// crashed is set if a frame's process has crashed; for a page see its tab.
	crashed bool
}

// world is the execution context of the page's scripts in a frame.
type world struct {
	frame      cdp.FrameID
	unique     string // its ID across all processes
	since      time.Time
	hookStatus *hookStatus
}

// World is an execution context of a page's scripts.
type World struct {
	Session target.SessionID
	Unique  string // its ID across all processes
}

// Worlds returns the worlds of the pages in a frame, by the names in entries of its tab and
// the frame. A page that is prerendered is in the main frame, too; it comes after the one
// that is shown.
func (t *Tracker) Worlds(tab, frame string) []World {
	var worlds []World
	sessions := slices.Collect(maps.Values(t.sessions))
	slices.SortFunc(sessions, func(a, b *session) int { return a.since.Compare(b.since) })
	for _, s := range sessions {
		if s.tab == nil || s.tab.ID != tab {
			continue
		}
		for _, w := range s.worlds {
			if s.tab.FrameName(w.frame) == frame {
				worlds = append(worlds, World{s.id, w.unique})
			}
		}
	}
	return worlds
}

func (s *session) contextDestroyed(e *runtime.EventExecutionContextDestroyed) {
	maps.DeleteFunc(s.worlds, func(_ runtime.ExecutionContextID, w world) bool {
		return w.unique == e.ExecutionContextUniqueID
	})
}

func (s *session) place(frame cdp.FrameID) document.Place {
	return document.Place{Tab: s.tab.Tab, Frame: frame, Parent: s.tab.Parents[frame], Loader: s.tab.Loaders[frame], There: s.there}
}
