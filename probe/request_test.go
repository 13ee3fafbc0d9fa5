package probe

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// tags is the script with which pages send their hits to their own GA4 server.
const tags = `<script>
dataLayer = [];
const collect = (event, to = '/g/collect') => to + '?v=2&tid=G-T35T000001&en=' + event;
const tagged = (send) => {
  const native = dataLayer.push;
  dataLayer.push = function (message) {
    const answer = native.apply(this, arguments);
    send(message.event);
    return answer;
  };
};
</script>`

func TestHits(t *testing.T) {
	tests := []struct {
		name, page, script string
		want               []string
	}{
		{"a pixel", "", `dataLayer.push({event: 'pixel_drawn'}); new Image().src = collect('pixel_drawn')`,
			[]string{"hit 127.0.0.1/page ga4 GET pixel_drawn 204"}},
		{"a tag that sends while a message is pushed", "<script>tagged((event) => fetch(collect('chat_' + event), {method: 'POST'}))</script>",
			`dataLayer.push({event: 'first'}); dataLayer.push({event: 'second'})`,
			[]string{
				"hit 127.0.0.1/page ga4 POST chat_first 204 during first",
				"hit 127.0.0.1/page ga4 POST chat_second 204 during second",
			}},
		{"a tag in front of which the hook stands a second time", `<script>
			tagged((event) => navigator.sendBeacon(collect('sent')));
			tagged(() => {});
			</script>`, `dataLayer.push({event: 'widget_opened'})`,
			[]string{"hit 127.0.0.1/page ga4 POST sent 204 during widget_opened"}},
		{"several in a body", "", `dataLayer.push({event: 'widget_opened'}); dataLayer.push({event: 'widget_closed'});
			fetch(collect(''), {method: 'POST', body: 'en=widget_opened\nen=widget_closed&_c=1'})`,
			[]string{
				"hit 127.0.0.1/page ga4 POST widget_opened 204",
				"hit 127.0.0.1/page ga4 POST widget_closed 204",
			}},
		{"a body that the browser does not return at once", "", `dataLayer.push({event: 'widget_opened'});
			fetch(collect(''), {method: 'POST', body: 'en=widget_opened&ep.long=' + 'x'.repeat(100000)})`,
			[]string{"hit 127.0.0.1/page ga4 POST widget_opened 204"}},
		{"nothing near by that name", "", `dataLayer.push({event: 'scrolled'}); fetch(collect('page_view'))`,
			[]string{"hit 127.0.0.1/page ga4 GET page_view 204"}},
		{"no message at all", "", `fetch(collect('page_view'))`,
			[]string{"hit 127.0.0.1/page ga4 GET page_view 204"}},
		{"an address that has changed", "", `history.pushState(null, '', '/next'); dataLayer.push({event: 'view'}); fetch(collect('view'))`,
			[]string{"hit 127.0.0.1/next ga4 GET view 204"}},
		{"a redirect counts once", "", `fetch(collect('view', '/moved/g/collect'))`,
			[]string{"hit 127.0.0.1/page ga4 GET view 204"}},
		{"a server that refuses", "", `fetch(collect('view', '/broken/g/collect'))`,
			[]string{"hit 127.0.0.1/page ga4 GET view 503"}},
		{"a server that is not there", "", `fetch(collect('view', 'http://127.0.0.1:1/g/collect')).catch(() => {})`,
			[]string{"hit 127.0.0.1/page ga4 GET view 0 (unsafe port)"}},
		{"an answer that the page may not read", "", `fetch(collect('view', '{other}/g/collect')).catch(() => {})`,
			[]string{"hit 127.0.0.1/page ga4 GET view 204"}},
		{"a policy of the page", `<meta http-equiv="Content-Security-Policy" content="img-src 'none'">`, `new Image().src = collect('view')`,
			[]string{"hit 127.0.0.1/page ga4 GET view 0 (blocked by the page's content security policy)"}},
		{"a policy of the page on what scripts send", `<meta http-equiv="Content-Security-Policy" content="connect-src 'none'">`,
			`dataLayer.push({event: 'widget_opened'}); fetch(collect('chat_widget_opened')).catch(() => {})`,
			[]string{"hit 127.0.0.1/page ga4  chat_widget_opened 0 (blocked by the page's content security policy)"}},
		{"a frame", `<iframe id="inner" src="/frame"></iframe>`, "", []string{
			"hit 127.0.0.1/frame ga4 POST sent 204 during framed"}},
		{"a frame of another site", `<iframe src="{other}/frame"></iframe>`, "", []string{
			"hit localhost/frame ga4 POST sent 204 during framed"}},
		{"a frame without a data layer", `<script>dataLayer.push({event: 'widget_opened'})</script><iframe src="/plain"></iframe>`, "", []string{
			"hit 127.0.0.1/page ga4 GET widget_opened 204"}},
		{"other vendors", "", `dataLayer.push({event: 'view'});
			fetch('/matomo.php?idsite=3&rec=1&e_a=view', {method: 'POST'});
			fetch('/matomo.php', {method: 'POST', body: JSON.stringify({requests: ['?idsite=3&rec=1&idgoal=7']})})`, []string{
			"hit 127.0.0.1/page matomo POST view 204",
			"hit 127.0.0.1/page matomo POST goal 7 204",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string]string{
				"/page":             tags + tt.page,
				"/frame":            tags + `<script>tagged((event) => fetch(collect('sent'), {method: 'POST'})); dataLayer.push({event: 'framed'})</script>`,
				"/plain":            `<script>fetch('/g/collect?v=2&tid=G-T35T000001&en=widget_opened')</script>`,
				"/g/collect":        "#Status: 204\n",
				"/matomo.php":       "#Status: 204\n",
				"/broken/g/collect": "#Status: 503\n",
				"/moved/g/collect":  "#Status: 302\n#Location: /g/collect?v=2&tid=G-T35T000001&en=view\n",
			})
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + "/page")
			d.run("{" + strings.ReplaceAll(tt.script, "{other}", s.other()) + "}")
			got := w.nextHits(len(tt.want))
			slices.Sort(got) // they arrive in the order of their responses
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			for _, hit := range w.hits() {
				for _, ref := range hit.During {
					if before(w.entries, hit, ref.Push) {
						t.Errorf("the hit %s comes before its message", hit.Event)
					}
				}
			}
		})
	}
}

// before reports whether a is before b.
func before(entries []datalayer.Entry, a, b datalayer.Entry) bool {
	for _, e := range entries {
		if e == a || e == b {
			return e == a
		}
	}
	return false
}

// What a page sends while it unloads is reported by the hook, however it is left, and
// once each.
func TestLastHits(t *testing.T) {
	page := tags + `<script>
		tagged((event) => event === 'widget_closed' && navigator.sendBeacon(collect(''), 'en=chat_widget_closed&ep.why=left'));
		addEventListener('pagehide', () => {
			dataLayer.push({event: 'widget_closed'});
			fetch(collect('engaged'), {method: 'POST', keepalive: true});
		});
		</script>`
	for _, way := range []string{"to another page", "to another site", "by closing the tab"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string]string{"/page": page, "/next": tags + "<script>dataLayer.push({event: 'next'})</script>", "/g/collect": "#Status: 204\n"})
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + "/page")
			w.until("the page is there", func() bool { return len(probetest.Only[*datalayer.Page](w.entries)) > 0 })
			during := ""
			switch way {
			case "to another page":
				d.open(s.URL + "/next")
			case "to another site":
				d.open(s.other() + "/next")
			default: // then the browser reports it, too, and more
				during = " during widget_closed"
				d.call(protocol.Ask("", target.CloseTarget, target.CloseTargetParams{TargetID: d.page}), new(struct{}))
				w.until("the tab is closed", func() bool { return w.state.Phase == datalayer.Over })
			}
			want := []string{
				"hit 127.0.0.1/page ga4 POST chat_widget_closed 0" + during,
				"hit 127.0.0.1/page ga4 POST engaged 0",
			}
			got := w.nextHits(2)
			slices.Sort(got) // the browser and the hook report them, in any order
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// A page that is restored has its own functions again.
func TestTheHookListensOnlyWhileAPageIsLeft(t *testing.T) {
	s := serve(t, map[string]string{"/page": tags, "/next": "next"})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL + "/page")
	const own = `[navigator.hasOwnProperty('sendBeacon'), /native code/.test(fetch)].join()`
	d.run(`addEventListener('pagehide', () => window.left = ` + own + `); addEventListener('pageshow', () => dataLayer.push({event: 'back'}))`)
	if got := d.run(own); got != `"false,true"` {
		t.Errorf("before: %s", got)
	}
	d.open(s.URL + "/next")
	d.run(`history.back()`)
	w.see("back")
	if got := d.run(`window.left + " " + ` + own); got != `"true,false false,true"` {
		t.Errorf("while it was left, and then: %s", got)
	}
}

// Hits that a service worker sends are recorded, and hits of its page that it passes on
// are counted once.
func TestHitsOfAServiceWorker(t *testing.T) {
	s := serve(t, map[string]string{
		"/page": tags,
		"/sw.js": `
			onactivate = (event) => event.waitUntil(clients.claim());
			onfetch = (event) => event.respondWith(fetch(event.request));
			onmessage = () => fetch('/g/collect?v=2&tid=G-T35T000001', {method: 'POST', body: 'en=widget_opened&ep.of=worker'});`,
		"/g/collect": "#Status: 204\n",
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL + "/page")
	d.run(`new Promise((done) => {
		navigator.serviceWorker.oncontrollerchange = () => done();
		navigator.serviceWorker.register('/sw.js');
	})`)
	// The page can't see when the worker is attached to, so it sends until a hit was
	// recorded.
	d.run(`dataLayer.push({event: 'widget_opened'}); setInterval(() => navigator.serviceWorker.controller.postMessage(''), 100); 1`)
	want := "hit 127.0.0.1/page ga4 POST widget_opened 204"
	if got := w.nextHits(1)[0]; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	d.run(`fetch(collect('of_the_page')).then(() => fetch(collect('the_last'))).then(() => 1)`)
	count := 0
	w.until("the last is there", func() bool {
		count = 0
		for _, hit := range w.hits() {
			if hit.Event == "of_the_page" {
				count++
			}
			if hit.Event == "the_last" {
				return true
			}
		}
		return false
	})
	if count != 1 {
		t.Errorf("what the page sends is counted %d times", count)
	}
}

// A page that existed when layertap attached works like any other.
func TestHitsOfAPageThatWasThere(t *testing.T) {
	s := serve(t, map[string]string{"/page": tags + "<script>tagged((event) => fetch(collect(event)))</script>", "/g/collect": "#Status: 204\n"})
	d := newTab(t, chrome)
	d.open(s.URL + "/page")
	name := d.run(`document.title = 'was there ' + Math.random()`)
	w := watch(t, d, chrome, func(o *Options) { o.Tab = strings.Trim(name, `"`) })
	d.run(`dataLayer.push({event: 'widget_opened'})`)
	want := []string{"hit 127.0.0.1/page ga4 GET widget_opened 204 during widget_opened"}
	if diff := cmp.Diff(want, w.nextHits(1)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The request is blocked, as by an extension.
func TestBlockedHit(t *testing.T) {
	s := serve(t, map[string]string{"/page": tags})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL + "/page")
	d.call(protocol.Ask(d.session, network.Enable, network.EnableParams{}), new(cdp.Empty))
	d.call(protocol.Ask(d.session, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "*://*:*/g/collect*", Block: true}},
	}), new(cdp.Empty))
	d.run(`dataLayer.push({event: 'view'}); fetch(collect('view')).catch(() => {})`)
	want := []string{"hit 127.0.0.1/page ga4 GET view 0 (blocked by client)"}
	if diff := cmp.Diff(want, w.nextHits(1)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func (w *watched) hits() []*datalayer.Hit { return probetest.Only[*datalayer.Hit](w.entries) }

// nextHits waits for n hits, and returns them as text.
func (w *watched) nextHits(n int) []string {
	w.t.Helper()
	w.until(fmt.Sprintf("there are %d hits", n), func() bool { return len(w.hits()) >= n })
	var lines []string
	for _, line := range w.story() {
		if strings.HasPrefix(line, "hit ") {
			lines = append(lines, line)
		}
	}
	return lines
}
