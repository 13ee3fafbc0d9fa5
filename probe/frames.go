package probe

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// tabFrame is a frame that a tab has now.
type tabFrame struct {
	parent cdp.FrameID
	url    string
	failed string // the URL that could not be opened; empty where it could
	// holder is the session in whose process the frame is; empty while it goes
	// from one to another.
	holder target.SessionID
	since  time.Time // when it could first be asked, or left the process before
	nth    int       // in the order in which the tab's frames came
}

// hold notes that a frame is in a session's process. A document that is new in it
// ends those of the frames within.
func (t *tracker) hold(s *session, id, parent cdp.FrameID, url string) {
	frames := s.tab.frames
	f := frames[id]
	if f == nil {
		s.tab.everHad++
		f = &tabFrame{nth: s.tab.everHad}
		frames[id] = f
	}
	if parent != "" {
		f.parent = parent
		s.tab.parents[id] = parent
	}
	f.holder, f.since = s.id, t.now
	f.url = cmp.Or(url, f.url)
}

// takeFrame follows the frames of a page as they come and go.
func (t *tracker) takeFrame(s *session, m *cdproto.Message) {
	switch string(m.Method) {
	case page.FrameAttached.Method:
		on(m, func(e *page.EventFrameAttached) { t.hold(s, e.FrameID, e.ParentFrameID, "") })
	case page.FrameNavigated.Method:
		on(m, func(e *page.EventFrameNavigated) {
			if e.Frame != nil {
				t.stays(s, e.Frame.ID)
				s.tab.prune(e.Frame.ID)
				t.hold(s, e.Frame.ID, e.Frame.ParentID, e.Frame.URL)
			}
			if e.Type == page.NavigationTypeBackForwardCacheRestore { // its frames are back without a word
				t.toPages(s.tab, t.askFrames)
			}
		})
	case page.FrameDetached.Method:
		on(m, func(e *page.EventFrameDetached) {
			f := s.tab.frames[e.FrameID]
			switch {
			case f == nil || f.holder != s.id: // it is in another process already
			case e.Reason == page.FrameDetachedReasonSwap:
				f.holder, f.since = "", t.now
			default:
				s.tab.remove(e.FrameID)
			}
		})
	}
}

// stays notes that a frame no longer waits for its next document, which has come or
// never will. What was asked meanwhile is answered from here on.
func (t *tracker) stays(s *session, frame cdp.FrameID) {
	if target.ID(frame) != s.target || !s.leaves {
		return
	}
	s.leaves = false
	for _, w := range s.worlds {
		if !w.hookStatus.asked.IsZero() {
			w.hookStatus.asked = t.now
		}
	}
	for _, f := range s.tab.frames {
		if f.holder == s.id {
			f.since = t.now
		}
	}
}

// askFrames asks what frames are in a session's process.
func (t *tracker) askFrames(id target.SessionID) command {
	frames := ask(id, page.GetFrameTree, cdp.Empty{})
	frames.then = func(m *cdproto.Message) {
		if s := t.sessions[id]; s != nil {
			onResult(m, func(r *page.GetFrameTreeResult) { t.learn(s, r.FrameTree) })
		}
	}
	return frames
}

// learn notes what frames are in a session's process, and in what.
func (t *tracker) learn(s *session, tree *page.FrameTree) {
	if tree == nil || tree.Frame == nil {
		return
	}
	t.hold(s, tree.Frame.ID, tree.Frame.ParentID, tree.Frame.URL)
	s.tab.load(tree.Frame)
	for _, child := range tree.ChildFrames {
		t.learn(s, child)
	}
}

// remove takes out a frame, with those in it.
func (t *tab) remove(id cdp.FrameID) {
	delete(t.frames, id)
	t.prune(id)
}

// prune takes out the frames in a frame.
func (t *tab) prune(id cdp.FrameID) {
	for child, f := range t.frames {
		if f.parent == id {
			t.remove(child)
		}
	}
}

// release takes out the frames that were in a session's process.
func (t *tab) release(s target.SessionID) {
	maps.DeleteFunc(t.frames, func(_ cdp.FrameID, f *tabFrame) bool { return f.holder == s })
}

// hookStatus is how the hook in a document answers when it is asked.
type hookStatus struct {
	asked     time.Time // when the question that is open was asked; zero for none
	answered  time.Time // when it last answered; zero where it never did
	confirmed time.Time // when the question was asked that it answered then
	answer    *checkup  // what it said then; nil where there is no hook
}

// checkup is what a hook's check returns.
type checkup struct {
	Doc        string     `json:"doc"`
	At         float64    `json:"at"`   // its time, in milliseconds since 1970, by its own clock
	Date       float64    `json:"date"` // and by the browser's
	URL        string     `json:"url"`
	Unsendable unsendable `json:"unsendable"`
	Layers     []struct {
		Layer     string         `json:"layer"`
		Hook      datalayer.Hook `json:"hook"`
		Lexical   bool           `json:"lexical"`
		Displaced int            `json:"displaced"`
		Rested    int            `json:"rested"`
	} `json:"layers"`
}

// maxCheckup bounds what is read of a hook's answer, which a page could forge.
const maxCheckup = 64 << 10

// readCheckup reads what check returned; nil if that isn't an answer of a hook.
func readCheckup(value jsontext.Value) *checkup {
	var text string
	if len(value) > maxCheckup || json.Unmarshal(value, &text) != nil {
		return nil
	}
	c := new(checkup)
	if json.Unmarshal([]byte(text), c, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return nil
	}
	return c
}

// checkAll makes the hooks look after themselves and tell how they stand.
func (t *tracker) checkAll() {
	for _, s := range t.sessions {
		for id, w := range s.worlds {
			if asked := w.hookStatus.asked; asked.IsZero() || t.now.Sub(asked) > t.bounds.askAgain {
				t.check(s, w)
				t.lexical(s, w, id)
			}
			if t.now.Sub(w.since) < settlesIn {
				t.askPolicies(s, w)
			}
		}
	}
	for _, s := range t.workers.sessions {
		for id, w := range s.worlds {
			if asked := w.hookStatus.asked; asked.IsZero() || t.now.Sub(asked) > t.bounds.askAgain {
				t.check(s, w)
				t.lexical(s, w, id)
			}
		}
	}
	t.stirred = true // one that is silent says nothing by itself
}

func (t *tracker) check(s *session, w world) {
	asked := t.now
	w.hookStatus.asked = asked
	check := t.evaluateIn(s, w, fmt.Sprintf("check(%d)", t.builder.confirmed(w.hookStatus.answer)))
	check.then = func(m *cdproto.Message) {
		w.hookStatus.asked, w.hookStatus.confirmed = time.Time{}, asked
		onResult(m, func(r *runtime.EvaluateResult) {
			w.hookStatus.answered = t.now
			if r.Result != nil {
				w.hookStatus.answer = readCheckup(r.Result.Value)
			}
			if w.hookStatus.answer != nil {
				t.builder.readClocks(w.hookStatus.answer, asked, t.now)
			}
			t.stirred = true
		})
	}
	t.send(check)
}

// frames returns the frames of all tabs as they are now.
func (t *tracker) frames() []datalayer.Frame {
	var frames []datalayer.Frame
	for _, tab := range t.openTabs() {
		within := map[cdp.FrameID][]cdp.FrameID{}
		for _, id := range slices.SortedFunc(maps.Keys(tab.frames), func(a, b cdp.FrameID) int {
			return tab.frames[a].nth - tab.frames[b].nth
		}) {
			parent := tab.frames[id].parent
			within[parent] = append(within[parent], id)
		}
		frames = t.appendFrames(frames, tab, within, "", 0)
		frames = append(frames, t.workersOf(tab)...)
	}
	return frames
}

// maxFrameDepth is deeper than pages nest their frames.
const maxFrameDepth = 50

// appendFrames appends the frames in a frame, each before those in it.
func (t *tracker) appendFrames(frames []datalayer.Frame, tab *tab, within map[cdp.FrameID][]cdp.FrameID, parent cdp.FrameID, depth int) []datalayer.Frame {
	if depth > maxFrameDepth {
		return frames
	}
	for _, id := range within[parent] {
		frames = append(frames, t.frameNow(tab, id, depth))
		frames = t.appendFrames(frames, tab, within, id, depth+1)
	}
	return frames
}

// openTabs are the tabs that have a session, in the order in which they came.
func (t *tracker) openTabs() []*tab {
	var tabs []*tab
	for _, s := range t.sessions {
		if s.tab != nil && !slices.Contains(tabs, s.tab) {
			tabs = append(tabs, s.tab)
		}
	}
	slices.SortFunc(tabs, func(a, b *tab) int { return cmp.Or(len(a.id)-len(b.id), strings.Compare(a.id, b.id)) })
	return tabs
}

// frameNow says how a frame stands.
func (t *tracker) frameNow(tab *tab, id cdp.FrameID, depth int) datalayer.Frame {
	f := tab.frames[id]
	now := datalayer.Frame{Target: tab.id, Depth: depth, URL: f.url}
	p := t.statusOf(f, id)
	overdue := t.now.Sub(f.since) > t.bounds.quiet
	s := t.sessions[f.holder]
	switch {
	case !tab.crashed.IsZero() || s != nil && s.crashed:
		now.Remark = "it crashed"
		return now
	case f.failed != "":
		now.URL, now.Empty, now.Remark = f.failed, true, "its page couldn't be opened"
		return now
	case isInternal(f.url):
		now.Empty, now.Remark = true, "it is an internal page of the browser"
		return now
	case p == nil && !overdue: // it is on its way
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
	if !p.asked.IsZero() && t.now.Sub(p.asked) > t.bounds.quiet && !s.leaves {
		now.Silent = p.answered
	}
	hooked(&now, p)
	return now
}

// hooked says what the hook in a frame answered.
func hooked(now *datalayer.Frame, p *hookStatus) {
	now.Hooked = true
	now.URL = cmp.Or(p.answer.URL, now.URL)
	if why := p.answer.Unsendable.why(); why != "" {
		now.Remark = "messages that it pushes while unloading are not captured, because " + why
	}
	for _, l := range p.answer.Layers {
		now.Layers = append(now.Layers, datalayer.Layer{
			Name: l.Layer, Hook: l.Hook, Lexical: l.Lexical, Displaced: l.Displaced, Rested: l.Rested,
		})
	}
}

// url is the address of what a session is of, as far as it is known.
func (s *session) url() string {
	if f := s.tab.frames[cdp.FrameID(s.target)]; f != nil {
		return f.url
	}
	return string(s.target)
}

// statusOf returns how the hook in a frame answers; nil where the frame has no world
// for it to be in.
func (t *tracker) statusOf(f *tabFrame, id cdp.FrameID) *hookStatus {
	s := t.sessions[f.holder]
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
