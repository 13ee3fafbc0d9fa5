package probe

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"

	"layertap/probe/browser"
	"layertap/probe/protocol"
	"layertap/probe/visit"
)

// With DevTools beside the page, everything is recorded as without, and a breakpoint is
// reported. DevTools themselves aren't.
func TestWindowDevTools(t *testing.T) {
	s := serve(t, map[string]string{
		"/": following("home", "", `<a id=a href="/next" style="position: fixed; inset: 0">go</a><script>
			const docked = () => outerWidth - innerWidth > 200 || outerHeight - innerHeight > 250;
			const look = () => docked() ? dataLayer.push({event: 'docked'}) : addEventListener('resize', look, {once: true});
			look();
		</script>`),
		"/next": following("next", ""),
	})
	v := visiting(t, Options{URL: s.URL, Visit: visit.Visit{DevTools: true}})
	v.does("see home", "see docked", "click #a", "see next")
	d := v.hand()
	d.call(protocol.Ask(d.session, debugger.Enable, debugger.EnableParams{}), new(debugger.EnableResult)) // DevTools may not have it yet
	v.does("run dataLayer.push({event: 'before'}); debugger; dataLayer.push({event: 'after'})", "see before")
	v.until("the breakpoint is named", func() bool { return strings.Contains(v.state.Held, "breakpoint") })
	if v.count("after") > 0 {
		t.Error("the page did not stop")
	}
	d.call(protocol.Ask(d.session, debugger.Resume, debugger.ResumeParams{}), new(cdp.Empty))
	v.does("see after")
	v.until("nothing is held", func() bool { return v.state.Held == "" })
	tab := "page " + v.pages()[0].Target // DevTools may come first
	v.mustReport(
		tab+" main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer docked", `click a#a "go"`, "push 127.0.0.1/ dataLayer home left",
		tab+" main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next", "push 127.0.0.1/next dataLayer before", "push 127.0.0.1/next dataLayer after")
	if len(v.state.Choices) != 1 {
		t.Errorf("the tabs are %+v", v.state.Choices)
	}
}

// What an extension pushes in a page is recorded with what the page pushes. What it does
// in its own world isn't the page's.
func TestWindowExtension(t *testing.T) {
	if path, err := browser.Find(""); err == nil && strings.Contains(path, "google") {
		t.Skip("Google's builds of Chrome load no extension from the command line")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"manifest.json": `{"manifest_version": 3, "name": "Pushes", "version": "1", "content_scripts": [
			{"matches": ["<all_urls>"], "js": ["page.js"], "run_at": "document_start", "world": "MAIN"},
			{"matches": ["<all_urls>"], "js": ["own.js"], "run_at": "document_start"}]}`,
		"page.js": `dataLayer = []; dataLayer.push({event: 'extension'});
			addEventListener('message', (e) => dataLayer.push({event: e.data}));
			addEventListener('pagehide', () => dataLayer.push({event: 'extension left'}))`,
		"own.js": `dataLayer = [{event: 'own'}]; dataLayer.push({event: 'own too'}); addEventListener('load', () => postMessage('extension loaded', '*'))`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := serve(t, map[string]string{
		"/":     `<title>home</title><script>dataLayer.push({event: 'home'})</script><a id=a href="/next" style="position: fixed; inset: 0">go</a>`,
		"/next": `<title>next</title><script>dataLayer.push({event: 'next'})</script>`,
	})
	v := visiting(t, Options{URL: s.URL, Visit: visit.Visit{Flags: []string{"--load-extension=" + dir}}})
	v.does("see extension", "see home", "see extension loaded", "click #a", "see next", "see extension loaded")
	v.mustReport(
		"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer extension", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer extension loaded",
		`click a#a "go"`, "push 127.0.0.1/ dataLayer extension left",
		"page t1 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer extension", "push 127.0.0.1/next dataLayer next", "push 127.0.0.1/next dataLayer extension loaded")
}

// On a processor and a network that another program slows down, everything is recorded.
func TestWindowThrottled(t *testing.T) {
	needWindows(t)
	const many = 200
	s := serve(t, map[string]string{
		"/": following("home", "", fmt.Sprintf(`<script src="/slow.js"></script><script>
			addEventListener('load', () => { for (let n = 0; n < %d; n++) setTimeout(() => dataLayer.push({event: 'n' + n, text: 'x'.repeat(1000)})) })</script>`, many)),
		"/slow.js": `dataLayer.push({event: 'slow'}) //` + strings.Repeat("x", 100_000),
		"/next":    following("next", ""),
	})
	b := launchOwn(t, browser.Options{Listen: true})
	d := newTab(t, b)
	w := watch(t, d, b)
	d.call(protocol.Ask(d.session, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 10}), new(cdp.Empty))
	d.call(protocol.Ask(d.session, network.Enable, network.EnableParams{}), new(cdp.Empty))
	d.call(protocol.Command{Session: d.session, Method: "Network.emulateNetworkConditions", Params: map[string]any{
		"offline": false, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000,
	}}, new(cdp.Empty)) // what replaces it is unknown to Chromium 148
	d.open(s.URL)
	w.see(fmt.Sprintf("n%d", many-1))
	d.open(s.URL + "/next")
	w.see("next")
	w.settle()
	var want, got []string
	want = append(want, "home", "slow")
	for n := range many {
		want = append(want, fmt.Sprintf("n%d", n))
	}
	want = append(want, "home left", "next")
	for _, p := range w.pushes() {
		got = append(got, p.Event)
	}
	if !slices.Equal(got, want) {
		t.Errorf("there are %q", got)
	}
}
