package probe

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

// valuePage is a page that notices most of what can be done to it.
const valuePage = `<title>Shop</title><h1 id="price" data-id="7"> 12
 EUR </h1>
<script>
  document.cookie = 'consent=a%20b'; document.cookie = 'other=1';
  dataLayer = [{event: 'first'}];
  changes = 0;
  new MutationObserver(() => changes++).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  app = {user: {id: 'u-1'}, at: new Date(0), list: [1, 'b', null, {c: true}], self: window, odd: {n: NaN}, big: 'x'.repeat(20000)};
  Object.defineProperty(app, 'reads', {get() { changes++; return 1 }});
  Object.defineProperty(app, 'pure', {get() { return 'pure' }});
  picture = () => JSON.stringify([changes, document.cookie, document.documentElement.outerHTML, Object.keys(window).sort(), localStorage.length, location.href, history.length]);
</script>`

// Values are read from a real page, and nothing in it changes, whatever is evaluated.
func TestReadValue(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": valuePage, "/other": `<script>dataLayer = [{event: 'second'}]</script>`})
	d := newTab(t, chrome)
	d.open(s.URL + "/")
	d.name = s.URL
	w := watch(t, d, chrome)
	ctx := t.Context()
	w.see("first")
	page := probetest.Only[*datalayer.Page](w.entries)[0]
	before := d.run("picture()")
	for expression, want := range map[string]string{
		`window["app"].user.id`: `"u-1"`, `window.nothing`: `{"$":"undefined"}`, `window.app.list`: `[1,"b",null,{"c":true}]`,
		`-0`: `{"$":"number","value":"-0"}`, `0/0`: `{"$":"number","value":"NaN"}`, `1.5`: `1.5`, `null`: `null`, `app.pure`: `"pure"`,
		`document.cookie.split(';')[0].trim()`:                                             `"consent=a%20b"`,
		`document.querySelector('#price').getAttribute('data-id')`:                         `"7"`,
		`document.querySelector('[id="price"]').innerText`:                                 `"12 EUR"`,
		`(() => { let n = 0; for (let i = 0; i < 9; i++) n += i; return n })()`:            `36`,
		`(() => { const o = {}; o.a = [1]; o.a.push(2); return o })()`:                     `{"a":[1,2]}`,
		`(() => { try { return nothing.x } catch { return undefined } })()`:                `{"$":"undefined"}`,
		`/a(b)/.exec('ab')[1] + 'A,B'.toLowerCase().replace(/,/g, '-')`:                    `"ba-b"`,
		`((a) => a.n)(JSON.parse("{\"n\":3}"))`:                                            `3`,
		`navigator.userAgent.length > 0 && innerWidth > 0`:                                 `true`,
		`(() => { return /Mobi/.test(navigator.userAgent) ? 'yes' : 'no' } // x` + "\n)()": `"no"`,
	} {
		got, err := w.ReadValue(ctx, page, expression)
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", expression, got, err, want)
		}
	}
	for expression, want := range map[string]string{
		`window.made = 1`: "it could change the page", `document.title = 'x'`: "it could change the page",
		`document.cookie = 'made=1'`: "it could change the page", `dataLayer.push({event: 'made'})`: "it could change the page",
		`localStorage.setItem('made', '1')`: "it could change the page", `app.reads`: "it could change the page",
		`(() => { try { changes++ } catch {} return 1 })()`:      "it could change the page",
		`document.body.appendChild(document.createElement('i'))`: "it could change the page", `fetch('/made')`: "it could change the page",
		`history.pushState({}, '', '/made')`: "it could change the page", `setTimeout(() => changes++)`: "it could change the page",
		`app.at`: "is not plain data", `app.self`: "is not plain data", `app.odd`: "a number that JSON lacks", `picture`: "is a function",
		`app.big`: "is too large", `({$: 1})`: "has a key $", `nothing.x`: "nothing is not defined", `)(`: "SyntaxError", `10n`: "bigint",
	} {
		got, err := w.ReadValue(ctx, page, expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s, %v, want %q", expression, got, err, want)
		}
		if wantRefused := want == "it could change the page"; errors.Is(err, ErrSideEffect) != wantRefused {
			t.Errorf("%s: %v is ErrSideEffect: %v", expression, err, !wantRefused)
		}
	}
	if after := d.run("picture()"); after != before {
		t.Errorf("the page changed:\n%s\n%s", before, after)
	}
	w.settle()
	if got := len(w.pushes()); got != 1 {
		t.Errorf("%d messages", got)
	}

	d.open(s.URL + "/other")
	w.see("second")
	if _, err := w.ReadValue(ctx, page, "1"); !errors.Is(err, ErrMoved) {
		t.Errorf("reading from a page that was left: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.ReadValue(ctx, page, "1"); err == nil {
		t.Error("read from a page after the end")
	}
}

// While the connection is lost, nobody answers; a page may be attached nevertheless.
func TestReadValueWhileNobodyWatches(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	p := &Probe{worlds: make(chan worldQuery), ended: make(chan struct{})}
	_, err := p.ReadValue(ctx, &datalayer.Page{}, "1")
	if want := "isn't being watched at the moment"; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// Code that takes too long is ended.
func TestReadValueThatNeverEnds(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>dataLayer = [{event: 'first'}]</script>`})
	d := newTab(t, chrome)
	d.open(s.URL + "/")
	d.name = s.URL
	w := watch(t, d, chrome, func(o *Options) { o.bounds.Reading = 50 * time.Millisecond })
	w.see("first")
	page := probetest.Only[*datalayer.Page](w.entries)[0]
	if got, err := w.ReadValue(t.Context(), page, `(() => { for (;;); })()`); err == nil || !strings.Contains(err.Error(), "it takes longer than 50ms") {
		t.Errorf("read %s, %v", got, err)
	}
	if got := d.run("1 + 1"); got != "2" {
		t.Errorf("the page doesn't run: %s", got)
	}
}

// A tab's prerendered page is not taken for the one that it shows, nor the reverse. Another
// probe in the browser would interfere, so the test is not parallel.
func TestReadValueBesideAPrerenderedPage(t *testing.T) {
	s := serve(t, map[string]string{
		"/":     `<script>shown = 'shown'; dataLayer = [{event: 'first'}]</script><script type=speculationrules>{"prerender": [{"urls": ["/next"], "eagerness": "immediate"}]}</script>`,
		"/next": `<script>next = 'next'; dataLayer = [{event: 'second'}]</script>`,
	})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL + "/")
	w.see("first")
	w.see("second")
	pages := probetest.Only[*datalayer.Page](w.entries)
	for range 10 { // either may be found first
		for i, name := range []string{"shown", "next"} {
			if got, err := w.ReadValue(t.Context(), pages[i], name); err != nil || string(got) != `"`+name+`"` {
				t.Fatalf("%s: %s, %v", pages[i].URL, got, err)
			}
		}
	}
}

// A value is read in the frame that its page is in.
func TestReadValueInAFrame(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{
		"/":     `<script>which = 'main'; dataLayer = [{event: 'first'}]</script><iframe src="/same"></iframe><iframe src="{other}/else"></iframe>`,
		"/same": `<script>which = 'same site'; dataLayer = [{event: 'same'}]</script>`,
		"/else": `<script>which = 'other site'; dataLayer = [{event: 'other'}]</script>`,
	})
	d := newTab(t, chrome)
	d.open(s.URL + "/")
	d.name = s.URL
	w := watch(t, d, chrome)
	w.see("first")
	w.see("same")
	w.see("other")
	for _, page := range probetest.Only[*datalayer.Page](w.entries) {
		want := map[bool]string{true: `"main"`}[page.Frame == "main"]
		if want == "" {
			want = map[bool]string{true: `"same site"`, false: `"other site"`}[strings.HasSuffix(page.URL, "/same")]
		}
		if got, err := w.ReadValue(t.Context(), page, "which"); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v, want %s", page.URL, got, err, want)
		}
	}
}
