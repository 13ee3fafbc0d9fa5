package probe

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/visit"
)

// reports waits for the message with an event, and returns it.
func (w *watched) reports(event string) string {
	w.t.Helper()
	var found *datalayer.Push
	w.until(event, func() bool {
		for _, e := range w.entries {
			if p, ok := e.(*datalayer.Push); ok && p.Event == event {
				found = p
			}
		}
		return found != nil
	})
	return string(found.Message)
}

func mustContain(t *testing.T, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not contain %s", text, want)
		}
	}
}

// What a page sees of a phone, including in frames and workers.
func TestVisitOnADevice(t *testing.T) {
	const seen = `const seen = async (event) => dataLayer.push({event, agent: navigator.userAgent, platform: navigator.platform,
		mobile: navigator.userAgentData && navigator.userAgentData.mobile, model: (await navigator.userAgentData?.getHighEntropyValues(['model']))?.model,
		screen: screen.width + 'x' + screen.height, inner: innerWidth + 'x' + innerHeight, ratio: devicePixelRatio, touch: navigator.maxTouchPoints,
		coarse: matchMedia('(pointer: coarse)').matches})`
	s := serve(t, map[string]string{
		"/": `<meta name="viewport" content="width=device-width"><script>dataLayer = []; ` + seen + `; seen('page');
			new Worker('worker.js').onmessage = (e) => dataLayer.push({event: 'worker', agent: e.data})</script><iframe src="{other}/frame"></iframe>`,
		"/frame":     `<script>dataLayer = []; ` + seen + `; seen('frame')</script>`,
		"/worker.js": `postMessage(navigator.userAgent)`,
	})
	for name, want := range map[string][]string{
		"pixel 7": {
			"(Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/", " Mobile Safari/537.36",
			`"mobile":true`, `"model":"Pixel 7"`, `"screen":"412x915"`, `"inner":"412x915"`, `"ratio":2.625`, `"touch":5`, `"coarse":true`,
		},
		"iPhone 12 Pro": {
			"iPhone; CPU iPhone OS", `"platform":"iPhone"`, `"screen":"390x844"`, `"inner":"390x844"`, `"ratio":3`, `"touch":5`,
		},
	} {
		w := start(t, Options{URL: s.URL, Headless: true, Visit: visit.Visit{Device: name}})
		mustContain(t, w.reports("page"), want...)
		mustContain(t, w.reports("frame"), want[0])
		mustContain(t, w.reports("worker"), want[0])
		for _, p := range probetest.Only[*datalayer.Page](w.entries) {
			if !strings.Contains(p.UserAgent, want[0]) || p.Language == "" {
				t.Errorf("%s: the page %s tells %q, %q", name, p.URL, p.UserAgent, p.Language)
			}
		}
		_ = w.Close()
	}
	if _, err := Open(Options{URL: s.URL, Visit: visit.Visit{Device: "Nokia 3310"}}); err == nil || !strings.Contains(err.Error(), "Pixel 7") {
		t.Errorf("an unknown device: %v", err)
	}
}

// A page sees the configured size, position and cookies.
func TestVisitOfAPage(t *testing.T) {
	s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'at once', inner: innerWidth + 'x' + innerHeight, cookie: document.cookie}];
		navigator.geolocation.getCurrentPosition((p) => dataLayer.push({event: 'seen', at: p.coords.latitude + ' ' + p.coords.longitude}), (e) => dataLayer.push({event: 'seen', error: e.message}))</script>`})
	for _, incognito := range []bool{false, true} {
		w := start(t, Options{URL: s.URL + "/", Headless: true, Visit: visit.Visit{
			Viewport: visit.Size{Width: 800, Height: 500}, Position: &visit.Position{Latitude: 52.52, Longitude: 13.405}, Incognito: incognito,
			Cookies: []visit.Pair{{Name: "consent", Value: "all"}, {Name: "session", Value: "42"}},
		}})
		mustContain(t, w.reports("at once"), `"inner":"800x500"`, `"cookie":"consent=all; session=42"`)
		if !incognito { // there Chrome prompts the user
			mustContain(t, w.reports("seen"), `"at":"52.52 13.405"`)
		}
		_ = w.Close()
	}
}

// Blocked requests are never sent, and the page continues without them.
func TestVisitWithBlockedHosts(t *testing.T) {
	s := serve(t, map[string]string{
		"/": `<script>dataLayer = []; const ask = (url) => fetch(url, {mode: 'no-cors'}).then(() => 'came', () => 'blocked');
			(async () => dataLayer.push({event: 'seen', own: await ask('/own'), other: await ask('{other}/other')}))();
			new Worker('worker.js').onmessage = (e) => dataLayer.push({event: 'worker', other: e.data})</script>
			<iframe src="/frame"></iframe><img src="{other}/image">`,
		"/frame":     `<script>dataLayer = []; fetch('{other}/other', {mode: 'no-cors'}).then(() => dataLayer.push({event: 'frame', other: 'came'}), () => dataLayer.push({event: 'frame', other: 'blocked'}))</script>`,
		"/worker.js": `fetch('{other}/other', {mode: 'no-cors'}).then(() => postMessage('came'), () => postMessage('blocked'))`,
		"/own":       "", "/other": "", "/image": "",
	})
	w := start(t, Options{URL: s.URL, Headless: true, Visit: visit.Visit{Block: []string{"localhost"}}})
	mustContain(t, w.reports("seen"), `"own":"came"`, `"other":"blocked"`)
	mustContain(t, w.reports("frame"), `"other":"blocked"`)
	mustContain(t, w.reports("worker"), `"other":"blocked"`)
}

// guarded is a site that requires a login and records the headers of requests.
type guarded struct {
	*httptest.Server
	mu      sync.Mutex
	headers []string // "HOST PATH VALUE" of the header X-Staging
}

func guard401(t *testing.T) *guarded {
	g := &guarded{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		host, _, _ := strings.Cut(r.Host, ":")
		g.headers = append(g.headers, strings.TrimSpace(host+" "+r.URL.Path+" "+r.Header.Get("X-Staging")))
		g.mu.Unlock()
		if user, password, _ := r.BasicAuth(); host == "127.0.0.1" && user+" "+password != "qa s3cret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, "no")
			return
		}
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Type", "text/html")
		other := strings.Replace(g.URL, "127.0.0.1", "localhost", 1)
		switch r.URL.Path {
		case "/":
			fmt.Fprintf(w, `<script>dataLayer = [{event: 'inside'}];
				const worker = new Promise((done) => { new Worker('/worker.js').onmessage = (e) => done({status: e.data}) });
				Promise.all([fetch('/own', {method: 'POST', body: 'x'}), fetch('%s/other'), worker]).then((all) => dataLayer.push({event: 'asked', status: all.map((r) => r.status).join()}))</script>`, other)
		case "/own":
			fmt.Fprint(w, "ok")
		case "/worker.js":
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, "fetch('/own', {method: 'POST', body: 'from a worker'}).then((r) => postMessage(r.status))")
		}
	}))
	t.Cleanup(g.Close)
	return g
}

// A site behind a login gets it, on each of its requests, and no other site does; the
// same goes for a header. What is pushed while the page unloads is still recorded.
func TestVisitBehindALogin(t *testing.T) {
	g := guard401(t)
	w := start(t, Options{URL: g.URL + "/", Headless: true, Visit: visit.Visit{
		Login: url.UserPassword("qa", "s3cret"), Headers: []visit.Pair{{Name: "X-Staging", Value: "token"}},
	}})
	mustContain(t, w.reports("asked"), `"status":"200,200,200"`)
	for range 3 {
		before := len(w.entries)
		if err := w.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.until("the page again", func() bool {
			for _, e := range w.entries[before:] {
				if p, ok := e.(*datalayer.Push); ok && p.Event == "asked" {
					return true
				}
			}
			return false
		})
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	own, other := 0, 0
	for _, h := range g.headers {
		switch {
		case strings.HasPrefix(h, "127.0.0.1 /own") && strings.HasSuffix(h, " token"):
			own++
		case strings.HasPrefix(h, "localhost /other") && !strings.Contains(h, "token"):
			other++
		case (strings.HasPrefix(h, "127.0.0.1 / ") || strings.HasPrefix(h, "127.0.0.1 /worker.js ")) && strings.HasSuffix(h, " token"), strings.HasPrefix(h, "127.0.0.1 /favicon.ico"):
		default:
			t.Errorf("it got %s", h)
		}
	}
	if own < 8 || other < 4 {
		t.Errorf("it got %q", g.headers)
	}
}
