//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// Many pages are recorded through browserless, which make test-grid installs.
func TestSweepThroughBrowserless(t *testing.T) {
	t.Parallel()
	where := os.Getenv("LAYERTAP_BROWSERLESS")
	if where == "" {
		t.Skip("make test-grid runs it")
	}
	const pages = 300
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	cmd := program(t, "sweep", listOf(t, site.URL, pages), "--attach", where, "--jobs", "4", "--for", "50ms", "--out", "visits", "--format", "json")
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("the sweep ended with %v:\n%.2000s", err, out)
	}
	checkRecordings(t, filepath.Join(cmd.Dir, "visits"), readSummary(t, string(out)), pages)
}

// A Selenium Grid 3 opens browsers that layertap can't reach: it names what it met, and
// what to do.
func TestSelenium3(t *testing.T) {
	t.Parallel()
	hub := os.Getenv("LAYERTAP_SELENIUM")
	if hub == "" {
		t.Skip("make test-grid runs it")
	}
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	const reason = "it is a Selenium Grid 3, whose browsers can't be reached by the DevTools protocol: use a Selenium Grid 4, or a Chrome with --remote-debugging-port and --attach"
	for _, args := range [][]string{
		{"record", site.URL, "--grid", hub + "/wd/hub", "-o", "a.session.jsonl"},
		{"record", site.URL, "--grid", hub, "-o", "a.session.jsonl"},
		{"sweep", site.URL, "--grid", hub + "/wd/hub", "--out", "visits", "--retries", "0"},
	} {
		if r := run(t, args...); r.code != 2 || !strings.Contains(r.printed, reason) {
			t.Errorf("%q ended with %d:\n%s", args, r.code, r.printed)
		}
	}
	if r := run(t, "record", site.URL, "--attach", hub, "--for", "1s", "-o", "a.session.jsonl"); r.code != 2 || !strings.Contains(r.printed, "give it to --grid") {
		t.Errorf("attached, it ended with %d:\n%s", r.code, r.printed)
	}
	var sessions struct{ Value []any }
	if err := json.Unmarshal([]byte(get(t, http.MethodGet, hub+"/wd/hub/sessions")), &sessions); err != nil || len(sessions.Value) > 0 {
		t.Errorf("%d sessions are left open: %v", len(sessions.Value), err)
	}
}

// A Playwright server is recognized by what the real one answers.
func TestPlaywrightServerOfNPM(t *testing.T) {
	t.Parallel()
	server := os.Getenv("LAYERTAP_PLAYWRIGHT_SERVER")
	if server == "" {
		t.Skip("make test-grid runs it")
	}
	for _, where := range []string{server, "ws://" + server, "ws://" + server + "/?browser=chromium", "http://" + server} {
		r := run(t, "record", "https://shop.example", "--attach", where, "--for", "1s", "-o", "a.session.jsonl")
		if r.code != 2 || !strings.Contains(r.printed, "this is a Playwright server, which doesn't speak Chrome's DevTools protocol; start Chrome itself with --remote-debugging-port") {
			t.Errorf("attached to %s, it ended with %d:\n%s", where, r.code, r.printed)
		}
	}
}

// Crawlee opens the pages of a site in its own browser, several at a time, while
// layertap follows its tabs: the messages of every page are recorded, each once.
func TestTabsOfCrawlee(t *testing.T) {
	t.Parallel()
	installed := os.Getenv("LAYERTAP_NPM")
	if installed == "" {
		t.Skip("make test-grid runs it")
	}
	const pages = 40
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>Page</title><script>dataLayer = [{event: 'seen', value: %q}]; onload = () => dataLayer.push({event: 'loaded', value: %[1]q})</script>`, r.URL.Path)
		for n := range pages {
			fmt.Fprintf(w, "<a href=/%d>%[1]d</a>\n", n+1)
		}
	}))
	defer site.Close()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	_, port, _ := net.SplitHostPort(address)

	crawl := exec.CommandContext(t.Context(), os.Getenv("LAYERTAP_NODE"), "crawl.mjs", site.URL, port)
	crawl.Dir = installed
	begin, errIn := crawl.StdinPipe()
	crawled := linesFrom(t, crawl)
	if err := errors.Join(errIn, crawl.Start()); err != nil {
		t.Fatal(err)
	}
	crawled("launched")
	record := program(t, "record", "--attach", address, "--all-tabs", "--plain", "-o", "a.session.jsonl")
	recorded := linesFrom(t, record)
	if err := record.Start(); err != nil {
		t.Fatal(err)
	}
	recorded("state live")
	if _, err := begin.Write([]byte("\n")); err != nil {
		t.Fatal(err)
	}
	recorded("browser") // it ends with the crawl
	if err := crawl.Wait(); err != nil {
		t.Errorf("Crawlee ended with %v", err)
	}
	_ = record.Process.Signal(syscall.SIGINT)
	_ = record.Wait() // the browser has gone
	times := map[string]int{}
	for _, event := range eventsOf(t, filepath.Join(record.Dir, "a.session.jsonl")) {
		times[event]++
	}
	for n := range pages {
		for _, event := range []string{"seen", "loaded"} {
			if got := times[fmt.Sprintf("%s /%d", event, n+1)]; got != 1 {
				t.Errorf("%s of page %d was recorded %d times", event, n+1, got)
			}
		}
	}
}

// linesFrom returns a function that reads the output of a command, which is started
// afterwards, up to a line with a text.
func linesFrom(t *testing.T, cmd *exec.Cmd) (await func(text string)) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	return func(text string) {
		t.Helper()
		said := ""
		for lines.Scan() {
			if said += lines.Text() + "\n"; strings.Contains(lines.Text(), text) {
				return
			}
		}
		t.Fatalf("%q never came, but\n%s", text, said)
	}
}

// exported are pages for which tests are exported, with what a visitor does there. WORD
// is part of what they push.
var exported = map[string]struct{ page, flow string }{
	"inline": {
		`<script>dataLayer = [{event: 'page_ready', page_type: 'WORD'}]; setTimeout(() => dataLayer.push({event: 'later'}), 50)</script>`, "",
	},
	"form": {
		`<script>window.dataLayer = []; let n = 0</script><form onsubmit="event.preventDefault(); dataLayer.push({event: 'lead_sent', count: ++n, form: 'WORD'})">
			<input id=name name=name required><button>Send</button></form>`,
		`{"type": "change", "selectors": [["#name"]], "value": "Ada"}
		{"type": "click", "selectors": [["aria/Send"]]}`,
	},
	"gtag": {
		`<script>window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) } gtag('js', new Date())</script>
			<button onclick="gtag('event', 'sign_up', {method: 'WORD'})">Sign up</button>`,
		`{"type": "click", "selectors": [["aria/Sign up"]]}`,
	},
	"pages": {
		`<script>dataLayer = []; dataLayer.push({event: 'seen', where: location.pathname, what: 'WORD'})</script><a href="/pages/next">Next page</a>`,
		`{"type": "click", "selectors": [["aria/Next page"]], "assertedEvents": [{"type": "navigation"}]}`,
	},
	"history": {
		`<script>dataLayer = [{event: 'first'}]; dataLayer = [{event: 'again'}]</script>
			<button onclick="history.pushState({}, '', '/history/two'); dataLayer.push({event: 'shown', view: {name: 'WORD', ids: [1, 2]}})">Two</button>`,
		`{"type": "click", "selectors": [["aria/Two"]]}`,
	},
}

// Playwright runs the exported tests of recordings: they pass on the unchanged site,
// and fail if it pushes something else.
func TestPlaywrightRunsExportedTests(t *testing.T) {
	t.Parallel()
	installed := os.Getenv("LAYERTAP_NPM")
	if installed == "" {
		t.Skip("make test-grid runs it")
	}
	var faulty atomic.Bool
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		word := "right"
		if faulty.Load() {
			word = "wrong"
		}
		name, _, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!doctype html><title>Page</title>" + strings.ReplaceAll(exported[name].page, "WORD", word)))
	}))
	defer site.Close()
	for name, page := range exported {
		t.Run(name, func(t *testing.T) {
			faulty.Store(false)
			cmd := program(t, "record", site.URL+"/"+name+"?auto", "--headless", "--for", "500ms", "-o", "a.session.jsonl")
			if page.flow != "" {
				writeFlow(t, cmd.Dir, page.flow)
				cmd.Args = append(cmd.Args, "--flow", "flow.json")
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			tests := filepath.Join(installed, "tests-"+name)
			if err := os.MkdirAll(tests, 0o700); err != nil {
				t.Fatal(err)
			}
			export := program(t, "export", filepath.Join(cmd.Dir, "a.session.jsonl"), "--to", "playwright", "-o", filepath.Join(tests, "visit.spec.ts"))
			if out, err := export.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			playwright := func() (string, int) {
				run := exec.CommandContext(t.Context(), filepath.Join(installed, "node_modules/.bin/playwright"), "test", "--config", filepath.Join(installed, "playwright.config.mjs"))
				run.Dir, run.Env = installed, append(os.Environ(), "LAYERTAP_TESTS="+tests)
				out, _ := run.CombinedOutput() // the exit code is checked
				return string(out), run.ProcessState.ExitCode()
			}
			if out, code := playwright(); code != 0 || !strings.Contains(out, "1 passed") {
				t.Errorf("as it was, the test ended with %d:\n%s\n%s", code, out, readFile(t, filepath.Join(tests, "visit.spec.ts")))
			}
			faulty.Store(true)
			if out, code := playwright(); code == 0 || !strings.Contains(out, "1 failed") {
				t.Errorf("with a fault, the test ended with %d:\n%s", code, out)
			}
		})
	}
}
