package tracker

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/document"
	"layertap/probe/hook"
	"layertap/probe/probetest"
)

// playbook simulates a browser for a tracker: messages in, entries and commands out.
type playbook struct {
	t   *testing.T
	tr  *Tracker
	now time.Time
}

func newPlaybook(t *testing.T) *playbook {
	start := time.UnixMilli(1_795_000_000_000)
	tr := New(Options{
		Hook:    hook.Config{Binding: "binding", Key: "key", Layers: []string{"dataLayer"}, UnloadURL: "https://x.invalid/"},
		Started: start,
		Follows: func(info *target.Info) bool { return info.TargetID == "TAB" },
		OnPage:  func(Page) {}, OnCrash: func(string) {},
	})
	return &playbook{t: t, tr: tr, now: start}
}

// event simulates an event, and returns the methods of the commands that follow.
func (p *playbook) event(session, method, params string) string {
	p.t.Helper()
	if !json.Valid([]byte(params)) {
		p.t.Fatalf("no JSON: %s", params)
	}
	p.tr.Take(&cdproto.Message{SessionID: target.SessionID(session), Method: cdproto.MethodType(method), Params: []byte(params)}, p.now)
	var sent []string
	for i, cmd := range p.tr.commands {
		p.tr.Sent(int64(i+1), cmd)
		sent = append(sent, strings.TrimSpace(string(cmd.Session)+" "+cmd.Method))
	}
	p.tr.commands = nil
	return strings.Join(sent, "\n")
}

func (p *playbook) attach(parent, session, id, kind string, more string) string {
	p.t.Helper()
	return p.event(parent, "Target.attachedToTarget",
		fmt.Sprintf(`{"sessionId":%q,"waitingForDebugger":true,"targetInfo":{"targetId":%q,"type":%q%s}}`, session, id, kind, more))
}

// pushes simulates what a hook sends: pushes of the events, from the n-th record on.
func (p *playbook) pushes(session, doc string, n int, events ...string) {
	p.t.Helper()
	text := probetest.Pushes(fmt.Sprintf(`"doc":%q,"origin":1795000000000,"page":{"top":true,"url":"http://shop.example/%s"}`, doc, doc), n, events...)
	payload, _ := json.Marshal(text)
	p.event(session, "Runtime.bindingCalled", fmt.Sprintf(`{"name":"binding","payload":%s,"executionContextId":1}`, payload))
}

// unloadBeacon simulates an intercepted beacon of the hook from a frame.
func (p *playbook) unloadBeacon(frame, text string) string {
	p.t.Helper()
	body, _ := json.Marshal([]byte(text))
	return p.event("P", "Fetch.requestPaused", fmt.Sprintf(`{"requestId":"R","frameId":%q,"request":{"url":"https://x.invalid/","postDataEntries":[{"bytes":%s}]}}`, frame, body))
}

// entries returns what was recorded, in short form.
func (p *playbook) entries(now time.Time) []string {
	lines := probetest.Story(p.tr.builder.Ready(now))
	return lines
}

func TestFollowsATab(t *testing.T) {
	p := newPlaybook(t)
	if got := p.attach("", "S1", "OTHER", "tab", ""); got != "S1 Target.setAutoAttach" {
		t.Errorf("a new tab is looked into first, not:\n%s", got)
	}
	if got := p.attach("S1", "S2", "OTHERPAGE", "page", ""); got != "S2 Runtime.runIfWaitingForDebugger\nS1 Runtime.runIfWaitingForDebugger\nTarget.detachFromTarget" {
		t.Errorf("nobody's tab is let go, not:\n%s", got)
	}
	p.attach("", "T", "TAB", "tab", "")
	want := `P Page.enable
P Page.getFrameTree
P Runtime.enable
P Runtime.addBinding
P Page.addScriptToEvaluateOnNewDocument
P Target.setAutoAttach
P Fetch.enable
P Runtime.runIfWaitingForDebugger
P Inspector.enable
P Network.enable
T Runtime.runIfWaitingForDebugger`
	if diff := cmp.Diff(want, p.attach("T", "P", "PAGE", "page", "")); diff != "" {
		t.Errorf("setting up a page (-want +got):\n%s", diff)
	}
	p.attach("", "U", "POPUP", "tab", "")
	p.attach("U", "Q", "POPUPPAGE", "page", `,"openerId":"PAGE"`)
	p.pushes("Q", "popup", 1, "a")
	pages := probetest.Only[*datalayer.Page](p.all())
	if len(pages) != 1 || pages[0].Target != "t2" || pages[0].Opener != "t1" {
		t.Errorf("the pop-up's page is %+v", pages)
	}
}

// What cannot be decoded is not lost silently.
func TestUnreadable(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Runtime.bindingCalled", `{"name":"other","payload":"[","executionContextId":1}`)
	p.event("P", "Runtime.bindingCalled", `{"name":"binding","payload":"[","executionContextId":1}`)
	entries := p.all()
	gaps := probetest.Only[*datalayer.Gap](entries)
	if len(gaps) != 1 || gaps[0].Lost != -1 || len(entries) != 1 {
		t.Errorf("the entries are %+v", entries)
	}
}

// A frame's page is replaced by another: its last records arrive late.
func TestFramesAreLeft(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.event("P", "Page.frameAttached", `{"frameId":"SUB","parentFrameId":"PAGE"}`)
	p.event("P", "Runtime.executionContextCreated", `{"context":{"id":2,"auxData":{"frameId":"SUB","isDefault":true}}}`)
	pushes := func(head string, n int, event string) {
		payload, _ := json.Marshal(probetest.Pushes(head, n, event))
		p.event("P", "Runtime.bindingCalled", fmt.Sprintf(`{"name":"binding","payload":%s,"executionContextId":2}`, payload))
	}
	const one, two = `"doc":"one","origin":1795000000000,"page":{"url":"http://shop.example/1"}`, `"doc":"two","origin":1795000000000,"page":{"url":"http://shop.example/2"}`
	pushes(one, 1, "here")
	pushes(two, 1, "there")
	if got := p.entries(p.now); got != nil {
		t.Errorf("the old page is not waited for: %v", got)
	}
	p.unloadBeacon("SUB", probetest.Pushes(`"doc":"one","origin":1795000000000`, 2, "last"))
	p.unloadBeacon("SUB", `[{"doc":"one","end":true}]`)
	want := []string{
		"page t1 frame load http://shop.example/1", "push http://shop.example/1 dataLayer here", "push http://shop.example/1 dataLayer last",
		"page t1 frame load http://shop.example/2", "push http://shop.example/2 dataLayer there",
	}
	if diff := cmp.Diff(want, p.entries(p.now.Add(bounds.Usual.Settling))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A new page's hook sends through an early session until it does through its tab.
func TestEarlySessions(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.tr.Send(p.tr.early.attach())
	if got := p.event("", "nothing", "{}"); got != "Target.attachToBrowserTarget" {
		t.Fatalf("the early sessions are attached by:\n%s", got)
	}
	p.attach("", "H", "BROWSER", "browser", "")
	p.answer(`{"sessionId":"H"}`)
	for _, unrelated := range []string{`,"openerId":"OTHER"`, `,"openerId":"PAGE","subtype":"prerender"`, ""} {
		if got := p.attach("H", "X", "XPAGE", "page", unrelated); got != "X Runtime.runIfWaitingForDebugger\nH Target.detachFromTarget" {
			t.Errorf("%s: what is not followed is let go, not:\n%s", unrelated, got)
		}
	}
	want := `Q Page.enable
Q Runtime.enable
Q Runtime.addBinding
Q Page.addScriptToEvaluateOnNewDocument
Q Runtime.runIfWaitingForDebugger`
	if diff := cmp.Diff(want, p.attach("H", "Q", "POPUP", "page", `,"openerId":"PAGE"`)); diff != "" {
		t.Errorf("the early session brings the hook (-want +got):\n%s", diff)
	}
	p.event("Q", "Page.frameNavigated", `{"frame":{"id":"POPUP","loaderId":"L"}}`)
	p.event("Q", "Runtime.executionContextCreated", `{"context":{"id":1,"auxData":{"frameId":"POPUP","isDefault":true}}}`)
	p.pushes("Q", "popup", 1, "first")
	if got := p.entries(p.now); got != nil {
		t.Errorf("it is not known yet of which tab that is: %v", got)
	}
	p.attach("", "U", "POPUPTAB", "tab", "")
	p.attach("U", "R", "POPUP", "page", `,"openerId":"PAGE"`)
	p.pushes("Q", "popup", 2, "second")
	p.pushes("R", "popup", 2, "second", "third")
	if docs := p.tr.builder.Around(&document.Request{Place: document.Place{Tab: p.tr.tabs["POPUP"].Tab, Loader: "L"}}); len(docs) != 1 {
		t.Errorf("what loaded the document is not known: %+v", docs)
	}
	p.tr.early.replace("POPUP")
	if got := p.event("", "nothing", "{}"); got != "H Target.detachFromTarget" {
		t.Errorf("the early session is sent away, not:\n%s", got)
	}
	p.pushes("Q", "popup", 4, "never")
	story := []string{"page t2 main load http://shop.example/popup"}
	for _, event := range []string{"first", "second", "third"} {
		story = append(story, "push http://shop.example/popup dataLayer "+event)
	}
	if diff := cmp.Diff(story, p.entries(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The browser reports no opener for a tab that the user opens from a page. It is
// determined by the tab's URL, which was announced to the page's session before.
func TestTabsThatTheUserOpens(t *testing.T) {
	const release = "Q Runtime.runIfWaitingForDebugger\nU Runtime.runIfWaitingForDebugger"
	starts := func(url string) func(*playbook) {
		return func(p *playbook) {
			p.event("Y", "Page.frameStartedNavigating", fmt.Sprintf(`{"frameId":"NEW","url":%q,"navigationType":"differentDocument"}`, url))
		}
	}
	for _, test := range []struct {
		name     string
		received string // what the followed page's session receives
		comes    func(*playbook)
		want     []string
	}{
		{"it sets out for the address", "newTab", starts("http://shop.example/new#x"), []string{
			"page t2 main load http://shop.example/new", "push http://shop.example/new dataLayer a",
		}},
		{"a window that was led on", "newWindow", func(p *playbook) {
			starts("http://shop.example/new#x")(p)
			p.event("Y", "Page.frameNavigated", `{"frame":{"id":"NEW","loaderId":"L","url":"http://other.example/"}}`)
		}, []string{"page t2 main load http://shop.example/new", "push http://shop.example/new dataLayer a"}},
		{"it is at the address", "newTab", func(p *playbook) {
			p.event("Y", "Page.frameNavigated", `{"frame":{"id":"NEW","loaderId":"L","url":"http://shop.example/new","urlFragment":"#x"}}`)
		}, []string{"page t2 main load http://shop.example/new", "push http://shop.example/new dataLayer a"}},
		{"a stranger's", "newTab", starts("http://stranger.example/"), nil},
		{"a stranger's that was led there", "newTab", func(p *playbook) {
			starts("http://stranger.example/")(p)
			p.event("Y", "Page.frameNavigated", `{"frame":{"id":"NEW","loaderId":"L","url":"http://shop.example/new","urlFragment":"#x"}}`)
		}, nil},
		{"one whose address nobody tells", "newTab", func(p *playbook) {
			p.now = p.now.Add(bounds.Usual.Opening + time.Millisecond)
			p.tr.Tick(p.now)
			starts("http://shop.example/new#x")(p)
		}, nil},
		{"one that was never reported", "currentTab", starts("http://shop.example/new#x"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlaybook(t)
			p.tr.early.root = "H"
			p.attach("", "T", "TAB", "tab", "")
			p.attach("T", "P", "PAGE", "page", "")
			p.event("P", "Page.frameRequestedNavigation", fmt.Sprintf(`{"frameId":"PAGE","reason":"anchorClick","url":"http://shop.example/new#x","disposition":%q}`, test.received))
			p.attach("", "U", "NEWTAB", "tab", "")
			p.attach("H", "Y", "NEW", "page", "")
			if got := p.attach("U", "Q", "NEW", "page", ""); !strings.HasPrefix(got, release) {
				t.Errorf("it has to go on, or nobody learns its address:\n%s", got)
			}
			test.comes(p)
			p.pushes("Y", "new", 1, "a")
			p.pushes("Q", "new", 1, "a")
			if diff := cmp.Diff(test.want, p.entries(p.now)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			followed := p.tr.tabs["NEWTAB"]
			if (followed != nil) != (test.want != nil) || followed != nil && followed.Opener != "t1" {
				t.Errorf("the tab is %+v", followed)
			}
			if test.want == nil && (p.tr.sessions["U"] != nil || p.tr.early.at["Y"] != nil) {
				t.Error("the stranger's tab is not let go")
			}

			p.attach("", "V", "NEXTTAB", "tab", "")
			p.attach("H", "Z", "NEXT", "page", "")
			p.attach("V", "R", "NEXT", "page", "")
			p.event("Z", "Page.frameStartedNavigating", `{"frameId":"NEXT","url":"http://shop.example/new#x","navigationType":"differentDocument"}`)
			if test.want != nil && p.tr.tabs["NEXTTAB"] != nil {
				t.Error("another tab of the address is taken for the one that was opened")
			}
		})
	}
}

// If all tabs are followed, a tab's opener is determined in the same way.
func TestOpenersWhereAllTabsAreFollowed(t *testing.T) {
	p := newPlaybook(t)
	p.tr.Follows = func(*target.Info) bool { return true }
	p.tr.early.root = "H"
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.attach("", "U", "POPUPTAB", "tab", "")
	p.attach("U", "Q", "POPUP", "page", `,"openerId":"PAGE"`)
	p.event("P", "Page.frameRequestedNavigation", `{"frameId":"PAGE","reason":"anchorClick","url":"http://shop.example/new","disposition":"newTab"}`)
	p.attach("", "V", "NEWTAB", "tab", "")
	p.attach("H", "Y", "NEW", "page", "")
	p.event("Y", "Page.frameStartedNavigating", `{"frameId":"NEW","url":"http://shop.example/new","navigationType":"differentDocument"}`)
	p.attach("V", "R", "NEW", "page", "")
	p.attach("", "W", "STRANGERTAB", "tab", "")
	p.attach("W", "S", "STRANGER", "page", "")
	for id, want := range map[target.ID]string{"TAB": "", "POPUPTAB": "t1", "NEWTAB": "t1", "STRANGERTAB": ""} {
		if tab := p.tr.tabs[id]; tab == nil || tab.Opener != want {
			t.Errorf("%s is %+v, and its opener is not %q", id, tab, want)
		}
	}
}

// A page that is prerendered in a tab has a main frame, too. The page that is shown comes
// first.
func TestWorldsBesideAPrerenderedPage(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	for _, page := range []struct{ session, frame, more string }{{"P", "PAGE", ""}, {"R", "NEXT", `,"subtype":"prerender"`}} {
		p.now = p.now.Add(time.Second)
		p.attach("T", page.session, page.frame, "page", page.more)
		p.event(page.session, "Runtime.executionContextCreated",
			fmt.Sprintf(`{"context":{"id":1,"uniqueId":"in %s","auxData":{"frameId":%q,"isDefault":true}}}`, page.frame, page.frame))
	}
	want := []World{{"P", "in PAGE"}, {"R", "in NEXT"}}
	for range 10 { // sessions are in a map
		if diff := cmp.Diff(want, p.tr.Worlds("t1", "main")); diff != "" {
			t.Fatalf("(-want +got)\n%s", diff)
		}
	}
	if got := p.tr.Worlds("t1", "other"); got != nil {
		t.Errorf("the worlds of another frame are %v", got)
	}
}

func TestMergesWhatComesTwice(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a", "b")
	p.pushes("P", "one", 2, "b", "c")
	p.pushes("P", "one", 5, "e")
	p.pushes("P", "one", 4, "d", "e")
	want := []string{"page t1 main load http://shop.example/one"}
	for _, event := range []string{"a", "b", "c", "d", "e"} {
		want = append(want, "push http://shop.example/one dataLayer "+event)
	}
	if diff := cmp.Diff(want, p.entries(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// What a page pushes while it unloads is recorded before the first message of the next
// page.
func TestLastWordsComeFirst(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.entries(p.now)
	leaves := func() string {
		return p.event("P", "Page.frameStartedNavigating", `{"frameId":"F","url":"x","navigationType":"differentDocument"}`)
	}
	if got := leaves(); got != "" {
		t.Errorf("requests are intercepted already, not:\n%s", got)
	}
	p.event("P", "Page.frameNavigated", `{"frame":{"id":"F"}}`)
	p.pushes("P", "two", 1, "first")
	if got := p.entries(p.now); got != nil {
		t.Errorf("it did not wait: %v", got)
	}
	if got := p.unloadBeacon("F", probetest.Pushes(`"doc":"one","origin":1795000000000`, 2, "last")); got != "P Fetch.fulfillRequest" {
		t.Errorf("the beacon is answered, not:\n%s", got)
	}
	p.unloadBeacon("F", `[{"doc":"one","end":true}]`)
	want := []string{
		"push http://shop.example/one dataLayer last",
		"page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer first",
	}
	later := p.now.Add(bounds.Usual.Settling)
	var got []string
	pages := []datalayer.Entry{&datalayer.Page{ID: "p1", URL: "http://shop.example/one"}}
	lines := probetest.Story(append(pages, p.tr.builder.Ready(later)...))
	got = lines[1:]
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.tr.Tick(p.now.Add(bounds.Usual.AfterLoad + time.Millisecond))
	if got := p.event("P", "nothing", "{}"); !strings.Contains(got, "P Fetch.disable") {
		t.Errorf("interception does not stop:\n%s", got)
	}
	if got := leaves(); got != "P Fetch.enable" {
		t.Errorf("interception starts again, not:\n%s", got)
	}
}

// The end of a frame in a page that is left is not the page's own.
func TestFramesEndFirst(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.unloadBeacon("SUB", probetest.Pushes(`"doc":"frame","origin":1795000000000,"page":{"url":"http://shop.example/frame"}`, 1, "in a frame"))
	p.entries(p.now)
	p.pushes("P", "two", 1, "first")
	p.unloadBeacon("SUB", `[{"doc":"frame","end":true}]`)
	if got := p.entries(p.now.Add(bounds.Usual.Settling)); got != nil {
		t.Errorf("the page is not waited for: %v", got)
	}
	p.unloadBeacon("F", probetest.Pushes(`"doc":"one","origin":1795000000000`, 2, "last"))
	p.unloadBeacon("F", `[{"doc":"one","end":true}]`)
	lines := probetest.Story(append([]datalayer.Entry{&datalayer.Page{ID: "p1", URL: "http://shop.example/one"}}, p.tr.builder.Ready(p.now.Add(bounds.Usual.Settling))...))
	want := []string{
		"push http://shop.example/one dataLayer last",
		"page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer first",
	}
	if diff := cmp.Diff(want, lines[1:]); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A page that crashed sends nothing more, so nothing waits for it.
func TestDeadTargetsReportNothing(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.entries(p.now)
	p.event("P", "Inspector.targetCrashed", `{}`)
	p.event("P", "Inspector.targetReloadedAfterCrash", `{}`)
	p.pushes("P", "two", 1, "b")
	want := []string{
		"gap the tab had crashed",
		"page t1 main load http://shop.example/two", "push http://shop.example/two dataLayer b",
	}
	if diff := cmp.Diff(want, p.entries(p.now)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A closed tab has its entry after what its page pushes once the hook has reported the end.
func TestClosedTab(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	end, _ := json.Marshal(probetest.Pushes(`"doc":"one","origin":1795000000000,"end":true`, 2))
	p.event("P", "Runtime.bindingCalled", fmt.Sprintf(`{"name":"binding","payload":%s,"executionContextId":1}`, end))
	p.event("", "Target.detachedFromTarget", `{"sessionId":"T","targetId":"TAB"}`)
	p.tr.Tick(p.now)
	p.pushes("P", "one", 2, "left")
	p.tr.Tick(p.now.Add(bounds.Usual.Settling))
	want := []string{
		"page t1 main load http://shop.example/one", "push http://shop.example/one dataLayer a",
		"push http://shop.example/one dataLayer left", "closed t1 http://shop.example/one",
	}
	if diff := cmp.Diff(want, p.entries(p.now.Add(bounds.Usual.Settling))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The first, empty page of a pop-up is left before it has sent anything. Its beacon comes
// through the session of its opener, whose own page goes on.
func TestEmptyPageOfAPopUp(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "home", 1, "home")
	p.attach("", "U", "POPUPTAB", "tab", "")
	p.attach("U", "Q", "POPUP", "page", `,"openerId":"PAGE"`)
	p.unloadBeacon("PAGE", probetest.Pushes(`"doc":"empty","origin":1795000000000,"page":{"top":true,"url":"about:blank"}`, 1, "early"))
	p.pushes("Q", "empty", 2, "popup") // the next page has the same window
	p.pushes("P", "home", 2, "more")
	story := []string{
		"page t1 main load http://shop.example/home", "push http://shop.example/home dataLayer home",
		"page t2 main load about:blank", "push about:blank dataLayer early",
		"push about:blank dataLayer popup", "push http://shop.example/home dataLayer more",
	}
	if diff := cmp.Diff(story, p.entries(p.now.Add(bounds.Usual.Overdue))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A tab may be closed before its page has sent anything.
func TestTabClosedAtOnce(t *testing.T) {
	const (
		gap    = "gap a tab closed before its page could be watched; its messages are missing, if it had any"
		closed = "closed t2 http://shop.example/popup"
	)
	said := probetest.Pushes(`"doc":"popup","origin":1795000000000,"page":{"top":true,"url":"http://shop.example/popup"}`, 1, "left")
	for name, tt := range map[string]struct {
		tree          bool // the browser has said which frames it has
		before, after func(*playbook)
		want          []string
	}{
		"nothing is known of its page": {want: []string{gap}},
		"its page stays empty":         {tree: true},
		"its page never has the hook": {tree: true, before: func(p *playbook) {
			p.event("Q", "Page.frameNavigated", `{"frame":{"id":"POPUP","loaderId":"L","url":"http://shop.example/popup"}}`)
		}, want: []string{gap}},
		"its page sends its messages afterwards": {tree: true, after: func(p *playbook) {
			for _, text := range []string{said, `[{"doc":"popup","end":true,"n":2}]`} {
				body, _ := json.Marshal([]byte(text))
				p.event("", "Fetch.requestPaused", fmt.Sprintf(`{"requestId":"R","frameId":"POPUP","request":{"url":"https://x.invalid/","postDataEntries":[{"bytes":%s}]}}`, body))
			}
		}, want: []string{"page t2 main load http://shop.example/popup", "push http://shop.example/popup dataLayer left", closed}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPlaybook(t)
			p.attach("", "T", "TAB", "tab", "")
			p.attach("T", "P", "PAGE", "page", "")
			p.attach("", "U", "POPUPTAB", "tab", "")
			sent := p.attach("U", "Q", "POPUP", "page", `,"openerId":"PAGE"`)
			if tt.tree {
				id := int64(1 + slices.Index(strings.Split(sent, "\n"), "Q Page.getFrameTree"))
				p.tr.Take(&cdproto.Message{ID: id, Result: []byte(`{"frameTree":{"frame":{"id":"POPUP","url":":"}}}`)}, p.now)
			}
			if tt.before != nil {
				tt.before(p)
			}
			p.event("U", "Target.detachedFromTarget", `{"sessionId":"Q","targetId":"POPUP"}`)
			p.event("", "Target.detachedFromTarget", `{"sessionId":"U","targetId":"POPUPTAB"}`)
			p.tr.Tick(p.now.Add(bounds.Usual.Settling))
			if tt.after != nil {
				tt.after(p)
			}
			p.tr.Tick(p.now.Add(bounds.Usual.AfterClose))
			if diff := cmp.Diff(tt.want, p.entries(p.now.Add(bounds.Usual.AfterClose))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A window that closed itself still sends records after the browser has reported its
// end.
func TestLastWordsOfAWindowThatClosedItself(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.attach("", "U", "POPUPTAB", "tab", "")
	got := p.attach("U", "Q", "POPUP", "page", `,"openerId":"PAGE"`)
	if wide, own := strings.Index("\n"+got, "\nFetch.enable"), strings.Index(got, "Q Fetch.enable"); wide < 0 || own < wide {
		t.Errorf("interception starts in the browser before the page, not:\n%s", got)
	}
	p.event("Q", "Page.frameNavigated", `{"frame":{"id":"POPUP","loaderId":"L"}}`)
	p.event("Q", "Page.frameAttached", `{"frameId":"SUB","parentFrameId":"POPUP"}`)
	p.event("Q", "Page.frameNavigated", `{"frame":{"id":"SUB","parentId":"POPUP","loaderId":"M"}}`)
	p.pushes("Q", "popup", 1, "first")
	p.event("U", "Target.detachedFromTarget", `{"sessionId":"Q","targetId":"POPUP"}`)
	p.event("", "Target.detachedFromTarget", `{"sessionId":"U","targetId":"POPUPTAB"}`)
	for _, beacon := range []struct{ frame, text string }{
		{"POPUP", probetest.Pushes(`"doc":"popup","origin":1795000000000`, 2, "last")},
		{"SUB", probetest.Pushes(`"doc":"frame","origin":1795000000000,"page":{"top":false,"url":"http://shop.example/frame"}`, 1, "in a frame")},
	} {
		body, _ := json.Marshal([]byte(beacon.text))
		caught := p.event("", "Fetch.requestPaused", fmt.Sprintf(`{"requestId":"R","frameId":%q,"request":{"url":"https://x.invalid/","postDataEntries":[{"bytes":%s}]}}`, beacon.frame, body))
		if caught != "Fetch.fulfillRequest" {
			t.Errorf("the beacon is answered, not:\n%s", caught)
		}
	}
	p.event("", "Fetch.requestPaused", `{"requestId":"R","frameId":"NOBODY","request":{"url":"https://x.invalid/","postDataEntries":[{"bytes":"e30="}]}}`)
	story := []string{
		"page t2 main load http://shop.example/popup", "push http://shop.example/popup dataLayer first",
		"push http://shop.example/popup dataLayer last",
		"page t2 frame load http://shop.example/frame", "push http://shop.example/frame dataLayer in a frame",
	}
	if diff := cmp.Diff(story, p.entries(p.now.Add(bounds.Usual.Overdue))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	p.now = p.now.Add(bounds.Usual.AfterLoad / 2)
	p.tr.Tick(p.now)
	if got := p.event("", "nothing", "{}"); strings.Contains(got, "Fetch.disable") {
		t.Errorf("interception stops too early:\n%s", got)
	}
	p.tr.Tick(p.now.Add(bounds.Usual.AfterLoad))
	if got := p.event("", "nothing", "{}"); !strings.HasPrefix(got, "Fetch.disable") {
		t.Errorf("interception in the browser does not stop:\n%s", got)
	}
}

func TestCountsWhatALostConnectionCost(t *testing.T) {
	p := newPlaybook(t)
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	p.pushes("P", "one", 1, "a")
	p.tr.Disconnected()
	p.attach("", "T2", "TAB", "tab", "")
	p.attach("T2", "P2", "PAGE", "page", "")
	p.pushes("P2", "one", 5, "b")
	entries := p.all()
	gaps := probetest.Only[*datalayer.Gap](entries)
	if len(gaps) != 1 || gaps[0].Lost != 3 {
		t.Errorf("the gaps are %+v", gaps)
	}
	if pages := probetest.Only[*datalayer.Page](entries); len(pages) != 1 {
		t.Errorf("it is the same page: %+v", pages)
	}
}

func TestFindsContainers(t *testing.T) {
	p := newPlaybook(t)
	p.tr.Container = func(script []byte, id string) datalayer.Entry {
		if datalayer.IsGoogleTag(id) {
			return &datalayer.GoogleTag{ID: id, Version: "1", SHA256: "ab", Resource: script}
		}
		return &datalayer.Container{ID: id, Version: "3", SHA256: "ab", Resource: script}
	}
	p.attach("", "T", "TAB", "tab", "")
	p.attach("T", "P", "PAGE", "page", "")
	for _, id := range []string{"GTM-TEST", "GTM-TEST", "G-TEST"} { // the second is the same container
		p.event("P", "Network.requestWillBeSent", `{"requestId":"7","type":"Script","request":{"url":"https://first.party/loader?id=`+id+`&l=layer2"}}`)
		if got := p.event("P", "Network.loadingFinished", `{"requestId":"7"}`); got != "P Network.searchInResponseBody" {
			t.Fatalf("the script is searched, not:\n%s", got)
		}
		p.answer(`{"result":[{"lineNumber":3,"lineContent":"\"resource\": {"}]}`)
		p.answer(`{"body":"{}","base64Encoded":false}`)
	}
	entries := p.all()
	containers := probetest.Only[*datalayer.Container](entries)
	if len(containers) != 1 {
		t.Fatalf("%d containers", len(containers))
	}
	if c := containers[0]; c.ID != "GTM-TEST" || c.Layer != "layer2" || c.Source != "page" {
		t.Errorf("the container is %+v", c)
	}
	if tags := probetest.Only[*datalayer.GoogleTag](entries); len(tags) != 1 || tags[0].ID != "G-TEST" || tags[0].Layer != "layer2" {
		t.Errorf("the Google tags are %+v", tags)
	}
}

// all returns everything that was recorded since the last call.
func (p *playbook) all() []datalayer.Entry { return p.tr.builder.Ready(time.Time{}) }

// answer simulates the response to the last command that has one.
func (p *playbook) answer(result string) {
	p.t.Helper()
	for id := range p.tr.answers {
		if id == 1 { // the last that was sent alone
			p.tr.Take(&cdproto.Message{ID: id, Result: []byte(result)}, p.now)
			for i, cmd := range p.tr.commands {
				p.tr.Sent(int64(i+1), cmd)
			}
			p.tr.commands = nil
			return
		}
	}
	p.t.Fatal("no command waits for an answer")
}
