package probe

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"layertap/datalayer"
	"layertap/probe/bounds"
	"layertap/probe/browser"
	"layertap/probe/devtools"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// chrome is the browser that the tests share. Each opens its own tab in it.
var chrome *browser.Launched

func TestMain(m *testing.M) {
	if os.Getenv("LAYERTAP_TEST_ATTACH") != "" {
		dieAttached()
	}
	if os.Getenv("LAYERTAP_TEST_LAUNCH") != "" {
		dieLaunched()
	}
	// Under nohup and in the background of a script, signals are ignored, which the processes
	// that tests start would inherit.
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	flag.Parse()
	_ = flag.Set("test.parallel", fmt.Sprint(2*runtime.GOMAXPROCS(0))) // tests mostly wait for the browser
	var err error
	if chrome, err = startChrome(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests need a browser:", err)
		return 1
	}
	defer chrome.Close()
	return m.Run()
}

// unhurried are bounds that no test reaches on a busy machine. A test of a bound sets
// that one.
var unhurried = bounds.Times{
	Lease: time.Hour, Snapshot: time.Hour, Untaken: time.Hour, Action: time.Hour,
	Overdue: time.Minute, FrameOverdue: time.Minute, AfterLoad: time.Minute, AfterClose: time.Minute, Detach: time.Minute,
	Opening: time.Minute, Answer: time.Minute,
	Start: 10 * time.Minute, Silence: time.Hour, Quiet: time.Hour, AskAgain: time.Hour, Tab: time.Hour, Drawing: time.Minute, Reading: time.Minute,
}

// browsers has a token for each test whose browsers run in addition to the shared one, to
// limit them to the number of processors.
var browsers = make(chan struct{}, runtime.GOMAXPROCS(0))

// holders are the names of the tests that have a token.
var holders sync.Map

// ownBrowser waits until the test may start its own browser. Those that one test and its
// subtests start count as one: on a single processor the second would wait forever for the
// first.
func ownBrowser(t testing.TB) {
	t.Helper()
	for name := t.Name(); ; {
		if _, has := holders.Load(name); has {
			return
		}
		i := strings.LastIndexByte(name, '/')
		if i < 0 {
			break
		}
		name = name[:i]
	}
	browsers <- struct{}{}
	holders.Store(t.Name(), true)
	t.Cleanup(func() {
		holders.Delete(t.Name())
		<-browsers
	})
}

// ownChrome starts a browser for one test.
func ownChrome(t testing.TB) *browser.Launched {
	t.Helper()
	ownBrowser(t)
	b, err := startChrome()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// patience is how long a test waits before it fails. It is much longer than anything
// takes, so that a busy machine fails no test.
const patience = 5 * time.Minute

// soak makes the tests run their large loops: with LAYERTAP_SOAK=1 in the environment,
// as set by make soak.
var soak = os.Getenv("LAYERTAP_SOAK") != ""

// rounds returns the number of iterations of a loop: few, or with soak as many as it
// takes to find rare failures.
func rounds(few, many int) int {
	if soak {
		return many
	}
	return few
}

// startChrome starts a browser in which every site has its own process, as on a
// desktop.
func startChrome() (*browser.Launched, error) {
	return browser.Launch(context.Background(), browser.Options{
		Headless: true, Patience: unhurried.Start,
		Switches: []string{"remote-debugging-port=0", "site-per-process", "disable-popup-blocking"},
	})
}

// site serves pages by path, on 127.0.0.1 and on localhost, which are two sites. In a
// page's text, {other} is the other site's origin.
type site struct {
	*httptest.Server
	pages map[string]string
	mu    sync.Mutex
	gates map[string]chan struct{}
}

// gate returns a channel to close when pages that wait for the gate may be served.
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

// other returns the origin of the other site.
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
		if name == "Wait" { // not a header: the gate that the response waits for
			select {
			case <-s.gate(value):
			case <-r.Context().Done():
			}
			continue
		}
		if name == "Status" { // not a header either
			status, _ = strconv.Atoi(value)
			continue
		}
		w.Header().Set(name, value)
	}
	switch path.Ext(r.URL.Path) {
	case ".js":
		w.Header().Set("Content-Type", "text/javascript")
	case ".css":
		w.Header().Set("Content-Type", "text/css")
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text))
}

// cutHeader removes a leading line "#Name: value" from a page's text.
func cutHeader(text *string) (string, bool) {
	if !strings.HasPrefix(*text, "#") {
		return "", false
	}
	header, rest, _ := strings.Cut((*text)[1:], "\n")
	*text = rest
	return header, true
}

// driver acts as a user of a tab: it opens pages and runs scripts there.
type driver struct {
	t       testing.TB
	conn    *devtools.Conn
	tab     target.SessionID // with the tab; empty if the page is driven without it
	session target.SessionID
	page    target.ID
	name    string // a part of the first URL, by which the tab is found
}

var tabCount atomic.Int64

// newTab opens a tab in b, and drives its page through the tab: a session with the page
// itself would keep the browser from prerendering.
func newTab(t testing.TB, b *browser.Launched) *driver {
	t.Helper()
	c, err := browser.Dial(t.Context(), b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	d := &driver{t: t, conn: c, name: fmt.Sprintf("about:blank#tab%d-", tabCount.Add(1))}
	yes := true
	var created target.CreateTargetResult
	d.call(protocol.Ask("", target.CreateTarget, target.CreateTargetParams{URL: d.name, ForTab: &yes}), &created)
	var attached target.AttachToTargetResult
	d.call(protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: created.TargetID, Flatten: &yes}), &attached)
	d.tab = attached.SessionID
	d.call(protocol.Ask(d.tab, target.SetAutoAttach, target.SetAutoAttachParams{
		AutoAttach: true, Flatten: &yes, Filter: target.Filter{{Type: "page"}},
	}), new(struct{}))
	d.turn()
	t.Cleanup(d.shut)
	return d
}

// turn continues with the page that is created next in the tab.
func (d *driver) turn() {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		for _, m := range d.conn.Take() {
			if m.SessionID == d.tab && string(m.Method) == target.AttachedToTarget.Method {
				protocol.On(m, func(e *target.EventAttachedToTarget) { d.session, d.page = e.SessionID, e.TargetInfo.TargetID })
				return
			}
		}
		select {
		case <-d.conn.Arrived():
		case <-ctx.Done():
			d.t.Fatal("no page came to be in the tab")
		}
	}
}

// shut closes the tab.
func (d *driver) shut() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_ = d.conn.Call(ctx, protocol.Ask("", target.CloseTarget, target.CloseTargetParams{TargetID: d.page}), new(struct{}))
}

func (d *driver) attach() {
	d.t.Helper()
	flatten := true
	var attached target.AttachToTargetResult
	d.call(protocol.Ask("", target.AttachToTarget, target.AttachToTargetParams{TargetID: d.page, Flatten: &flatten}), &attached)
	d.session = attached.SessionID
}

func (d *driver) call(cmd protocol.Command, result any) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.conn.Call(ctx, cmd, result); err != nil {
		d.t.Fatal(err)
	}
}

// navigate opens a page without waiting for it to load.
func (d *driver) navigate(url string) {
	d.t.Helper()
	var result page.NavigateResult
	d.call(protocol.Ask(d.session, page.Navigate, page.NavigateParams{URL: url}), &result)
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
	d.call(protocol.Ask(d.session, cdpruntime.Evaluate, cdpruntime.EvaluateParams{
		Expression: script, AwaitPromise: &yes, ReturnByValue: &yes, UserGesture: &yes,
	}), &result)
	if result.ExceptionDetails != nil {
		d.t.Fatalf("running %s: %s", script, result.ExceptionDetails.Exception.Description)
	}
	return string(result.Result.Value)
}

// watched is a probe with what it has recorded.
type watched struct {
	*Probe
	t       testing.TB
	entries []datalayer.Entry
	state   datalayer.Attachment
}

// watch attaches a probe to a tab, and waits until the hook is installed.
func watch(t testing.TB, d *driver, b *browser.Launched, more ...func(*Options)) *watched {
	t.Helper()
	o := Options{Attach: b.Address, Tab: d.name, bounds: unhurried}
	for _, f := range more {
		f(&o)
	}
	w := start(t, o)
	w.until("the hook is in place", func() bool { return w.state.Phase == datalayer.Live })
	return w
}

func start(t testing.TB, o Options) *watched {
	t.Helper()
	if o.bounds == (bounds.Times{}) {
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

// until reads entries until done returns true.
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

func (w *watched) pushes() []*datalayer.Push { return probetest.Only[*datalayer.Push](w.entries) }

// story returns the entries as text, one line each.
func (w *watched) story() []string { return probetest.Story(w.entries) }

// settle waits until every hook was checked once more and reads what arrived:
// everything that the pages have pushed until now.
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

// drain reads what has arrived, without waiting for more.
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

// firstPage returns the page of a new browser.
func (d *driver) firstPage() target.ID {
	d.t.Helper()
	var tabs target.GetTargetsResult
	d.call(protocol.Ask("", target.GetTargets, target.GetTargetsParams{}), &tabs)
	for _, info := range tabs.TargetInfos {
		if info.Type == "page" {
			return info.TargetID
		}
	}
	d.t.Fatal("the browser shows no page")
	return ""
}
