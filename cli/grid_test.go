//go:build unix

package cli_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Many pages are recorded through browserless, which make test-grid installs.
func TestSweepThroughBrowserless(t *testing.T) {
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
	installed := os.Getenv("LAYERTAP_PLAYWRIGHT")
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
