package probe

import (
	"maps"
	"strconv"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
)

// tracker follows the tabs of a browser: it takes the browser's messages one
// after the other, and leaves entries in its builder and commands to be sent. It
// does no I/O and reads no clock, so a test can play a browser to it.
type tracker struct {
	hook          hookConfig
	bounds        bounds
	follows       func(*target.Info) bool // which tabs, but for those that a followed one opens
	roster        []datalayer.Choice      // the tabs that there are
	listed        bool                    // it is another than it was
	sessions      map[target.SessionID]*session
	tabs          map[target.ID]*tab // by the tab's own target and by those of its pages
	known         map[target.ID]*tab // every tab that was ever followed
	scripts       scripts
	requests      requests
	workers       workers
	earlySessions earlySessions
	openings      openings
	browserWide   browserInterception
	visit         visiting
	obstacles     obstacles
	batches       batchReader
	builder       builder
	deserted      bool      // the last of the tabs is gone
	commands      []command // not yet sent
	answers       map[int64]func(*cdproto.Message)
	now           time.Time // of the message that is being followed
	checked       time.Time // when the hooks were last looked after
	stirred       bool      // there may be news of the frames
	// onPage is called when the hook is in a tab's page.
	onPage func(target.SessionID)
	// onCrash is called when a tab's process has died.
	onCrash func(string)
	// container finds a container in the text of a script; nil for never.
	container func([]byte) *datalayer.Container
}

// tab is a tab that is followed, from its first page to its last.
type tab struct {
	id           string                       // "t1"
	opener       string                       // the followed tab that opened it
	opened       bool                         // some page opened it
	parents      map[cdp.FrameID]cdp.FrameID  // of all frames that it ever had
	frames       map[cdp.FrameID]*tabFrame    // that it has now
	loaders      map[cdp.FrameID]cdp.LoaderID // what loaded the document that each has
	everHad      int                          // how many frames it had until now
	interception interception
	current      map[string]*document // the last that came to be in each frame, by its name
	crashed      time.Time            // zero while it runs
	left         time.Time            // when another was gone over to; zero while it is followed
	dialog       string               // that the page shows, in a sentence; empty for none
	obstacle     string               // why the page could not be opened, in a sentence; empty where it could
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
	// not among the tracker's sessions, and its address, frame and unknown are its own.
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

func newTracker(hook hookConfig, b bounds, started time.Time) *tracker {
	b = b.orUsual()
	return &tracker{
		hook:          hook,
		bounds:        b,
		sessions:      map[target.SessionID]*session{},
		tabs:          map[target.ID]*tab{},
		known:         map[target.ID]*tab{},
		answers:       map[int64]func(*cdproto.Message){},
		scripts:       scripts{loading: map[requestKey]string{}, containers: map[string]bool{}},
		requests:      requests{byKey: map[requestKey]*request{}, statuses: map[requestKey]int{}},
		workers:       newWorkers(),
		earlySessions: earlySessions{at: map[target.SessionID]*earlySession{}},
		openings:      openings{within: b.opening, newcomers: map[target.ID]*newcomer{}},
		builder:       newBuilder(b, started),
		onPage:        func(target.SessionID) {},
		onCrash:       func(string) {},
	}
}

// take follows one message.
func (t *tracker) take(m *cdproto.Message, now time.Time) {
	t.now = now
	if then := t.answers[m.ID]; then != nil {
		delete(t.answers, m.ID)
		then(m)
		return
	}
	switch string(m.Method) {
	case target.AttachedToTarget.Method:
		on(m, func(e *target.EventAttachedToTarget) {
			switch {
			case e.TargetInfo.Type == "browser": // the session that the early sessions come by
			case m.SessionID != "" && m.SessionID == t.earlySessions.root:
				t.attachedEarly(e)
			case t.workers.sessions[m.SessionID] != nil:
				t.attached(t.workers.sessions[m.SessionID], e)
			default:
				t.attached(t.sessions[m.SessionID], e)
			}
		})
	case target.DetachedFromTarget.Method:
		on(m, t.detached)
	}
	if h := t.earlySessions.at[m.SessionID]; h != nil {
		t.takeEarly(h, m)
		return
	}
	s := t.sessions[m.SessionID]
	if s == nil {
		t.takeWorker(m)
		if m.SessionID == "" && string(m.Method) == fetch.RequestPaused.Method {
			on(m, func(e *fetch.EventRequestPaused) { t.unloadBeacon(&session{}, e) })
		}
		return
	}
	if s.tab == nil {
		return
	}
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		on(m, func(e *bindingCalled) { t.called(s, e) })
	case runtime.ExecutionContextCreated.Method:
		on(m, func(e *runtime.EventExecutionContextCreated) { t.contextCreated(s, e) })
	case runtime.ExceptionThrown.Method:
		on(m, func(e *runtime.EventExceptionThrown) { t.thrown(s, e) })
	case runtime.ExecutionContextDestroyed.Method:
		on(m, s.contextDestroyed)
	case runtime.ExecutionContextsCleared.Method:
		clear(s.worlds)
	case page.FrameStartedNavigating.Method:
		on(m, func(e *page.EventFrameStartedNavigating) { t.leaving(s, e) })
	case page.FrameStoppedLoading.Method:
		on(m, func(e *page.EventFrameStoppedLoading) { t.stays(s, e.FrameID) })
	case page.FrameNavigated.Method:
		on(m, func(e *page.EventFrameNavigated) {
			s.tab.interception.arrived(e, t.now.Add(t.bounds.afterLoad))
			s.tab.load(e.Frame)
		})
		t.takeFrame(s, m)
		t.takeObstacle(s, m)
	case page.FrameRequestedNavigation.Method:
		on(m, func(e *page.EventFrameRequestedNavigation) { t.opens(s, e) })
	case page.LoadEventFired.Method:
		t.startIntercepting(s.tab)
	case fetch.RequestPaused.Method:
		on(m, func(e *fetch.EventRequestPaused) { t.paused(s, e) })
	case fetch.AuthRequired.Method:
		on(m, func(e *fetch.EventAuthRequired) { t.loginAsked(s, e) })
	default:
		t.takeFrame(s, m)
		t.takeRequest(s, m)
		t.takeLife(s, m)
		t.takeObstacle(s, m)
	}
}

// on hands a message's content to f. What cannot be read is of a newer browser
// than this program knows, and is left alone.
func on[E any](m *cdproto.Message, f func(*E)) {
	e := new(E)
	if err := jsonv2.Unmarshal(m.Params, e, chromedp.DefaultUnmarshalOptions); err == nil {
		f(e)
	}
}

// onResult is on for a command's answer.
func onResult[R any](m *cdproto.Message, f func(*R)) {
	r := new(R)
	if m.Error == nil && jsonv2.Unmarshal(m.Result, r, chromedp.DefaultUnmarshalOptions) == nil {
		f(r)
	}
}

func (t *tracker) send(commands ...command) { t.commands = append(t.commands, commands...) }

// sent notes under what number a command went out, by which its answer comes.
func (t *tracker) sent(id int64, cmd command) {
	if cmd.then != nil {
		t.answers[id] = cmd.then
	}
}

// attached takes a target that the browser attached to by itself, in parent's
// name. The target may wait for leave to start, so everything is sent in one go
// and no answer is awaited.
func (t *tracker) attached(parent *session, e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	switch {
	case parent == nil && (info.Type == "service_worker" || info.Type == "shared_worker"):
		t.siteWorkerAttached(e)
		return
	case parent == nil || info.Type == "page" || info.Type == "iframe":
	case info.Type == "worker" && parent.tab != nil:
		t.dedicatedWorkerAttached(parent, e)
		return
	default:
		t.otherAttached(parent, e)
		return
	}
	s := &session{
		id: e.SessionID, target: info.TargetID,
		isTab: parent == nil, isPage: parent != nil && parent.isTab, there: !e.WaitingForDebugger,
		worlds: map[runtime.ExecutionContextID]world{},
	}
	switch {
	case parent == nil:
		t.attachedTab(s, info)
	case parent.tab == nil:
		t.attachedPage(parent, s, e)
	default:
		t.enter(parent, s, e)
	}
}

// attachedPage takes the page of a tab of which it is not known whether it is followed.
func (t *tracker) attachedPage(parent, s *session, e *target.EventAttachedToTarget) {
	decide := func(opener *tab) {
		switch {
		case t.sessions[parent.id] == nil: // it was closed meanwhile
		case opener == nil:
			t.detach(parent)
		default:
			t.adopt(parent, opener)
			t.enter(parent, s, e)
		}
	}
	opener, known := t.whoOpened(e.TargetInfo)
	if opener == nil {
		t.send(
			ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
			ask(parent.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		)
	}
	if !known {
		t.openings.await(e.TargetInfo.TargetID, decide)
		return
	}
	decide(opener)
}

// enter takes a page or a frame in a tab that is followed.
func (t *tracker) enter(parent, s *session, e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	s.tab = parent.tab
	s.there = s.there && parent.there
	t.sessions[s.id] = s
	t.tabs[info.TargetID] = s.tab
	if s.isPage && info.Subtype == "" {
		t.nameOpener(s.tab, info)
	}
	s.tab.opened = s.tab.opened || s.isPage && (info.OpenerID != "" || s.tab.opener != "")
	t.reached(info.TargetID, s.tab)
	if info.ParentFrameID != "" {
		t.hold(s, cdp.FrameID(info.TargetID), info.ParentFrameID, info.URL)
	}
	// A page of its opener's process can take the hook before its tab is let go. One
	// without an opener cannot; that has an early session.
	resume := ask(parent.id, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	early := s.isPage && info.CanAccessOpener
	t.install(s, func() {
		if early {
			t.send(resume)
		}
	}, func() {
		if s.isPage {
			t.replaceEarly(info.TargetID)
			t.onPage(s.id)
		}
		if s.isPage || !e.WaitingForDebugger { // see at once how the hook stands
			t.checked = time.Time{}
		}
	})
	if s.isPage && !early {
		t.send(resume)
	}
}

// attachedTab takes a tab. Of a new one its page tells who opened it, so that is
// waited for.
func (t *tracker) attachedTab(s *session, info *target.Info) {
	switch {
	case t.tabs[s.target] != nil: // followed already
		t.detach(s)
		return
	case t.follows(info):
		t.adopt(s, nil)
	case s.there: // another's
		t.detach(s)
		return
	}
	t.sessions[s.id] = s
	t.send(autoAttachAll(s.id))
}

func (t *tracker) detach(s *session) {
	delete(t.sessions, s.id)
	t.send(ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: s.id}))
}

// adopt makes a session that of a tab that is followed. A tab has its number for
// good.
func (t *tracker) adopt(s *session, opener *tab) {
	s.tab = t.known[s.target]
	if s.tab == nil {
		s.tab = &tab{
			id: "t" + strconv.Itoa(len(t.known)+1), parents: map[cdp.FrameID]cdp.FrameID{}, frames: map[cdp.FrameID]*tabFrame{}, current: map[string]*document{},
			loaders:      map[cdp.FrameID]cdp.LoaderID{},
			interception: interception{up: true}, // the first page, too, may be left as soon as it is there
		}
		t.known[s.target] = s.tab
	}
	if opener != nil {
		s.tab.opener = opener.id
	}
	if !s.tab.left.IsZero() {
		t.builder.gap(s.tab.left, t.now, -1, "another tab was captured instead of this one")
		s.tab.left = time.Time{}
	}
	t.tabs[s.target] = s.tab
	t.listed = true
}

// depart detaches from the tabs that are followed. They keep their numbers, and
// their documents what is known of them: one may come back.
func (t *tracker) depart(now time.Time) {
	if len(t.tabs) > 0 {
		t.builder.gap(now, now, -1, "switched to another tab; this tab is no longer captured")
	}
	for _, s := range t.sessions {
		if s.tab == nil {
			continue
		}
		delete(t.sessions, s.id)
		if s.isTab { // its pages go with it
			s.tab.left, s.tab.interception = now, interception{up: true}
			clear(s.tab.frames)
			t.detach(s)
		}
	}
	for _, h := range t.earlySessions.at {
		t.detachEarly(h)
	}
	t.dropWorkers()
	t.stopBrowserInterception()
	t.openings.forget(now.Add(2 * t.bounds.opening)) // all of them
	clear(t.tabs)
	t.listed = true
}

func (t *tracker) detached(e *target.EventDetachedFromTarget) {
	delete(t.earlySessions.at, e.SessionID)
	t.workerDetached(e.SessionID)
	s := t.sessions[e.SessionID]
	if s == nil {
		return
	}
	delete(t.sessions, e.SessionID)
	delete(t.tabs, s.target)
	if s.tab != nil {
		s.tab.release(s.id)
		t.keepBrowserInterception(s)
	}
	t.listed = true
	t.deserted = s.tab != nil && len(t.sessions) == 0
}

func (t *tracker) contextCreated(s *session, e *runtime.EventExecutionContextCreated) {
	frame, ok := frameIn(e.Context)
	if !ok {
		return
	}
	w := world{frame: frame, unique: e.Context.UniqueID, since: t.now, hookStatus: &hookStatus{}}
	s.worlds[e.Context.ID] = w
	t.askPolicies(s, w)
	if len(t.scripts.layers) > 0 { // found while the document was on its way
		t.send(t.evaluateIn(s, w, t.scripts.watch()))
	}
}

func (s *session) contextDestroyed(e *runtime.EventExecutionContextDestroyed) {
	maps.DeleteFunc(s.worlds, func(_ runtime.ExecutionContextID, w world) bool {
		return w.unique == e.ExecutionContextUniqueID
	})
}

// bindingCalled is runtime.EventBindingCalled, whose payload need not become a string.
type bindingCalled struct {
	Name               string                     `json:"name"`
	Payload            jsontext.Value             `json:"payload"`
	ExecutionContextID runtime.ExecutionContextID `json:"executionContextId"`
}

func (e *bindingCalled) text() []byte {
	text, _ := jsontext.AppendUnquote(nil, e.Payload) // what isn't a string isn't a batch
	return text
}

// called takes what the hook sent.
func (t *tracker) called(s *session, e *bindingCalled) {
	if e.Name != t.hook.Binding {
		return
	}
	t.hear(e.text(), s.place(s.worlds[e.ExecutionContextID].frame))
}

// hear takes a batch that came from a document at p.
func (t *tracker) hear(text []byte, p place) {
	b, err := t.batches.read(text)
	if err != nil {
		t.builder.refuse(t.now)
		return
	}
	t.builder.take(b, p, t.now)
	t.takeNoted()
}

func (s *session) place(frame cdp.FrameID) place {
	return place{tab: s.tab, frame: frame, parent: s.tab.parents[frame], loader: s.tab.loaders[frame], there: s.there}
}

// load notes a frame's new document.
func (t *tab) load(f *cdp.Frame) {
	if f != nil {
		t.loaders[f.ID] = f.LoaderID
	}
}

// frameName is how entries name a frame.
func (t *tab) frameName(frame cdp.FrameID) string {
	if frame != "" && t.parents[frame] == "" {
		return "main"
	}
	return string(frame)
}
