package probe

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/crash"
	"layertap/datalayer"
	"layertap/probe/browser"
	"layertap/probe/probetest"
)

// shop is a page with a tag manager's override of push.
var shop = map[string]string{"/": `<title>Shop</title><script>
	dataLayer = [{event: 'early'}];
	handled = [];
	const inner = dataLayer.push;
	dataLayer.push = function (...args) { handled.push(...args); return inner.apply(dataLayer, args) };
</script>`}

// untouched returns the state of a page's data layer and array prototype, to compare
// with and without the hook.
const untouched = `JSON.stringify([
	'value' in Object.getOwnPropertyDescriptor(window, 'dataLayer'),
	'value' in Object.getOwnPropertyDescriptor(dataLayer, 'push'),
	'unshift' in Object.getOwnPropertyDescriptors(dataLayer),
	Object.getOwnPropertyNames(window).filter((k) => /^(binding|layertap)/.test(k)).length])`

// stillWorks pushes, and checks that the page's own override was called.
func (d *driver) stillWorks() {
	d.t.Helper()
	if got := d.run(`dataLayer.push({event: 'after'}), handled.at(-1).event + dataLayer.at(-1).event`); got != `"afterafter"` {
		d.t.Errorf("a push after the end gives %s", got)
	}
}

func TestLeavesThePageAsItWas(t *testing.T) {
	t.Parallel()
	s := serve(t, shop)
	d := newTab(t, chrome)
	d.open(s.URL)
	d.name = s.URL
	w := watch(t, d, chrome)
	d.run(`dataLayer.push({event: 'seen'}); 1`)
	w.see("seen")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := d.run(untouched); got != `"[true,true,false,0]"` {
		t.Errorf("after the end the page is %s", got)
	}
	d.stillWorks()
	d.open(s.URL + "/?again")
	if got := d.run(untouched); got != `"[true,true,false,0]"` {
		t.Errorf("the next page is %s", got)
	}
	if _, err := w.Next(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("after the end Next says %v", err)
	}
}

// dieAttached is a process that is killed in several ways while it is attached.
func dieAttached() {
	b := unhurried
	b.Lease, b.LeaseTurn = time.Millisecond, time.Millisecond
	p, err := Open(Options{Attach: os.Getenv("LAYERTAP_TEST_ATTACH"), Tab: os.Getenv("LAYERTAP_TEST_TAB"), bounds: b})
	if err != nil {
		panic(err)
	}
	for {
		batch, err := p.Next(context.Background())
		if err != nil {
			panic(err)
		}
		if batch.Attachment != nil && batch.Attachment.Phase == datalayer.Live {
			fmt.Println("attached")
		}
		for _, push := range probetest.Only[*datalayer.Push](batch.Entries) {
			if push.Event == "die" {
				switch os.Getenv("LAYERTAP_TEST_WAY") {
				case "panic":
					panic("as it was asked")
				case "exit":
					os.Exit(1)
				case "close":
					_ = p.Close()
					os.Exit(0)
				}
			}
		}
	}
}

// startAttached starts such a process, attached to a tab of the shared browser.
func startAttached(t *testing.T, tab, way string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "LAYERTAP_TEST_ATTACH="+chrome.Address, "LAYERTAP_TEST_TAB="+tab, "LAYERTAP_TEST_WAY="+way)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "attached\n" {
		t.Fatalf("%q, %v", line, err)
	}
	return cmd
}

func TestDiesAttached(t *testing.T) {
	s := serve(t, shop)
	signals := map[string]syscall.Signal{
		"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM, "SIGHUP": syscall.SIGHUP,
		"SIGQUIT": syscall.SIGQUIT, "SIGABRT": syscall.SIGABRT, "SIGKILL": syscall.SIGKILL, "SIGSEGV": syscall.SIGSEGV,
	}
	for _, way := range []string{"SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGKILL", "SIGSEGV", "panic", "exit", "close"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newTab(t, chrome)
			d.open(s.URL + "/?" + way)
			cmd := startAttached(t, s.URL+"/?"+way, way)
			if sig, ok := signals[way]; ok {
				_ = cmd.Process.Signal(sig)
			} else {
				d.run(`dataLayer.push({event: 'die'}); 1`)
			}
			_ = cmd.Wait()
			d.stillWorks()
			// A hook that was not removed steps aside by itself after some pushes.
			for !strings.HasPrefix(d.run(untouched), `"[true,true,false,`) {
				d.run(`dataLayer.push({event: 'more'}); 1`)
			}
			d.stillWorks()
		})
	}
}

func TestHookComesBack(t *testing.T) {
	t.Parallel()
	s := serve(t, ticking)
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.bounds.Lease, o.bounds.LeaseTurn = time.Nanosecond, time.Nanosecond })
	d.open(s.URL)
	w.until("the hook has stepped aside", func() bool { return len(probetest.Only[*datalayer.Gap](w.entries)) > 0 })
	n := len(w.ticks())
	w.untilTicks(1)
	for i, got := range w.ticks() {
		if got != i+1 {
			t.Fatalf("tick %d comes where %d should; %d had come by then", got, i+1, n)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	_ = closed.Close()
	website := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(website.Close)
	unwilling := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Connection rejected", http.StatusForbidden)
	}))
	t.Cleanup(unwilling.Close)
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "hello") }))
	t.Cleanup(other.Close)
	tests := []struct {
		name string
		o    Options
		want []string // parts of the error
	}{
		{"nothing to do", Options{}, []string{"URL", "attach"}},
		{"no such browser", Options{URL: "x", Browser: "/no/such/chrome"}, []string{"/no/such/chrome", "--browser"}},
		{"no browser at all", Options{URL: "x", Browser: "/etc/hostname"}, []string{"/etc/hostname"}},
		{"bad profile", Options{URL: "x", Profile: "../x"}, []string{`"../x"`, "slashes"}},
		{"port closed", Options{Attach: fmt.Sprint(port)}, []string{fmt.Sprint(port), "connection refused", "--remote-debugging-port", "chrome://inspect"}},
		{"a website", Options{Attach: website.URL}, []string{"does not report its URL", browser.ActivePort}},
		{"something else", Options{Attach: other.URL}, []string{"not a browser's debugging port"}},
		{"its user cancels", Options{Attach: strings.Replace(unwilling.URL, "http", "ws", 1) + "/devtools/browser/a"}, []string{"refused", "click Allow"}},
		{"no place", Options{Attach: "ftp://x"}, []string{`"ftp://x"`, "ws"}},
		{"no such host", Options{Attach: "http://no-such-host.invalid:9222"}, []string{"unknown host", "--tab"}},
		{"no such port", Options{Attach: "99999"}, []string{"attaching to 127.0.0.1:99999: invalid port"}},
		{"no such secure host", Options{Attach: "https://no-such-host.invalid"}, []string{"attaching to no-such-host.invalid: unknown host"}},
		{"no such tab", Options{Attach: chrome.Address, Tab: "no such tab"}, []string{`"no such tab"`, "about:blank"}},
		{"no URL", Options{URL: "127.0.0.1", Headless: true}, []string{"opening 127.0.0.1", "invalid URL"}},
		{"URL refused", Options{URL: fmt.Sprintf("http://127.0.0.1:%d", port), Headless: true}, []string{"connection refused", "ERR_CONNECTION_REFUSED"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.o.URL != "" {
				ownBrowser(t)
			}
			p, err := Open(test.o)
			if err == nil {
				defer p.Close()
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			for err == nil {
				_, err = p.Next(ctx)
			}
			for _, part := range test.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("the error does not say %q: %v", part, err)
				}
			}
		})
	}
}

// TestOpens starts its own browser, as a user does.
func TestOpens(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":          `<title>Shop</title><button class="chat big">Chat with us</button><input name=mail><script src="/loader.js?id=GTM-T"></script>`,
		"/loader.js": "var data = {\n\"resource\": {\n\"version\": \"3\"}};\ndataLayer = []; document.querySelector('button').onclick = function chat() { dataLayer.push({event: 'opened'}) }",
	})
	w := start(t, Options{URL: s.URL, Headless: true, Container: func(script []byte, id string) datalayer.Entry {
		_, resource, _ := strings.Cut(string(script), `"resource": `)
		resource, _, _ = strings.Cut(resource, "};")
		return &datalayer.Container{ID: id, Version: "3", Resource: []byte(resource)}
	}})
	w.until("the container is there", func() bool { return len(probetest.Only[*datalayer.Container](w.entries)) == 1 })
	w.untilPhase(datalayer.Live)
	if !strings.HasPrefix(w.state.Browser, "Chrome/") {
		t.Errorf("the browser is %q", w.state.Browser)
	}
	if root := os.Getuid() == 0; root != (len(w.state.Notices) == 1) {
		t.Errorf("the notices are %q", w.state.Notices)
	}
	w.until("the page is there", func() bool { return len(probetest.Only[*datalayer.Page](w.entries)) == 1 })
	want := []string{"container GTM-T 3 dataLayer", "page t1 main load 127.0.0.1/"} // in any order
	got := w.story()
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

// A panic in the program is reported as an error, and the hook is removed from the
// page.
func TestPanicWhileAttached(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": shop["/"], "/gtm.js": `var data = {"resource": {}}`})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.name = s.URL
	w := watch(t, d, chrome, func(o *Options) {
		o.Container = func([]byte, string) datalayer.Entry { panic("such a container was never seen") }
	})
	d.run(`dataLayer.push({event: 'seen'}); document.head.append(Object.assign(document.createElement('script'), {src: '/gtm.js'})); 1`)
	var err error
	for err == nil {
		_, err = w.Next(t.Context())
	}
	if caught := new(crash.Error); !errors.As(err, &caught) || caught.Value != "such a container was never seen" {
		t.Errorf("the panic is told as %v", err)
	}
	if got := d.run(untouched); got != `"[true,true,false,0]"` {
		t.Errorf("after the panic the page is %s", got)
	}
	d.stillWorks()
}
