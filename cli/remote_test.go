//go:build unix

package cli_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// get sends an HTTP request to a browser.
func get(t *testing.T, method, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// tabsOf returns the URLs of the pages of a browser.
func tabsOf(t *testing.T, address string) string {
	t.Helper()
	var targets []struct{ Type, URL string }
	if err := json.Unmarshal([]byte(get(t, http.MethodGet, "http://"+address+"/json/list")), &targets); err != nil {
		t.Fatal(err)
	}
	var urls []string
	for _, one := range targets {
		if one.Type == "page" {
			urls = append(urls, one.URL)
		}
	}
	return strings.Join(urls, " ")
}

// A URL is opened in a new tab of a running browser, with its cookies, and the tab is
// closed at the end. A page of a sweep has no cookies.
func TestRecordInARunningBrowser(t *testing.T) {
	t.Parallel()
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	address := everydayBrowser(t, t.TempDir(), site.URL+"/open")
	before := tabsOf(t, address)
	cmd := program(t, "record", site.URL+"/new", "--attach", address, "--for", "300ms", "-o", "a.session.jsonl",
		"--lang", "de-DE", "--timezone", "Asia/Tokyo", "--viewport", "800x600", "--cookie", "given=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	file := filepath.Join(cmd.Dir, "a.session.jsonl")
	if got := kinds(linesOf(t, file)); got != "session page push end" {
		t.Errorf("the file has %s", got)
	}
	if cookies := readFile(t, file); !strings.Contains(cookies, "before=1") || !strings.Contains(cookies, "given=1") {
		t.Errorf("the page had other cookies: %s", cookies)
	}
	if after := tabsOf(t, address); after != before {
		t.Errorf("the tabs were %s, and are %s", before, after)
	}
}

// behind is a proxy for a browser that requires a token, or a user and a password.
func behind(t *testing.T, browser string) (host string) {
	target, err := url.Parse("http://" + browser)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if r.URL.Query().Get("token") != "s3cret" && (user != "qa" || password != "s3cret") {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		r.URL.Path = strings.TrimPrefix(r.URL.Path, "/chrome")
		r.Header.Del("Authorization")
		r.Host = browser
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// The location of a browser keeps its path, query, user and password, none of which is
// ever printed.
func TestAttachWithAToken(t *testing.T) {
	t.Parallel()
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	host := behind(t, everydayBrowser(t, t.TempDir(), "about:blank"))
	for where, want := range map[string]struct {
		code    int
		printed string
	}{
		"ws://" + host + "?token=s3cret":                            {0, ""},
		"ws://" + host + "/?token=s3cret":                           {0, ""},
		"http://" + host + "/chrome?token=s3cret":                   {0, ""},
		"http://qa:s3cret@" + host:                                  {0, ""},
		"ws://" + host + "?token=s3cretwrong":                       {2, "attaching to " + host + ": it refuses access"},
		"http://qa:s3cretwrong@" + host:                             {2, "attaching to " + host + ": it refuses access"},
		"ws://" + host + "/devtools/browser/none?token=s3cretwrong": {2, "attaching to " + host + ": it refuses access"},
	} {
		r := run(t, "record", site.URL+"/page", "--attach", where, "--for", "100ms", "-o", "a.session.jsonl")
		if r.code != want.code || !strings.Contains(r.printed, want.printed) || strings.Contains(r.printed, "s3cret") {
			t.Errorf("%s: it ended with %d, not %d:\n%s", where, r.code, want.code, r.printed)
		}
	}
	r := run(t, "sweep", site.URL+"/1", "--attach", "ws://"+host+"?token=s3cret", "--out", "visits", "--for", "100ms", "--format", "json")
	if r.code != 0 || !strings.Contains(r.printed, `"verdict":"pass"`) || strings.Contains(r.printed, "s3cret") {
		t.Errorf("the sweep ended with %d:\n%s", r.code, r.printed)
	}
	r = run(t, "sweep", site.URL+"/1", "--attach", "ws://"+host+"?token=s3cretwrong", "--out", "visits", "--retries", "0")
	if r.code != 2 || !strings.Contains(r.printed, "it refuses access") || strings.Contains(r.printed, "s3cret") {
		t.Errorf("the sweep with a wrong token ended with %d:\n%s", r.code, r.printed)
	}
}

// Servers of other protocols are recognized by what they answer.
func TestAttachToAnotherServer(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"Running": "this is a Playwright server, which doesn't speak Chrome's DevTools protocol",
		`{"value":{"error":"unknown command","message":"no handler","stacktrace":""}}`:             "this is a WebDriver server, not Chrome; give a Selenium Grid 4 to --grid",
		`<script>var json = '{"class":"org.openqa.grid.web.servlet.DisplayHelpHandler"}'</script>`: "this is a WebDriver server, not Chrome; give a Selenium Grid 4 to --grid",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if answer != "Running" {
				w.WriteHeader(http.StatusNotFound)
			}
			fmt.Fprint(w, answer)
		}))
		defer server.Close()
		r := run(t, "record", "http://127.0.0.1:1/", "--attach", strings.Replace(server.URL, "http", "ws", 1), "--for", "1s", "-o", "a.session.jsonl")
		if r.code != 2 || !strings.Contains(r.printed, want) {
			t.Errorf("attached to %s, it ended with %d:\n%s", answer, r.code, r.printed)
		}
	}
}

// seleniumGrid is a hub of a Selenium Grid whose sessions share one browser. It counts
// the sessions that are open, and all sessions.
func seleniumGrid(t *testing.T, browser string) (hub string, open, ever *atomic.Int32) {
	open, ever = new(atomic.Int32), new(atomic.Int32)
	var version struct{ WebSocketDebuggerURL string }
	if err := json.Unmarshal([]byte(get(t, http.MethodGet, "http://"+browser+"/json/version")), &version); err != nil {
		t.Fatal(err)
	}
	target, err := url.Parse("http://" + browser)
	if err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(version.WebSocketDebuggerURL, browser)
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost && r.URL.Path == "/session":
			open.Add(1)
			n := ever.Add(1)
			fmt.Fprintf(w, `{"value":{"sessionId":"s%d","capabilities":{"browserName":"chrome","se:cdp":"ws://10.0.0.7:5555/session/s%[1]d/se/cdp"}}}`, n)
		case r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/session/s"):
			open.Add(-1)
			fmt.Fprint(w, `{"value":null}`)
		case strings.HasSuffix(r.URL.Path, "/se/cdp"):
			r.URL.Path, r.Host = path, browser
			proxy.ServeHTTP(w, r)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL, open, ever
}

func TestGrid(t *testing.T) {
	t.Parallel()
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	hub, open, ever := seleniumGrid(t, everydayBrowser(t, t.TempDir(), "about:blank"))
	cmd := program(t, "record", site.URL+"/1", "--grid", hub, "--for", "100ms", "-o", "a.session.jsonl")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got := kinds(linesOf(t, filepath.Join(cmd.Dir, "a.session.jsonl"))); got != "session page push end" {
		t.Errorf("the file has %s", got)
	}
	cmd = program(t, "sweep", listOf(t, site.URL, 4), "--grid", hub, "--jobs", "2", "--for", "100ms", "--out", "visits", "--format", "json")
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	checkRecordings(t, filepath.Join(cmd.Dir, "visits"), readSummary(t, string(out)), 4)
	if open.Load() != 0 || ever.Load() != 5 {
		t.Errorf("%d sessions were opened, and %d are open", ever.Load(), open.Load())
	}
	if r := run(t, "record", site.URL, "--grid", site.URL, "--for", "100ms", "-o", "a.session.jsonl"); r.code != 2 || !strings.Contains(r.printed, "isn't that of a Selenium Grid") {
		t.Errorf("without a grid it ended with %d:\n%s", r.code, r.printed)
	}
}

// With --all-tabs, tabs that another program opens are recorded, even after the last
// one was closed.
func TestAllTabs(t *testing.T) {
	t.Parallel()
	site := manyPages(t, func(http.ResponseWriter, *http.Request) {})
	address := everydayBrowser(t, t.TempDir(), site.URL+"/first")
	cmd := program(t, "record", "--attach", address, "--all-tabs", "--plain", "-o", "a.session.jsonl")
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	await := func(text string) {
		t.Helper()
		for lines.Scan() {
			if strings.Contains(lines.Text(), text) {
				return
			}
		}
		t.Fatalf("%q never came", text)
	}
	await("state live")
	for _, path := range []string{"/second", "/third"} {
		var opened struct{ ID string }
		if err := json.Unmarshal([]byte(get(t, http.MethodPut, "http://"+address+"/json/new?"+site.URL+path)), &opened); err != nil {
			t.Fatal(err)
		}
		await(path)
		get(t, http.MethodGet, "http://"+address+"/json/close/"+opened.ID)
	}
	_ = cmd.Process.Signal(syscall.SIGINT)
	for lines.Scan() { // to its end
	}
	_ = cmd.Wait()
	seen := ""
	for _, l := range linesOf(t, filepath.Join(cmd.Dir, "a.session.jsonl")) {
		if l.Type == "page" {
			seen += " " + strings.TrimPrefix(l.URL, site.URL)
		}
	}
	if seen != " /first /second /third" {
		t.Errorf("the pages were%s", seen)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
