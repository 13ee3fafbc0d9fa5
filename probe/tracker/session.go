package tracker

import (
	"maps"
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
	opened       bool                      // some page opened it
	frames       map[cdp.FrameID]*tabFrame // that it has now
	everHad      int                       // how many frames it had until now
	interception interception
	crashed      time.Time // zero while it runs
	left         time.Time // when another was gone over to; zero while it is followed
	dialog       string    // that the page shows, in a sentence; empty for none
	obstacle     string    // why the page could not be opened, in a sentence; empty where it could
}

func newTab(id string) *tab {
	return &tab{
		Tab: document.NewTab(id), frames: map[cdp.FrameID]*tabFrame{},
		interception: interception{up: true}, // the first page, too, may be left as soon as it is there
	}
}

// load notes a frame's new document.
func (t *tab) load(f *cdp.Frame) {
	if f != nil {
		t.Loaders[f.ID] = f.LoaderID
	}
}

// session is the protocol's session with a tab, with one of its pages (it can
// have another, prerendered one) or with a frame that runs in its own process.
type session struct {
	id     target.SessionID
	tab    *tab
	target target.ID
	isTab  bool
	isPage bool // and not a frame
	// worker is what kind of worker it is with; empty for none. A worker's session is
	// not among the shared sessions, and its address, frame and unknown are its own.
	worker  datalayer.Worker
	address string
	frame   cdp.FrameID // by which entries name it
	unknown string      // the target's type, where this program does not know it
	since   time.Time   // when it was attached to
	there   bool        // its documents were there before the hook
	worlds  map[runtime.ExecutionContextID]world
	// leaves says that its page or frame waits for the next one to come. Until then the
	// browser keeps back what is asked of it (Chromium 156).
	leaves bool
	// crashed says that a frame's process has; that of a page is its tab's.
	crashed bool
}

// world is where the page's scripts in a frame run.
type world struct {
	frame      cdp.FrameID
	unique     string // what it is called in all processes
	since      time.Time
	hookStatus *hookStatus
}

func (s *session) contextDestroyed(e *runtime.EventExecutionContextDestroyed) {
	maps.DeleteFunc(s.worlds, func(_ runtime.ExecutionContextID, w world) bool {
		return w.unique == e.ExecutionContextUniqueID
	})
}

func (s *session) place(frame cdp.FrameID) document.Place {
	return document.Place{Tab: s.tab.Tab, Frame: frame, Parent: s.tab.Parents[frame], Loader: s.tab.Loaders[frame], There: s.there}
}
