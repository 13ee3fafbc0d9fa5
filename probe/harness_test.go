package probe

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
)

// chrome is the browser that the tests share. Each opens a tab of its own in it.
var chrome *launched

func TestMain(m *testing.M) {
	if os.Getenv("LAYERTAP_TEST_ATTACH") != "" {
		dieAttached()
	}
	if os.Getenv("LAYERTAP_TEST_LAUNCH") != "" {
		dieLaunched()
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	flag.Parse()
	_ = flag.Set("test.parallel", fmt.Sprint(2*runtime.GOMAXPROCS(0))) // they wait for the browser most of the time
	var err error
	if chrome, err = startChrome(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests need a browser:", err)
		return 1
	}
	defer chrome.close()
	return m.Run()
}

// unhurried are bounds that no test reaches because the machine is busy. One that is
// about a bound sets that one.
var unhurried = bounds{
	lease: time.Hour, snapshot: time.Hour, untaken: time.Hour, action: time.Hour,
	overdue: time.Minute, frameOverdue: time.Minute, afterLoad: time.Minute, afterClose: time.Minute, detach: time.Minute,
	opening: time.Minute, answer: time.Minute,
	start: 10 * time.Minute, silence: time.Hour, quiet: time.Hour, askAgain: time.Hour, tab: time.Hour, drawing: time.Minute,
}

// browsers has a token for each browser that runs beside the shared one: there are no
// more of them at once than processors.
var browsers = make(chan struct{}, runtime.GOMAXPROCS(0))

// ownBrowser waits until the test may start a browser of its own.
func ownBrowser(t testing.TB) {
	t.Helper()
	browsers <- struct{}{}
	t.Cleanup(func() { <-browsers })
}

// ownChrome starts a browser for one test.
func ownChrome(t testing.TB) *launched {
	t.Helper()
	ownBrowser(t)
	b, err := startChrome()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	return b
}

// patience is how long a test waits for what must come before it fails. It is much
// longer than anything takes, so that a busy machine fails no test.
const patience = 5 * time.Minute

// soak is whether the tests run their large loops: with LAYERTAP_SOAK=1 in the
// environment, as make soak does.
var soak = os.Getenv("LAYERTAP_SOAK") != ""

// rounds is how often a loop runs: few times, or so many as to find what is rare.
func rounds(few, many int) int {
	if soak {
		return many
	}
	return few
}

// startChrome starts a browser in which every site has a process of its own, as
// it is on a desktop.
func startChrome() (*launched, error) {
	return launch(context.Background(), Options{Headless: true, bounds: unhurried, switches: []string{portSwitch + "=0", "site-per-process", "disable-popup-blocking"}})
}

// site serves pages by their paths, on 127.0.0.1 and on localhost: two sites.
// In a page's text, {other} is the other site's origin.
type site struct {
	*httptest.Server
	pages map[string]string
	mu    sync.Mutex
	gates map[string]chan struct{}
}

// gate returns the channel that is closed when pages that wait for the gate may come.
func (s *site) gate(name string) chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gates[name] == nil {
		s.gates[name] = make(chan struct{})
	}
	return s.gates[name]
}

func (s *site) open(gate string) { close(s.gate(gate)) }

func serve(t testing.TB, pages map[string]string) *site {
	s := &site{pages: pages, gates: map[string]chan struct{}{}}
	s.Server = httptest.NewServer(http.HandlerFunc(s.page))
	t.Cleanup(s.Close)
	return s
}

// other is the origin of the other site.
func (s *site) other() string { return strings.Replace(s.URL, "127.0.0.1", "localhost", 1) }

func (s *site) page(w http.ResponseWriter, r *http.Request) {
	text, ok := s.pages[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	host, other := r.Host, "localhost"
	if strings.HasPrefix(host, "localhost") {
		other = "127.0.0.1"
	}
	_, port, _ := strings.Cut(host, ":")
	text = strings.ReplaceAll(text, "{other}", "http://"+other+":"+port)
	status := http.StatusOK
	for header, found := cutHeader(&text); found; header, found = cutHeader(&text) {
		name, value, _ := strings.Cut(header, ": ")
		if name == "Wait" { // not a header: for what the answer waits
			select {
			case <-s.gate(value):
			case <-r.Context().Done():
			}
			continue
		}
		if name == "Status" { // not one either
			status, _ = strconv.Atoi(value)
			continue
		}
		w.Header().Set(name, value)
	}
	if strings.HasSuffix(r.URL.Path, ".js") {
		w.Header().Set("Content-Type", "text/javascript")
	} else {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// cutHeader takes a leading line "#Name: value" off a page's text.
func cutHeader(text *string) (string, bool) {
	if !strings.HasPrefix(*text, "#") {
		return "", false
	}
	header, rest, _ := strings.Cut((*text)[1:], "\n")
	*text = rest
	return header, true
}

// driver is a person in front of a tab: it goes to pages and runs scripts there.
type driver struct {
	t       testing.TB
	conn    *conn
	tab     target.SessionID // with the tab; empty where the page is driven without it
	session target.SessionID
	page    target.ID
	name    string // a part of the first URL, by which the tab is found
}

var tabCount atomic.Int64

// newTab opens a tab in b, and drives its page by way of the tab: a session with the
// page itself would keep the browser from prerendering.
func newTab(t testing.TB, b *launched) *driver {
	t.Helper()
	c, err := dial(t.Context(), b.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	d := &driver{t: t, conn: c, name: fmt.Sprintf("about:blank#tab%d-", tabCount.Add(1))}
	yes := true
	var created target.CreateTargetResult
	d.call(ask("", target.CreateTarget, target.CreateTargetParams{URL: d.name, ForTab: &yes}), &created)
	var attached target.AttachToTargetResult
	d.call(ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: created.TargetID, Flatten: &yes}), &attached)
	d.tab = attached.SessionID
	d.call(ask(d.tab, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, Flatten: &yes, Filter: target.Filter{{Type: "page"}},
	}), new(struct{}))
	d.turn()
	t.Cleanup(d.shut)
	return d
}

// turn goes on with the page that came to be in the tab next.
func (d *driver) turn() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		for _, m := range d.conn.take() {
			if m.SessionID == d.tab && string(m.Method) == target.AttachedToTarget.Method {
				on(m, func(e *target.EventAttachedToTarget) { d.session, d.page = e.SessionID, e.TargetInfo.TargetID })
				return
			}
		}
		select {
		case <-d.conn.arrived:
		case <-ctx.Done():
			d.t.Fatal("no page came to be in the tab")
		}
	}
}

// shut closes the tab.
func (d *driver) shut() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = d.conn.call(ctx, ask("", target.CloseTarget, target.CloseTargetParams{TargetID: d.page}), new(struct{}))
}

func (d *driver) attach() {
	d.t.Helper()
	flatten := true
	var attached target.AttachToTargetResult
	d.call(ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: d.page, Flatten: &flatten}), &attached)
	d.session = attached.SessionID
}

func (d *driver) call(cmd command, result any) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.conn.call(ctx, cmd, result); err != nil {
		d.t.Fatal(err)
	}
}

// navigate goes to a page, and does not wait for it to load.
func (d *driver) navigate(url string) {
	d.t.Helper()
	var result page.NavigateResult
	d.call(ask(d.session, page.Navigate, page.NavigateParams{URL: url}), &result)
	if result.ErrorText != "" {
		d.t.Fatalf("opening %s: %s", url, result.ErrorText)
	}
}

func (d *driver) open(url string) {
	d.t.Helper()
	d.navigate(url)
	d.run(`new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))`)
}

// run runs a script and waits for the promise it may return.
func (d *driver) run(script string) string {
	d.t.Helper()
	yes := true
	var result cdpruntime.EvaluateResult
	d.call(ask(d.session, cdpruntime.Evaluate, cdpruntime.EvaluateParams{
		Expression: script, AwaitPromise: &yes, ReturnByValue: &yes, UserGesture: &yes,
	}), &result)
	if result.ExceptionDetails != nil {
		d.t.Fatalf("running %s: %s", script, result.ExceptionDetails.Exception.Description)
	}
	return string(result.Result.Value)
}

// watched is a probe with what it has seen.
type watched struct {
	*Probe
	t       testing.TB
	entries []datalayer.Entry
	state   datalayer.Attachment
}

// watch attaches a probe to a tab, and waits until the hook is in place.
func watch(t testing.TB, d *driver, b *launched, more ...func(*Options)) *watched {
	t.Helper()
	o := Options{Attach: b.address, Tab: d.name, bounds: unhurried}
	for _, f := range more {
		f(&o)
	}
	w := start(t, o)
	w.until("the hook is in place", func() bool { return w.state.Phase == datalayer.Live })
	return w
}

func start(t testing.TB, o Options) *watched {
	t.Helper()
	if o.bounds == (bounds{}) {
		o.bounds = unhurried
	}
	if o.URL != "" {
		ownBrowser(t)
	}
	p, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Probe: p, t: t}
	t.Cleanup(func() { _ = p.Close() })
	return w
}

// until takes entries until done holds.
func (w *watched) until(what string, done func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for !done() {
		batch, err := w.Next(ctx)
		w.entries = append(w.entries, batch.Entries...)
		if batch.Attachment != nil {
			w.state = *batch.Attachment
		}
		if err != nil && !done() {
			w.t.Fatalf("waiting until %s: %v; the state is %+v; seen:\n%s", what, err, w.state, strings.Join(w.story(), "\n"))
		}
	}
}

// see waits for a push of the event.
func (w *watched) see(event string) {
	w.t.Helper()
	w.until("there is a push of "+event, func() bool {
		for _, p := range w.pushes() {
			if p.Event == event {
				return true
			}
		}
		return false
	})
}

func (w *watched) pushes() []*datalayer.Push { return only[*datalayer.Push](w.entries) }

func only[E datalayer.Entry](entries []datalayer.Entry) []E {
	var found []E
	for _, e := range entries {
		if e, ok := e.(E); ok {
			found = append(found, e)
		}
	}
	return found
}

// story tells the entries in a line each.
func (w *watched) story() []string {
	var lines []string
	pages := map[string]*datalayer.Page{}
	for _, e := range w.entries {
		switch e := e.(type) {
		case *datalayer.Page:
			pages[e.ID] = e
			lines = append(lines, fmt.Sprintf("page %s %s %s %s", e.Target, frameOf(e), e.Cause, pathOf(e.URL)))
		case *datalayer.Push:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("push %s %s %s %s", pathOf(pages[e.Page].URL), e.Layer, nameOf(e), fateOf(e))))
		case *datalayer.LayerChange:
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("layer %s %s %s %s", pathOf(pages[e.Page].URL), e.Layer, e.What, e.Container)))
		case *datalayer.ScriptError:
			lines = append(lines, fmt.Sprintf("error %s %s", pathOf(e.URL), e.Message))
		case *datalayer.Action:
			lines = append(lines, fmt.Sprintf("%s %s %q", e.Action, e.Selector, e.Text))
		case *datalayer.Hit:
			lines = append(lines, hitStory(e, pages[e.Page]))
		case *datalayer.Gap:
			lines = append(lines, fmt.Sprintf("gap %s", e.Why))
		case *datalayer.Container:
			lines = append(lines, fmt.Sprintf("container %s %s %s", e.ID, e.Version, e.Layer))
		}
	}
	return lines
}

// hitStory describes a hit: its page, what it says, what became of it, and the messages
// during whose push it left.
func hitStory(hit *datalayer.Hit, page *datalayer.Page) string {
	line := "hit nowhere "
	if page != nil {
		line = "hit " + pathOf(page.URL) + " "
	}
	line += fmt.Sprintf("%s %s %s %d", hit.Vendor, hit.Method, hit.Event, hit.Status)
	if hit.Error != "" {
		line += " (" + hit.Error + ")"
	}
	for _, ref := range hit.During {
		line += " during " + ref.Push.Event
	}
	return line
}

// fateOf tells how a message came to its layer, and what became of it: "(unshift)",
// "(1.0)" for call 1, argument 0, "(called a)", "(received)", "(not received)".
func fateOf(p *datalayer.Push) string {
	var fate string
	if p.Via != datalayer.ViaPush {
		fate += "(" + string(p.Via) + ")"
	}
	if p.Call > 0 {
		fate += fmt.Sprintf("(%d.%d)", p.Call, p.Arg)
	}
	if p.Called != nil {
		fate += "(called " + string(p.Called) + ")"
	}
	switch p.Received {
	case datalayer.Yes:
		fate += "(received)"
	case datalayer.No:
		fate += "(not received)"
	}
	return fate
}

func nameOf(p *datalayer.Push) string {
	if p.Event != "" {
		return p.Event
	}
	return string(p.Message)
}

func frameOf(p *datalayer.Page) string {
	switch {
	case p.Frame == "main":
		return "main"
	case p.Parent == "main":
		return "frame"
	}
	return "nested frame"
}

// pathOf is a URL without what changes from run to run.
func pathOf(url string) string {
	for _, host := range []string{"http://127.0.0.1:", "http://localhost:"} {
		if rest, ok := strings.CutPrefix(url, host); ok {
			_, path, _ := strings.Cut(rest, "/")
			return strings.TrimSuffix(strings.TrimPrefix(host, "http://"), ":") + "/" + path
		}
	}
	if len(url) > 40 {
		return url[:40]
	}
	return url
}

// settle waits until every hook was checked once more and takes what came: all that
// the pages have pushed until now.
func (w *watched) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	b := barrier{time.Now(), make(chan struct{})}
	select {
	case w.barriers <- b:
	case <-w.ended:
	case <-ctx.Done():
	}
	select {
	case <-b.done:
	case <-w.ended:
	case <-ctx.Done():
		w.t.Fatalf("the hooks do not answer; seen:\n%s", strings.Join(w.story(), "\n"))
	}
	w.drain()
}

// drain takes what is there without waiting for more.
func (w *watched) drain() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for {
		batch, err := w.Next(ctx)
		w.entries = append(w.entries, batch.Entries...)
		if batch.Attachment != nil {
			w.state = *batch.Attachment
		}
		if err != nil {
			return
		}
	}
}

// firstPage returns the page that a new browser shows.
func (d *driver) firstPage() target.ID {
	d.t.Helper()
	var tabs target.GetTargetsResult
	d.call(ask("", target.GetTargets, target.GetTargetsParams{}), &tabs)
	for _, info := range tabs.TargetInfos {
		if info.Type == "page" {
			return info.TargetID
		}
	}
	d.t.Fatal("the browser shows no page")
	return ""
}
