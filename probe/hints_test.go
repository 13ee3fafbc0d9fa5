package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/visit"
)

// clientHints are the headers with client hints about the browser
// (wicg.github.io/ua-client-hints).
var clientHints = []string{
	"Sec-CH-UA", "Sec-CH-UA-Arch", "Sec-CH-UA-Bitness", "Sec-CH-UA-Form-Factors", "Sec-CH-UA-Full-Version-List",
	"Sec-CH-UA-Mobile", "Sec-CH-UA-Model", "Sec-CH-UA-Platform", "Sec-CH-UA-Platform-Version", "Sec-CH-UA-WoW64",
}

// asker is a site that asks for all client hints, and records what each place sees of the
// browser, and what the requests from there show.
type asker struct {
	*httptest.Server
	t     *testing.T
	seen  chan struct{}
	mu    sync.Mutex
	views map[string]string      // by place
	heads map[string]http.Header // by place, or by path for a page's and a worker's own
}

// view sends what a place sees. It runs in pages and workers.
const view = `const view = async (place) => {
	const high = ['architecture', 'bitness', 'brands', 'formFactors', 'fullVersionList', 'mobile', 'model', 'platform', 'platformVersion', 'wow64'];
	const hints = navigator.userAgentData ? await navigator.userAgentData.getHighEntropyValues(high) : null;
	await fetch('/seen/' + place, {method: 'POST', body: JSON.stringify({agent: navigator.userAgent, platform: navigator.platform, hints})});
};
`

// places are where scripts look. A page opens all of them.
var places = []string{"page", "frame", "popup", "worker", "shared", "service"}

func newAsker(t *testing.T) *asker {
	a := &asker{t: t, seen: make(chan struct{}, 100), views: map[string]string{}, heads: map[string]http.Header{}}
	files := map[string]string{
		"/": `<script>` + view + `view('page'); new Worker('/worker.js'); new SharedWorker('/shared.js'); navigator.serviceWorker.register('/service.js');
			open('/popup')</script><iframe src="{other}/frame"></iframe>`,
		"/frame":      `<script>` + view + `view('frame')</script>`,
		"/popup":      `<script>` + view + `view('popup')</script>`,
		"/worker.js":  view + `view('worker')`,
		"/shared.js":  view + `view('shared')`,
		"/service.js": view + `addEventListener('install', (e) => e.waitUntil(view('service')))`,
	}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Accept-CH", strings.Join(clientHints, ", "))
		place, isView := strings.CutPrefix(r.URL.Path, "/seen/")
		text, isFile := files[r.URL.Path]
		switch {
		case isView:
			body, _ := io.ReadAll(r.Body)
			a.note(place, r.Header, string(body))
		case isFile:
			a.note(r.URL.Path, r.Header, "")
			w.Header().Set("Content-Type", "text/html")
			if strings.HasSuffix(r.URL.Path, ".js") {
				w.Header().Set("Content-Type", "text/javascript")
			}
			_, _ = io.WriteString(w, strings.ReplaceAll(text, "{other}", strings.Replace(a.URL, "127.0.0.1", "localhost", 1)))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *asker) note(name string, head http.Header, view string) {
	a.mu.Lock()
	a.heads[name] = head
	if view != "" {
		a.views[name] = view
	}
	a.mu.Unlock()
	a.seen <- struct{}{}
}

// all waits until all places were seen.
func (a *asker) all() {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		a.mu.Lock()
		n := len(a.views)
		a.mu.Unlock()
		if n == len(places) {
			return
		}
		select {
		case <-a.seen:
		case <-ctx.Done():
			a.t.Fatalf("%d places were seen", n)
		}
	}
}

// browserView is what a place sees of the browser.
type browserView struct {
	Agent, Platform string
	Hints           *struct {
		Architecture, Bitness, Model, Platform, PlatformVersion string
		Mobile, WoW64                                           bool
		FormFactors                                             []string
		Brands, FullVersionList                                 []brand
	}
}

type brand struct{ Brand, Version string }

func (a *asker) view(place string) (v browserView) {
	a.t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := json.Unmarshal([]byte(a.views[place]), &v); err != nil {
		a.t.Fatalf("%s sees %q: %v", place, a.views[place], err)
	}
	return v
}

// headers returns the headers that match what a place sees.
func (v browserView) headers() map[string]string {
	headers := map[string]string{"User-Agent": v.Agent}
	if v.Hints == nil {
		return headers
	}
	flag := map[bool]string{false: "?0", true: "?1"}
	list := func(brands []brand) string {
		var all []string
		for _, b := range brands {
			all = append(all, fmt.Sprintf(`"%s";v="%s"`, b.Brand, b.Version))
		}
		return strings.Join(all, ", ")
	}
	var factors []string
	for _, f := range v.Hints.FormFactors {
		factors = append(factors, `"`+f+`"`)
	}
	headers["Sec-CH-UA"] = list(v.Hints.Brands)
	headers["Sec-CH-UA-Full-Version-List"] = list(v.Hints.FullVersionList)
	headers["Sec-CH-UA-Form-Factors"] = strings.Join(factors, ", ")
	headers["Sec-CH-UA-Mobile"] = flag[v.Hints.Mobile]
	headers["Sec-CH-UA-WoW64"] = flag[v.Hints.WoW64]
	for name, value := range map[string]string{
		"Arch": v.Hints.Architecture, "Bitness": v.Hints.Bitness, "Model": v.Hints.Model,
		"Platform": v.Hints.Platform, "Platform-Version": v.Hints.PlatformVersion,
	} {
		headers["Sec-CH-UA-"+name] = `"` + value + `"`
	}
	return headers
}

// mustAgree checks that the given places see the same as the page, and that no request
// shows anything else.
func (a *asker) mustAgree(places ...string) {
	a.t.Helper()
	want := a.view("page")
	for _, place := range places {
		if diff := cmp.Diff(want, a.view(place)); diff != "" {
			a.t.Errorf("the page (-) and %s (+) see:\n%s", place, diff)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for at, head := range a.heads {
		for name, value := range want.headers() {
			if got, ok := head[http.CanonicalHeaderKey(name)]; ok && got[0] != value {
				a.t.Errorf("a request from or to %s has %s: %s, not %s", at, name, got[0], value)
			}
		}
	}
}

// Without a window, all places see the same browser as with one, and so do the servers,
// from the first request on.
func TestClientHints(t *testing.T) {
	a := newAsker(t)
	w := start(t, Options{URL: a.URL, Headless: true, Visit: visit.Visit{Flags: []string{"--disable-popup-blocking"}}})
	a.all()
	a.mustAgree(places...)
	w.until("the browser's version", func() bool { return w.state.Browser != "" })
	_, version, _ := strings.Cut(w.state.Browser, "/")
	v := a.view("page")
	if !slices.ContainsFunc(v.Hints.FullVersionList, func(b brand) bool { return b.Version == version }) ||
		v.Hints.Architecture == "" || v.Hints.Bitness == "" || !slices.Equal(v.Hints.FormFactors, []string{"Desktop"}) || strings.Contains(v.Agent, "Headless") {
		t.Errorf("a page of %s sees %s, %+v", version, v.Agent, v.Hints)
	}
	for _, name := range clientHints {
		if len(a.heads["page"][http.CanonicalHeaderKey(name)]) == 0 {
			t.Errorf("the page's requests don't have %s", name)
		}
	}
}

// Without a window, what would wait for a user's answer gets one, and nothing is
// downloaded.
func TestNothingWaitsForAnAnswer(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	s := serve(t, map[string]string{
		"/":     "<title>Asks</title><input type=file><a href=/file download>file</a>",
		"/file": "#Content-Disposition: attachment; filename=file.txt\ntext",
	})
	w := start(t, Options{URL: s.URL, Headless: true})
	w.until("the page", func() bool { return w.state.Phase == datalayer.Live })
	d := w.hand()
	for script, want := range map[string]string{
		`print()`: "",
		`new Promise((done) => navigator.geolocation.getCurrentPosition(() => done('given'), (e) => done(e.code)))`: "1",
		`Notification.requestPermission()`: `"denied"`,
		`new Promise((done) => { const f = document.querySelector('input'); f.oncancel = () => done('canceled'); f.onchange = () => done('chosen'); f.click() })`: `"canceled"`,
	} {
		if got := d.run(script); got != want {
			t.Errorf("%s gives %s, not %s", script, got, want)
		}
	}
	// The requests take longer than it takes to save a file.
	d.run(`(async () => { document.querySelector('a').click(); for (let i = 0; i < 200; i++) await fetch('/file', {cache: 'no-store'}) })()`)
	_ = w.Close()
	_ = filepath.WalkDir(home, func(path string, d fs.DirEntry, _ error) error {
		if !d.IsDir() && strings.HasPrefix(d.Name(), "file") {
			t.Errorf("%s was downloaded", path)
		}
		return nil
	})
}

// A tab opened in a running browser is like the others there: only what the visit sets is
// different.
func TestClientHintsOfARunningBrowser(t *testing.T) {
	t.Parallel()
	b := ownChrome(t)
	views := func(visit func(url string)) map[string]string {
		a := newAsker(t)
		visit(a.URL)
		a.all()
		seen := map[string]string{}
		for _, place := range places {
			seen[place] = a.views[place]
		}
		return seen
	}
	own := views(func(url string) { newTab(t, b).open(url) })
	for name, v := range map[string]visit.Visit{"no flags": {}, "a language": {Language: "de-DE"}} {
		opened := views(func(url string) { start(t, Options{URL: url, Attach: b.Address, Visit: v, bounds: unhurried}) })
		if diff := cmp.Diff(own, opened); diff != "" {
			t.Errorf("%s: a tab of its own (-) and one that is opened (+):\n%s", name, diff)
		}
	}
}
