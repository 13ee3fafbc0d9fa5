//go:build unix

package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// summary is what a sweep prints with --format json.
type summary struct {
	Verdict string
	Counts  struct{ Pages, Passed, Failed, NotRecorded, Retried, Messages int }
	Pages   []struct {
		URL, File, Verdict, Error string
		Messages                  int
		Failed                    []struct{ Where, Error string }
	}
}

func readSummary(t *testing.T, text string) summary {
	t.Helper()
	var s summary
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return s
}

// manyPages serves pages that push their own names. It calls before first for each
// request.
func manyPages(t *testing.T, before func(w http.ResponseWriter, r *http.Request)) *httptest.Server {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/favicon.ico" {
			http.NotFound(w, r)
			return
		}
		before(w, r)
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<title>Page</title><script>dataLayer = [{event: 'seen', path: %q, cookies: document.cookie}]; document.cookie = 'before=1'</script>`, r.URL.Path)
	}))
	t.Cleanup(site.Close)
	return site
}

// listOf writes a list of pages of a site, and returns the file.
func listOf(t *testing.T, site string, n int) string {
	t.Helper()
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "%s/%d\n", site, i+1)
	}
	path := filepath.Join(t.TempDir(), "pages.txt")
	if err := os.WriteFile(path, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// checkRecordings compares the recordings of a sweep with its pages: each has one, with
// one message in its own browser context.
func checkRecordings(t *testing.T, dir string, s summary, pages int) {
	t.Helper()
	if len(s.Pages) != pages {
		t.Errorf("the summary has %d pages, not %d", len(s.Pages), pages)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.session.jsonl"))
	if err != nil || len(files) != pages {
		t.Errorf("there are %d recordings, not %d: %v", len(files), pages, err)
	}
	for i, page := range s.Pages {
		path := fmt.Sprintf("/%d", i+1)
		if !strings.HasSuffix(page.URL, path) || page.Verdict != "pass" || page.Messages != 1 {
			t.Errorf("page %d is %+v", i+1, page)
			continue
		}
		file := filepath.Join(dir, page.File)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := kinds(linesOf(t, file)); got != "session page push end" || !strings.Contains(string(text), `"path":"`+path+`","cookies":""`) {
			t.Errorf("%s has %s:\n%s", page.File, got, text)
		}
	}
}

// A list of pages is visited in several browsers. One is killed in the middle, and one
// does not respond until then: all pages are recorded, each once, and retries are
// reported.
func TestSweepWithABrowserThatIsKilled(t *testing.T) {
	t.Parallel()
	pages, browsers := 24, 2
	if os.Getenv("LAYERTAP_SOAK") != "" {
		pages, browsers = 300, 4
	}
	var first *os.Process
	var mu sync.Mutex
	served, killed := 0, make(chan struct{})
	site := manyPages(t, func(_ http.ResponseWriter, r *http.Request) {
		switch r.UserAgent() {
		case "first":
			mu.Lock()
			served++
			n := served
			mu.Unlock()
			if n == 8 {
				_ = first.Kill()
				<-r.Context().Done()
				close(killed)
			}
		case "second":
			<-killed
		}
	})
	args := []string{"sweep", listOf(t, site.URL, pages), "--out", "visits", "--for", "100ms", "--format", "json"}
	var firstAt string
	for i := range browsers {
		name := []string{"first", "second", "other", "other"}[i]
		process, address := startBrowser(t, t.TempDir(), []string{"--user-agent=" + name}, "about:blank")
		if i == 0 {
			first, firstAt = process, address
		}
		args = append(args, "--attach", address)
	}
	cmd := program(t, args...)
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("the sweep ended with %v:\n%s", err, out)
	}
	s := readSummary(t, string(out))
	checkRecordings(t, filepath.Join(cmd.Dir, "visits"), s, pages)
	if s.Verdict != "pass" || s.Counts.Pages != pages || s.Counts.Passed != pages || s.Counts.Retried == 0 {
		t.Errorf("the summary is %+v", s.Counts)
	}
	retried := 0
	for _, page := range s.Pages {
		if len(page.Failed) == 0 {
			continue
		}
		retried++
		if page.Failed[0].Where != firstAt || page.Failed[0].Error == "" {
			t.Errorf("%s was tried again because of %+v", page.URL, page.Failed)
		}
	}
	if retried != s.Counts.Retried {
		t.Errorf("%d pages were tried again, and the summary counts %d", retried, s.Counts.Retried)
	}
	t.Logf("%d pages, %d tried again, at most %d MB", pages, retried, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss>>10)
}

// The same with browsers that layertap starts. A resumed sweep visits the missing
// pages, and shards are merged.
func TestSweepContinuesAndMerges(t *testing.T) {
	t.Parallel()
	const pages = 6
	var mu sync.Mutex
	seen := map[string]int{}
	site := manyPages(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.URL.Path]++
	})
	list, dir := listOf(t, site.URL, pages), t.TempDir()
	sweep := func(code int, args ...string) string {
		t.Helper()
		cmd := program(t, append([]string{"sweep"}, args...)...)
		cmd.Dir = dir
		out, _ := cmd.Output() // the exit code is checked
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("sweep %v ended with %d, not %d:\n%s", args, got, code, out)
		}
		return string(out)
	}
	for _, shard := range []string{"1", "2"} {
		sweep(0, list, "--shard", shard+"/2", "--out", shard, "--for", "100ms", "--jobs", "2", "--headless")
	}
	merged := readSummary(t, sweep(0, "merge", "1", "2", "--format", "json"))
	if merged.Counts.Pages != pages || merged.Counts.Passed != pages || merged.Pages[3].URL != site.URL+"/4" {
		t.Errorf("the shards together are %+v", merged)
	}
	sweep(2, list, "--shard", "1/2", "--out", "1", "--for", "100ms") // the directory has results
	if err := os.Remove(filepath.Join(dir, "1", merged.Pages[2].File)); err != nil {
		t.Fatal(err)
	}
	again := readSummary(t, sweep(0, list, "--shard", "1/2", "--out", "1", "--for", "100ms", "--resume", "--format", "json"))
	if again.Counts.Pages != 3 || again.Counts.Passed != 3 || again.Counts.Messages != 3 {
		t.Errorf("continued, it is %+v", again)
	}
	for path, times := range seen {
		if want := map[string]int{"/3": 2}[path]; times != max(want, 1) {
			t.Errorf("%s was visited %d times", path, times)
		}
	}
	if report := sweep(0, "merge", "1", "2", "--format", "junit"); !strings.Contains(report, `tests="6" failures="0" errors="0"`) {
		t.Errorf("the report is %s", report)
	}
}

// On each page a flow is performed, after the visitor's choice. A page on which that is
// impossible isn't recorded.
func TestSweepPerformsAFlow(t *testing.T) {
	t.Parallel()
	site := manyPages(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path != "/2" {
			fmt.Fprint(w, `<button onclick="dataLayer.push({event: 'chosen'})">Yes</button>`)
		}
		fmt.Fprint(w, `<button onclick="dataLayer.push({event: 'opened'})">Chat</button>`)
	})
	cmd := program(t, "sweep", listOf(t, site.URL, 2), "--consent", "yes.json", "--flow", "chat.json", "--out", "visits", "--for", "100ms", "--retries", "0", "--headless", "--format", "json")
	for name, button := range map[string]string{"yes": "Yes", "chat": "Chat"} {
		flow := flowOf(`{"type": "navigate", "url": "https://shop.example/"}` + "\n" + `{"type": "click", "timeout": 2000, "selectors": [["aria/` + button + `"]]}`)
		if err := os.WriteFile(filepath.Join(cmd.Dir, name+".json"), []byte(flow), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, _ := cmd.Output() // the exit code is checked
	s := readSummary(t, string(out))
	if code := cmd.ProcessState.ExitCode(); code != 2 || s.Counts.Passed != 1 || s.Counts.NotRecorded != 1 {
		t.Fatalf("it ended with %d: %s", code, out)
	}
	got := eventsOf(t, filepath.Join(cmd.Dir, "visits", s.Pages[0].File))
	if want := []string{"seen", "chosen", "opened"}; !slices.Equal(got, want) {
		t.Errorf("the messages are %q, not %q", got, want)
	}
	if want := "performing the flow yes.json, step 2 (click): it took longer than 2s: no visible element matches aria/Yes"; s.Pages[1].Error != want {
		t.Errorf("the other page has the error %q, not %q", s.Pages[1].Error, want)
	}
}

// With two choices of the visitor, each page is recorded after both, and the
// differences are reported.
func TestSweepComparesConsent(t *testing.T) {
	t.Parallel()
	site := pages(t, `<title>Shop</title><button id=yes>Accept</button><button id=no>Reject</button><script>
		dataLayer = [{event: 'banner_shown', before: document.cookie}];
		yes.onclick = () => { document.cookie = 'consent=yes'; dataLayer.push({event: 'consent', given: true}, {event: 'page_seen'}) };
		no.onclick = () => dataLayer.push({event: 'consent', given: false});
	</script>`)
	cmd := program(t, "sweep", site.URL+"/1", site.URL+"/2", "--consent", "reject.json", "--consent", "accept.json", "--out", "visits", "--for", "100ms", "--headless")
	for name, button := range map[string]string{"accept": "Accept", "reject": "Reject"} {
		flow := flowOf(`{"type": "navigate", "url": "https://shop.example/"}` + "\n" + `{"type": "click", "selectors": [["aria/` + button + `"]]}`)
		if err := os.WriteFile(filepath.Join(cmd.Dir, name+".json"), []byte(flow), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := "accept compared with reject\n  ~ other values in message  consent  on 2 pages\n  + extra message  page_seen  on 2 pages\n\nPASS: 2 pages, 2 passed,"
	if !strings.Contains(string(out), want) {
		t.Errorf("it printed\n%s", out)
	}
	for _, choice := range []string{"accept", "reject"} {
		files, err := filepath.Glob(filepath.Join(cmd.Dir, "visits", "*."+choice+".session.jsonl"))
		if err != nil || len(files) != 2 {
			t.Errorf("the recordings after %s are %q", choice, files)
		}
		for _, file := range files {
			if got := kinds(linesOf(t, file)); !strings.Contains(got, "push action push") || !strings.Contains(readFile(t, file), `"before":""`) {
				t.Errorf("%s has %s", file, got)
			}
		}
	}
	again := program(t, "sweep", site.URL+"/1", site.URL+"/2", "--consent", "reject.json", "--consent", "accept.json", "--out", "visits", "--resume", "--browser", "/bin/false")
	again.Dir = cmd.Dir
	if repeated, err := again.Output(); err != nil || string(repeated) != string(out) {
		t.Errorf("continued, it printed, with %v:\n%s", err, repeated)
	}
}
