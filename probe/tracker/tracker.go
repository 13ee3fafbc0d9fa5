// Package tracker follows the tabs of a browser: from the browser's messages it
// determines what is recorded and which commands to send next. It does no I/O.
package tracker

import (
	"slices"
	"strconv"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
	"layertap/hits"
	"layertap/probe/bounds"
	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/protocol"
)

// Options configure what a tracker follows, and its callbacks.
type Options struct {
	Hook    hook.Config
	Bounds  bounds.Times
	Started time.Time // start of the session
	// Endpoints are the site's own URLs to which vendors' hits are sent.
	Endpoints []hits.Endpoint
	// Follows reports whether a tab is followed. Tabs opened by followed ones are
	// followed, too.
	Follows func(*target.Info) bool
	// OnPage is called when the hook is installed in a tab's page.
	OnPage func(Page)
	// OnCrash is called with a sentence when a tab's process has crashed.
	OnCrash func(string)
	// Container finds a container or a Google tag in the text of a script whose URL has an
	// id; may be nil.
	Container func(script []byte, id string) datalayer.Entry
}

// Page is a page of a followed tab in which the hook is installed.
type Page struct {
	Session target.SessionID
	Target  target.ID
	Tab     string // its tab's name in entries
	PopUp   bool   // the tab was opened by another followed tab
}

// Tracker follows the tabs of a browser: it processes the browser's messages in order,
// and produces entries and commands to send. It does no I/O and reads no clock, so that
// tests can simulate a browser. It must be used by one goroutine only.
type Tracker struct {
	*shared
	frames    frames
	scripts   *scripts
	requests  *requests
	workers   workers
	early     earlySessions
	openings  *openings
	intercept interceptor
	obstacles obstacles
	roster    []datalayer.Choice // all tabs of the browser
	listed    bool               // the roster has changed
	deserted  bool               // the last tab is gone
	closing   []*closingTab
	answers   map[int64]func(*cdproto.Message)
}

// New returns a tracker that does not follow anything yet.
func New(o Options) *Tracker {
	o.Bounds = o.Bounds.OrUsual()
	o.Hook.Layers = slices.Clone(o.Hook.Layers) // more may be appended
	sh := &shared{
		Options: o, builder: document.New(o.Bounds, o.Started),
		sessions: map[target.SessionID]*session{}, ofWorkers: map[target.SessionID]*session{},
		tabs: map[target.ID]*tab{}, known: map[target.ID]*tab{},
	}
	if o.Endpoints != nil {
		sh.builder.Reader = hits.NewReader(o.Endpoints)
	}
	t := &Tracker{shared: sh, answers: map[int64]func(*cdproto.Message){}}
	t.frames = frames{shared: sh}
	t.scripts = newScripts(sh)
	t.requests = newRequests(sh, t.scripts)
	t.openings = newOpenings(sh)
	t.early = newEarlySessions(sh, t.openings)
	t.intercept = interceptor{shared: sh}
	t.obstacles = obstacles{shared: sh, logins: &t.intercept.logins}
	t.workers = newWorkers(sh, t.requests)
	return t
}

// Take processes one message.
func (t *Tracker) Take(m *cdproto.Message, now time.Time) {
	t.now = now
	t.follow(m)
	t.requests.takeNoted()
	t.closeTabs(now)
}

func (t *Tracker) follow(m *cdproto.Message) {
	if then := t.answers[m.ID]; then != nil {
		delete(t.answers, m.ID)
		then(m)
		return
	}
	switch string(m.Method) {
	case target.AttachedToTarget.Method:
		protocol.On(m, func(e *target.EventAttachedToTarget) {
			switch {
			case e.TargetInfo.Type == "browser": // the session through which early sessions are attached
			case m.SessionID != "" && m.SessionID == t.early.root:
				t.early.attached(e)
			case t.ofWorkers[m.SessionID] != nil:
				t.attached(t.ofWorkers[m.SessionID], e)
			default:
				t.attached(t.sessions[m.SessionID], e)
			}
		})
	case target.DetachedFromTarget.Method:
		protocol.On(m, t.detached)
	}
	if h := t.early.at[m.SessionID]; h != nil {
		t.early.take(h, m)
		return
	}
	s := t.sessions[m.SessionID]
	if s == nil {
		t.workers.take(m)
		if m.SessionID == "" && string(m.Method) == fetch.RequestPaused.Method {
			protocol.On(m, func(e *fetch.EventRequestPaused) { t.intercept.unloadBeacon(&session{}, e) })
		}
		return
	}
	if s.tab == nil {
		return
	}
	switch string(m.Method) {
	case runtime.BindingCalled.Method:
		protocol.On(m, func(e *bindingCalled) { t.called(s, e) })
	case runtime.ExecutionContextCreated.Method:
		protocol.On(m, func(e *runtime.EventExecutionContextCreated) { t.contextCreated(s, e) })
	case runtime.ExceptionThrown.Method:
		protocol.On(m, func(e *runtime.EventExceptionThrown) { t.thrown(s, e) })
	case runtime.ExecutionContextDestroyed.Method:
		protocol.On(m, s.contextDestroyed)
	case runtime.ExecutionContextsCleared.Method:
		clear(s.worlds)
	case page.FrameStartedNavigating.Method:
		protocol.On(m, func(e *page.EventFrameStartedNavigating) { t.intercept.leaving(s, e) })
	case page.FrameStoppedLoading.Method:
		protocol.On(m, func(e *page.EventFrameStoppedLoading) { t.frames.stays(s, e.FrameID) })
	case page.FrameNavigated.Method:
		protocol.On(m, func(e *page.EventFrameNavigated) {
			s.tab.interception.arrived(e, t.now.Add(t.Bounds.AfterLoad))
			s.tab.load(e.Frame)
		})
		t.frames.take(s, m)
		t.obstacles.take(s, m)
	case page.FrameRequestedNavigation.Method:
		protocol.On(m, func(e *page.EventFrameRequestedNavigation) { t.openings.opens(s, e) })
	case page.LoadEventFired.Method:
		t.intercept.startIntercepting(s.tab)
	case fetch.RequestPaused.Method:
		protocol.On(m, func(e *fetch.EventRequestPaused) { t.intercept.paused(s, e) })
	case fetch.AuthRequired.Method:
		protocol.On(m, func(e *fetch.EventAuthRequired) { t.intercept.loginAsked(s, e) })
	default:
		t.frames.take(s, m)
		t.requests.takeRequest(s, m)
		t.takeLife(s, m)
		t.obstacles.take(s, m)
	}
}

// Sent records the ID of a sent command, which its response will have.
func (t *Tracker) Sent(id int64, cmd protocol.Command) {
	if cmd.Then != nil {
		t.answers[id] = cmd.Then
	}
}

// attached handles a target that the browser attached to automatically, on behalf of
// parent. The target may be halted, so all commands are sent at once, without waiting
// for responses.
func (t *Tracker) attached(parent *session, e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	switch {
	case parent == nil && (info.Type == "service_worker" || info.Type == "shared_worker"):
		t.workers.siteWorkerAttached(e)
		return
	case parent == nil || info.Type == "page" || info.Type == "iframe":
	case info.Type == "worker" && parent.tab != nil:
		t.workers.dedicatedWorkerAttached(parent, e)
		return
	default:
		t.workers.otherAttached(parent, e)
		return
	}
	s := &session{
		id: e.SessionID, target: info.TargetID,
		isTab: parent == nil, isPage: parent != nil && parent.isTab, there: !e.WaitingForDebugger,
		since: t.now, worlds: map[runtime.ExecutionContextID]world{},
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

// attachedPage handles the page of a tab of which it is not known whether it is
// followed.
func (t *Tracker) attachedPage(parent, s *session, e *target.EventAttachedToTarget) {
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
	opener, known := t.openings.whoOpened(e.TargetInfo)
	if opener == nil {
		t.Send(
			protocol.Ask(s.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
			protocol.Ask(parent.id, runtime.RunIfWaitingForDebugger, cdp.Empty{}),
		)
	}
	if !known {
		t.openings.await(e.TargetInfo.TargetID, decide)
		return
	}
	decide(opener)
}

// enter handles a page or a frame in a followed tab.
func (t *Tracker) enter(parent, s *session, e *target.EventAttachedToTarget) {
	info := e.TargetInfo
	s.tab = parent.tab
	s.there = s.there && parent.there
	t.sessions[s.id] = s
	t.tabs[info.TargetID] = s.tab
	if s.isPage && info.Subtype == "" {
		t.openings.nameOpener(s.tab, info)
	}
	s.tab.opened = s.tab.opened || s.isPage && (info.OpenerID != "" || s.tab.Opener != "")
	t.early.reached(info.TargetID, s.tab)
	if info.ParentFrameID != "" {
		t.frames.hold(s, cdp.FrameID(info.TargetID), info.ParentFrameID, info.URL)
	}
	// A page in its opener's process can get the hook before its tab is resumed. A page
	// without an opener cannot; it has an early session.
	resume := protocol.Ask(parent.id, runtime.RunIfWaitingForDebugger, cdp.Empty{})
	early := s.isPage && info.CanAccessOpener
	t.install(s, func() {
		if early {
			t.Send(resume)
		}
	}, func() {
		if s.isPage {
			t.early.replace(info.TargetID)
			t.pageReady(s)
		}
		if s.isPage || !e.WaitingForDebugger { // check the hook at once
			t.checked = time.Time{}
		}
	})
	if s.isPage && !early {
		t.Send(resume)
	}
}

// attachedTab handles a tab. A new tab's opener is only known from its page, so that is
// waited for.
func (t *Tracker) attachedTab(s *session, info *target.Info) {
	switch {
	case t.tabs[s.target] != nil: // followed already
		t.detach(s)
		return
	case t.Follows(info):
		t.adopt(s, nil)
	case s.there: // it belongs to another
		t.detach(s)
		return
	}
	t.sessions[s.id] = s
	t.Send(autoAttachAll(s.id))
}

func (t *Tracker) detach(s *session) {
	delete(t.sessions, s.id)
	t.Send(protocol.Ask("", target.DetachFromTarget, target.DetachFromTargetParams{SessionID: s.id}))
}

// adopt makes a session that of a followed tab. A tab's number never changes.
func (t *Tracker) adopt(s *session, opener *tab) {
	s.tab = t.known[s.target]
	if s.tab == nil {
		s.tab = newTab("t" + strconv.Itoa(len(t.known)+1))
		t.known[s.target] = s.tab
	}
	if opener != nil {
		s.tab.Opener = opener.ID
	}
	if !s.tab.left.IsZero() {
		t.builder.Gap(s.tab.left, t.now, -1, "another tab was captured instead of this one")
		s.tab.left = time.Time{}
	}
	t.tabs[s.target] = s.tab
	t.listed = true
}

// Depart detaches from the followed tabs. They keep their numbers and their documents'
// state, because they may be followed again.
func (t *Tracker) Depart(now time.Time) {
	if len(t.tabs) > 0 {
		t.builder.Gap(now, now, -1, "switched to another tab; this tab is no longer captured")
	}
	for _, s := range t.sessions {
		if s.tab == nil {
			continue
		}
		delete(t.sessions, s.id)
		if s.isTab { // its pages are detached with it
			s.tab.left, s.tab.interception = now, interception{up: true}
			clear(s.tab.frames)
			t.detach(s)
		}
	}
	for _, h := range t.early.at {
		t.early.detach(h)
	}
	t.workers.drop()
	t.intercept.stopBrowserInterception()
	t.openings.forget(now.Add(2 * t.Bounds.Opening)) // all of them
	clear(t.tabs)
	t.listed = true
}

func (t *Tracker) detached(e *target.EventDetachedFromTarget) {
	delete(t.early.at, e.SessionID)
	t.workers.detached(e.SessionID)
	s := t.sessions[e.SessionID]
	if s == nil {
		return
	}
	delete(t.sessions, e.SessionID)
	delete(t.tabs, s.target)
	if s.isTab { // the next list may still contain it
		t.roster = slices.DeleteFunc(slices.Clone(t.roster), func(c datalayer.Choice) bool { return c.ID == string(s.target) })
	}
	if s.tab != nil && s.isTab {
		t.closing = append(t.closing, &closingTab{s.tab, t.now, t.now.Add(t.Bounds.AfterClose)})
	}
	if s.tab != nil {
		s.tab.release(s.id)
		t.intercept.keepBrowserInterception(s)
	}
	t.listed = true
	t.deserted = s.tab != nil && len(t.sessions) == 0
}

func (t *Tracker) contextCreated(s *session, e *runtime.EventExecutionContextCreated) {
	frame, ok := frameIn(e.Context)
	if !ok {
		return
	}
	w := world{frame: frame, unique: e.Context.UniqueID, since: t.now, hookStatus: &hookStatus{}}
	s.worlds[e.Context.ID] = w
	t.askPolicies(s, w)
	if len(t.scripts.layers) > 0 { // found while the document was loading
		t.Send(t.evaluateIn(s, w, t.scripts.watching()))
	}
}

// bindingCalled is runtime.EventBindingCalled with a payload that isn't converted to a
// string.
type bindingCalled struct {
	Name               string                     `json:"name"`
	Payload            jsontext.Value             `json:"payload"`
	ExecutionContextID runtime.ExecutionContextID `json:"executionContextId"`
}

func (e *bindingCalled) text() []byte {
	text, _ := jsontext.AppendUnquote(nil, e.Payload) // what isn't a string isn't a batch
	return text
}

// called processes a batch of the hook.
func (t *Tracker) called(s *session, e *bindingCalled) {
	if e.Name != t.Hook.Binding {
		return
	}
	t.receive(e.text(), s.place(s.worlds[e.ExecutionContextID].frame))
}

// pageReady reports that the hook is installed in a page.
func (t *Tracker) pageReady(s *session) {
	t.OnPage(Page{Session: s.id, Target: s.target, Tab: s.tab.ID, PopUp: s.tab.Opener != ""})
}
