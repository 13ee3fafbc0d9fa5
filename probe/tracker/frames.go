package tracker

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// tabFrame is a current frame of a tab.
type tabFrame struct {
	parent cdp.FrameID
	url    string
	failed string // the URL that could not be opened; empty if it could
	// holder is the session in whose process the frame is; empty while it moves to
	// another.
	holder target.SessionID
	since  time.Time // when it could first be checked, or last left a process
	nth    int       // in the order in which the tab's frames were added
}

// hold notes that a frame is in a session's process. A new document in a frame removes
// the frames inside it.
func (fs *frames) hold(s *session, id, parent cdp.FrameID, url string) {
	frames := s.tab.frames
	f := frames[id]
	if f == nil {
		s.tab.everHad++
		f = &tabFrame{nth: s.tab.everHad}
		frames[id] = f
	}
	if parent != "" {
		f.parent = parent
		s.tab.Parents[id] = parent
	}
	f.holder, f.since = s.id, fs.now
	f.url = cmp.Or(url, f.url)
	fs.show(s, id, url)
}

// take follows the frames of a page as they are added and removed.
func (fs *frames) take(s *session, m *cdproto.Message) {
	switch string(m.Method) {
	case page.FrameAttached.Method:
		protocol.On(m, func(e *page.EventFrameAttached) { fs.hold(s, e.FrameID, e.ParentFrameID, "") })
	case page.FrameNavigated.Method:
		protocol.On(m, func(e *page.EventFrameNavigated) {
			if e.Frame != nil {
				fs.stays(s, e.Frame.ID)
				s.tab.prune(e.Frame.ID)
				fs.hold(s, e.Frame.ID, e.Frame.ParentID, e.Frame.URL)
			}
			if e.Type == page.NavigationTypeBackForwardCacheRestore { // its frames are restored without events
				fs.toPages(s.tab, fs.ask)
			}
		})
	case page.FrameDetached.Method:
		protocol.On(m, func(e *page.EventFrameDetached) {
			f := s.tab.frames[e.FrameID]
			switch {
			case f == nil || f.holder != s.id: // it is already in another process
			case e.Reason == page.FrameDetachedReasonSwap:
				f.holder, f.since = "", fs.now
			default:
				s.tab.remove(e.FrameID)
			}
		})
	}
}

// stays notes that a frame no longer waits for its next document, which has loaded or
// won't. From now on, checks sent meanwhile are answered.
func (fs *frames) stays(s *session, frame cdp.FrameID) {
	if target.ID(frame) != s.target || !s.leaves {
		return
	}
	s.leaves = false
	for _, w := range s.worlds {
		if !w.hookStatus.asked.IsZero() {
			w.hookStatus.asked = fs.now
		}
	}
	for _, f := range s.tab.frames {
		if f.holder == s.id {
			f.since = fs.now
		}
	}
}

// ask returns the command that lists the frames in a session's process.
func (fs *frames) ask(id target.SessionID) protocol.Command {
	frames := protocol.Ask(id, page.GetFrameTree, cdp.Empty{})
	frames.Then = func(m *cdproto.Message) {
		if s := fs.sessions[id]; s != nil {
			protocol.OnResult(m, func(r *page.GetFrameTreeResult) { fs.learn(s, r.FrameTree) })
		}
	}
	return frames
}

// learn records the frames in a session's process and their parents.
func (fs *frames) learn(s *session, tree *page.FrameTree) {
	if tree == nil || tree.Frame == nil {
		return
	}
	fs.hold(s, tree.Frame.ID, tree.Frame.ParentID, tree.Frame.URL)
	s.tab.load(tree.Frame)
	for _, child := range tree.ChildFrames {
		fs.learn(s, child)
	}
}

// remove removes a frame and those inside it.
func (t *tab) remove(id cdp.FrameID) {
	delete(t.frames, id)
	t.prune(id)
}

// prune removes the frames inside a frame.
func (t *tab) prune(id cdp.FrameID) {
	for child, f := range t.frames {
		if f.parent == id {
			t.remove(child)
		}
	}
}

// release removes the frames that were in a session's process.
func (t *tab) release(s target.SessionID) {
	maps.DeleteFunc(t.frames, func(_ cdp.FrameID, f *tabFrame) bool { return f.holder == s })
}

// Frames returns the current frames of all tabs, and their workers.
func (t *Tracker) Frames() []datalayer.Frame {
	var frames []datalayer.Frame
	for _, tab := range t.openTabs() {
		frames = append(frames, t.frames.of(tab)...)
		frames = append(frames, t.workers.of(tab)...)
	}
	return frames
}

// frames tracks the frames of the followed tabs.
type frames struct{ *shared }

// of lists the frames of a tab, each before those inside it.
func (fs *frames) of(tab *tab) []datalayer.Frame {
	within := map[cdp.FrameID][]cdp.FrameID{}
	for _, id := range slices.SortedFunc(maps.Keys(tab.frames), func(a, b cdp.FrameID) int {
		return tab.frames[a].nth - tab.frames[b].nth
	}) {
		parent := tab.frames[id].parent
		within[parent] = append(within[parent], id)
	}
	return fs.appendFrames(nil, tab, within, "", 0)
}

// maxFrameDepth is deeper than pages nest their frames.
const maxFrameDepth = 50

// appendFrames appends the frames inside a frame, each before those inside it.
func (fs *frames) appendFrames(frames []datalayer.Frame, tab *tab, within map[cdp.FrameID][]cdp.FrameID, parent cdp.FrameID, depth int) []datalayer.Frame {
	if depth > maxFrameDepth {
		return frames
	}
	for _, id := range within[parent] {
		frames = append(frames, fs.standing(tab, id, depth))
		frames = fs.appendFrames(frames, tab, within, id, depth+1)
	}
	return frames
}

// standing returns the state of a frame.
func (fs *frames) standing(tab *tab, id cdp.FrameID, depth int) datalayer.Frame {
	f := tab.frames[id]
	now := datalayer.Frame{Target: tab.ID, Depth: depth, URL: f.url}
	p := fs.statusOf(f, id)
	overdue := fs.now.Sub(f.since) > fs.Bounds.Quiet
	s := fs.sessions[f.holder]
	switch {
	case !tab.crashed.IsZero() || s != nil && s.crashed:
		now.Remark = "it crashed"
		return now
	case f.failed != "":
		now.URL, now.Empty, now.Remark = f.failed, true, "its page couldn't be opened"
		return now
	case hook.IsInternal(f.url):
		now.Empty, now.Remark = true, "it is an internal page of the browser"
		return now
	case p == nil && !overdue: // it is being attached to
		return now
	case p == nil && f.holder == "":
		now.Remark = "the browser does not allow attaching to its process"
		return now
	case p == nil && f.url == "":
		now.Empty, now.Remark = true, "it never loaded a page"
		return now
	case p == nil:
		now.Empty, now.Remark = true, "scripts are disabled in it"
		return now
	case p.answered.IsZero() && overdue && !s.leaves:
		now.Silent = f.since
		return now
	case p.answered.IsZero():
		return now
	case p.answer == nil:
		now.Remark = "the hook did not start in it"
		return now
	}
	if !p.asked.IsZero() && fs.now.Sub(p.asked) > fs.Bounds.Quiet && !s.leaves {
		now.Silent = p.answered
	}
	hooked(&now, p)
	return now
}

// stopped returns a sentence if a tab's page is not running, or "". A page that hangs
// does not answer. A page at a breakpoint does, but runs nothing else.
func (fs *frames) stopped() string {
	for _, tab := range fs.openTabs() {
		id := tab.mainFrame()
		f := tab.frames[id]
		if f == nil {
			continue
		}
		p := fs.statusOf(f, id)
		switch {
		case p != nil && p.answer != nil && p.answer.Stalled:
			return "the page stands still, at a breakpoint or in a tab that Chrome froze: what it pushes comes when it continues"
		case !fs.standing(tab, id, 0).Silent.IsZero():
			return "the page doesn't answer: a breakpoint, a print dialog or a long script stops it; what it pushes comes when it continues"
		}
	}
	return ""
}

// hooked sets the state of a frame from its hook's checks.
func hooked(now *datalayer.Frame, p *hookStatus) {
	now.Hooked = true
	now.URL = cmp.Or(p.answer.URL, now.URL)
	if why := p.answer.Unsendable.Why(); why != "" {
		now.Remark = "messages that it pushes while unloading are not captured, because " + why
	}
	for _, l := range p.answer.Layers {
		now.Layers = append(now.Layers, datalayer.Layer{
			Name: l.Layer, Hook: l.Hook, Lexical: l.Lexical, Displaced: l.Displaced, Rested: l.Rested,
		})
	}
}

// url returns the URL of a session's page, frame or worker, if known.
func (s *session) url() string {
	if f := s.tab.frames[cdp.FrameID(s.target)]; f != nil {
		return f.url
	}
	return string(s.target)
}

// statusOf returns the state of the checks of a frame's hook; nil if the frame has no
// world that could contain one.
func (fs *frames) statusOf(f *tabFrame, id cdp.FrameID) *hookStatus {
	s := fs.sessions[f.holder]
	if s == nil {
		return nil
	}
	for _, w := range s.worlds {
		if w.frame == id {
			return w.hookStatus
		}
	}
	return nil
}
