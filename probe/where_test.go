package probe

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// journey is a sequence of actions in a tab, and the expected story.
type journey struct {
	name  string
	alone bool // other probes in the browser would interfere: they resume new pages, too, and attach to all pages when they start
	pages map[string]string
	do    func(d *driver, url string)
	last  string // the event that arrives last
	raced bool   // the last page may begin before it gets the hook, which changes how the message was found
	want  []string
}

// pushing returns a page that pushes its name.
func pushing(event string, more ...string) string {
	return `<title>` + event + `</title><body><script>dataLayer = []; dataLayer.push({event:'` + event + `'})</script>` + strings.Join(more, "")
}

// link fills its page.
const link = `<a id=a href="/next" style="position: fixed; inset: 0">go</a>`

// wait150ms keeps the page busy for longer than the probe would wait for more.
const wait150ms = `for (const since = performance.now(); performance.now() - since < 150;)`

func TestWhere(t *testing.T) {
	tests := []journey{
		{
			name:  "history",
			pages: map[string]string{"/": pushing("home")},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`dataLayer.push({event:'before'}); history.pushState({}, '', '/one'); dataLayer.push({event:'pushed'});
					history.replaceState({}, '', '/two'); dataLayer.push({event:'replaced'}); location.hash = 'three'; dataLayer.push({event:'hashed'})`)
				d.run(`new Promise((done) => { addEventListener('popstate', () => { dataLayer.push({event:'back'}); done() }); history.back() })`)
			},
			last: "back",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer before",
				"page t1 main history 127.0.0.1/one", "push 127.0.0.1/one dataLayer pushed",
				"page t1 main history 127.0.0.1/two", "push 127.0.0.1/two dataLayer replaced",
				"page t1 main history 127.0.0.1/two#three", "push 127.0.0.1/two#three dataLayer hashed",
				"page t1 main history 127.0.0.1/two", "push 127.0.0.1/two dataLayer back",
			},
		},
		{
			name:  "reload",
			pages: map[string]string{"/": pushing("home", `<script>addEventListener('pagehide', () => dataLayer.push({event:'left'}))</script>`)},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`setTimeout(() => location.reload())`)
			},
			last: "home#2",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer left",
				"page t1 main reload 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
			},
		},
		{
			name: "back-forward cache",
			pages: map[string]string{
				"/":    pushing("home", `<script>addEventListener('pagehide', () => dataLayer.push({event:'hidden'})); addEventListener('pageshow', (e) => e.persisted && dataLayer.push({event:'restored'}))</script>`),
				"/two": pushing("two"),
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.open(strings.Replace(url, "127.0.0.1", "localhost", 1) + "/two")
				d.run(`setTimeout(() => history.back())`)
			},
			last: "restored",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer hidden",
				"page t1 main load localhost/two", "push localhost/two dataLayer two",
				"page t1 main bfcache 127.0.0.1/", "push 127.0.0.1/ dataLayer restored",
			},
		},
		{
			name: "page that takes its time to leave", alone: true,
			pages: map[string]string{
				"/": pushing("home", `<script>
					addEventListener('pagehide', () => dataLayer.push({event:'left'}));
					addEventListener('visibilitychange', () => {`+wait150ms+`; dataLayer.push({event:'hidden'}) });
				</script>`),
				"/two": pushing("two"),
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.open(strings.Replace(url, "127.0.0.1", "localhost", 1) + "/two")
			},
			last: "two",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"push 127.0.0.1/ dataLayer left", "push 127.0.0.1/ dataLayer hidden",
				"page t1 main load localhost/two", "push localhost/two dataLayer two",
			},
		},
		{
			name: "page that takes its time to leave, in a tab in the back", alone: true,
			pages: map[string]string{
				"/": pushing("home", `<script>
					addEventListener('pagehide', () => {`+wait150ms+`; dataLayer.push({event:'left'}) });
				</script>`),
				"/two": pushing("two"),
			},
			do: func(d *driver, url string) {
				d.open(url)
				newTab(d.t, chrome)
				d.run(`new Promise((done) => document.hidden ? done() : addEventListener('visibilitychange', () => done()))`)
				d.open(strings.Replace(url, "127.0.0.1", "localhost", 1) + "/two")
			},
			last: "two",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", "push 127.0.0.1/ dataLayer left",
				"page t1 main load localhost/two", "push localhost/two dataLayer two",
			},
		},
		{
			name: "prerendered", alone: true,
			pages: map[string]string{
				"/": pushing("home", `<script type=speculationrules>{"prerender": [{"urls": ["/next"], "eagerness": "immediate"}]}</script>`),
				"/next": pushing("next", `<script>
					document.addEventListener('prerenderingchange', () => dataLayer.push({event: 'activated'}));
					dataLayer.push({event: 'prerendering ' + document.prerendering});
					localStorage.prerendered = true;
				</script>`),
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`new Promise((done) => localStorage.prerendered ? done() : addEventListener('storage', () => done()))`)
				d.run(`setTimeout(() => location = '/next')`)
				d.turn()
				d.run(`new Promise((done) => document.prerendering ? document.addEventListener('prerenderingchange', done) : done()).then(() => { dataLayer.push({event: 'later'}) })`)
			},
			last: "later",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t1 main prerender 127.0.0.1/next", "push 127.0.0.1/next dataLayer next",
				"push 127.0.0.1/next dataLayer prerendering true",
				"push 127.0.0.1/next dataLayer activated", "push 127.0.0.1/next dataLayer later",
			},
		},
		{
			name:  "the browser's own pages",
			pages: map[string]string{"/": pushing("home")},
			do: func(d *driver, url string) {
				d.open("chrome://version")
				d.key("Enter", "\r")
				d.run(`dataLayer = [{event: 'internal'}]; 1`)
				d.open(url)
			},
			last: "home",
			want: []string{"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home"},
		},
		{
			name: "pop-up", alone: true,
			pages: map[string]string{"/": pushing("home"), "/popup": pushing("popup")},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`open('/popup'); 1`)
			},
			last: "popup",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load 127.0.0.1/popup", "push 127.0.0.1/popup dataLayer popup",
			},
		},
		{
			name: "pop-up that is closed", alone: true,
			pages: map[string]string{
				"/":      pushing("home"),
				"/popup": pushing("popup", `<script>addEventListener('pagehide', () => dataLayer.push({event:'left'})); opener.dispatchEvent(new Event('arrived'))</script>`),
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`new Promise((done) => { addEventListener('arrived', () => done(1)); popup = open('/popup') })`)
				d.run(`popup.close(); 1`)
			},
			last: "left",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load 127.0.0.1/popup", "push 127.0.0.1/popup dataLayer popup", "push 127.0.0.1/popup dataLayer left", "closed t2 127.0.0.1/popup",
			},
		},
		{
			name: "pop-up of another site", alone: true,
			pages: map[string]string{"/": pushing("home", `<a id=a target=_blank rel=noopener href="{other}/popup">go</a>`), "/popup": pushing("popup")},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`document.getElementById('a').click()`)
			},
			last: "popup",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load localhost/popup", "push localhost/popup dataLayer popup",
			},
		},
		{
			name: "pop-up of the same site without an opener", alone: true,
			pages: map[string]string{
				"/":      pushing("home", `<a id=a target=_blank rel=noopener href="/popup">go</a>`),
				"/popup": pushing("popup", `<iframe src="/frame"></iframe>`),
				"/frame": pushing("frame"),
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`document.getElementById('a').click()`)
			},
			last: "frame", raced: true,
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load 127.0.0.1/popup", "push 127.0.0.1/popup dataLayer popup",
				"page t2 frame load 127.0.0.1/frame", "push 127.0.0.1/frame dataLayer frame",
			},
		},
		{
			name: "tab of the middle button", alone: true,
			pages: map[string]string{"/": pushing("home", link), "/next": pushing("next")},
			do: func(d *driver, url string) {
				d.open(url)
				d.press("a", input.MouseButtonMiddle, 0)
			},
			last: "next", raced: true,
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load 127.0.0.1/next", "push 127.0.0.1/next dataLayer next",
			},
		},
		{
			name: "tab of a click with Ctrl, of another site", alone: true,
			pages: map[string]string{"/": pushing("home", strings.Replace(link, "/next", "{other}/next", 1)), "/next": pushing("next")},
			do: func(d *driver, url string) {
				d.open(url)
				d.press("a", input.MouseButtonLeft, ctrl)
			},
			last: "next", raced: true,
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home", `click a#a "go"`,
				"page t2 main load localhost/next", "push localhost/next dataLayer next",
			},
		},
		{
			name: "pop-up that its opener pushes into first", alone: true,
			pages: map[string]string{
				"/":      pushing("home"),
				"/popup": `<script>dataLayer.push({event: 'popup'}); addEventListener('load', () => { history.pushState({}, '', '/on'); dataLayer.push({event: 'on'}) })</script>`,
			},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`open('/popup').dataLayer = [{event: 'early'}]; 1`)
			},
			last: "on",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load about:blank", "push about:blank dataLayer early (initial)",
				"page t2 main load 127.0.0.1/popup", "push 127.0.0.1/popup dataLayer popup",
				"page t2 main history 127.0.0.1/on", "push 127.0.0.1/on dataLayer on",
			},
		},
		{
			name: "pop-up with an array in place of its opener's", alone: true,
			pages: map[string]string{"/": pushing("home"), "/popup": pushing("popup")},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`open('/popup').dataLayer = [{event: 'early'}]; 1`)
			},
			last: "popup",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load about:blank", "push about:blank dataLayer early (initial)",
				"page t2 main load 127.0.0.1/popup", "push 127.0.0.1/popup dataLayer popup (assign)",
			},
		},
		{
			name: "empty pop-up", alone: true,
			pages: map[string]string{"/": pushing("home")},
			do: func(d *driver, url string) {
				d.open(url)
				d.run(`open('about:blank').dataLayer = [{event:'popup'}]; 1`)
			},
			last: "popup",
			want: []string{
				"page t1 main load 127.0.0.1/", "push 127.0.0.1/ dataLayer home",
				"page t2 main load about:blank", "push about:blank dataLayer popup (initial)",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if !test.alone {
				t.Parallel()
			}
			s := serve(t, test.pages)
			d := newTab(t, chrome)
			closes := strings.HasPrefix(test.want[len(test.want)-1], "closed ")
			w := watch(t, d, chrome, func(o *Options) {
				if closes { // what a closing page pushes takes its time on a busy machine
					o.bounds.Settling = 2 * time.Second
				}
			})
			test.do(d, s.URL)
			event, again := strings.CutSuffix(test.last, "#2")
			w.see(event)
			if again {
				w.until("it is there again", func() bool { return len(w.pushes()) >= 3 })
			}
			if closes {
				w.until("the tab is closed", func() bool { return len(probetest.Only[*datalayer.TabClosed](w.entries)) > 0 })
			}
			w.settle()
			got := w.story()
			if test.raced {
				for _, found := range []string{" (initial)", " (assign)"} {
					got[len(got)-1] = strings.TrimSuffix(got[len(got)-1], found)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// The URL of the tag manager's script names the data layer. It is watched before the
// script runs.
func TestRenamedLayer(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":       `<script>myLayer = [{event:'early'}]</script><script src="/gtm.js?id=GTM-TEST&l=myLayer"></script><script>myLayer.push({event:'late'})</script>`,
		"/gtm.js": "#Wait: early\n" + `myLayer.push({event:'gtm.dom'})`,
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	if _, err := d.conn.Send(protocol.Ask(d.session, page.Navigate, page.NavigateParams{URL: s.URL})); err != nil {
		t.Fatal(err)
	}
	w.see("early")
	s.open("early")
	w.see("late")
	w.settle()
	want := []string{
		"page t1 main load 127.0.0.1/", "push 127.0.0.1/ myLayer early (initial)", "push 127.0.0.1/ myLayer gtm.dom", "push 127.0.0.1/ myLayer late",
	}
	if diff := cmp.Diff(want, w.story()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// A data layer that only the tag manager names is found when the hook is checked.
func TestLayerOfTheTagManager(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<title>hidden</title>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	d.run(`hidden = []; google_tag_manager = {hidden: {gtmDom: true, gtmLoad: true, subscribers: 1}}; hidden.push({event:'early'}); 1`)
	w.see("early")
	d.run(`hidden.push({event:'late'})`)
	w.settle()
	want := []string{"page t1 main load 127.0.0.1/", "push 127.0.0.1/ hidden early (initial)", "push 127.0.0.1/ hidden late"}
	if diff := cmp.Diff(want, w.story()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
