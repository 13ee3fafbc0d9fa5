package probe

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

// TestHow covers all ways in which pages fill their data layers.
func TestHow(t *testing.T) {
	tests := []struct {
		name   string
		script string
		want   string // names, separated by spaces, in order
	}{
		{"the usual snippet", `window.dataLayer = window.dataLayer || []; dataLayer.push({event:'a'})`, "a"},
		{"var with entries", `var dataLayer = [{event:'a'}]; dataLayer.push({event:'b'})`, "a(assign) b"},
		{"several arguments to a wrapper", `dataLayer = []; const p = dataLayer.push; dataLayer.push = function () { return p.apply(dataLayer, arguments) }; dataLayer.push({event:'a'}, {event:'b'}); dataLayer.push({event:'c'}); const m = {event:'d'}; dataLayer.push(m, m); dataLayer.push(m, {event:'e'})`, "a(1.0) b(1.1) c d(2.0) d(2.1) d(3.0) e(3.1)"},
		{"several arguments to a wrapper that copies", `dataLayer = []; const p = dataLayer.push; dataLayer.push = function () { for (const m of arguments) p.call(dataLayer, {...m, x: 1}) }; dataLayer.push({event:'a'}, {event:'b'})`, `a(1.0)(called-{"event":"a"}) b(1.1)(called-{"event":"b"})`},
		{"several arguments within several", `dataLayer = []; const p = dataLayer.push; dataLayer.push = function () { for (const m of arguments) { p.call(dataLayer, m); if (m.event === 'a') dataLayer.push({event:'b'}, {event:'c'}) } }; dataLayer.push({event:'a'}, {event:'d'})`, "a(1.0) b(2.0) c(2.1) d(1.1)"},
		{"several arguments to an arrow function", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (...m) => { return p.apply(dataLayer, m) }; dataLayer.push({event:'a'}, {event:'b'})`, "a b"},
		{"several arguments", `dataLayer = []; dataLayer.push({event:'a'}, {event:'b'}, {event:'c'})`, "a b c"},
		{"gtag", `dataLayer = []; function gtag(){dataLayer.push(arguments)}; gtag('js', new Date); gtag('event','a',{x:1}); gtag('set','k',1)`, `gtm.js a ["set","k",1]`},
		{"commands", `dataLayer = []; dataLayer.push(['event','x'])`, `["event","x"]`},
		{"functions", `dataLayer = []; dataLayer.push(function f(){})`, `{"$":"function","name":"f"}`},
		{"unshift", `dataLayer = []; dataLayer.unshift({event:'a'})`, "a(unshift)"},
		{"splice", `dataLayer = []; dataLayer.splice(0, 0, {event:'a'}, {event:'b'})`, "a(splice) b(splice)"},
		{"index", `dataLayer = []; dataLayer[0] = {event:'a'}; dataLayer.push({event:'b'})`, "a(index) b"},
		{"index alone", `dataLayer = []; dataLayer[0] = {event:'a'}`, "a(index)"},
		{"native push", `dataLayer = []; Array.prototype.push.call(dataLayer, {event:'a'}); dataLayer.push({event:'b'})`, "a b"},
		{"re-assigned", `dataLayer = []; dataLayer.push({event:'a'}); dataLayer = [{event:'b'}]; dataLayer.push({event:'c'})`, "a b(assign) c(assign)"},
		{"concatenated", `dataLayer = []; dataLayer.push({event:'a'}); dataLayer = dataLayer.concat([{event:'b'}]); dataLayer.push({event:'c'})`, "a b(assign) c(assign)"},
		{"emptied", `dataLayer = [{event:'a'}]; dataLayer.length = 0; dataLayer.push({event:'b'})`, "a(assign) b"},
		{"wrapped push", `dataLayer = []; const p = dataLayer.push; dataLayer.push = function(){ return p.apply(dataLayer, arguments) }; dataLayer.push({event:'a'}, {event:'b'})`, "a(1.0) b(1.1)"},
		{"wrapped twice", `dataLayer = []; for (let i = 0; i < 2; i++) { const p = dataLayer.push; dataLayer.push = (...a) => p.apply(dataLayer, a) }; dataLayer.push({event:'a'}); dataLayer.push({event:'a'})`, "a a"},
		{"wrapper that copies", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (x) => p.call(dataLayer, Object.assign({}, x)); dataLayer.push({event:'a'})`, "a"},
		{"wrapper that adds one", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (x) => { p.call(dataLayer, {event:'log'}); return p.call(dataLayer, x) }; dataLayer.push({event:'a'})`, "log a"},
		{"wrapper that waits", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (x) => { setTimeout(() => p.call(dataLayer, x)) }; dataLayer.push({event:'a'})`, "a"},
		{"wrapper that splits", `dataLayer = []; const p = dataLayer.push; dataLayer.push = function () { for (const x of arguments) p.call(this, x) }; dataLayer.push({event:'a'}, {event:'b'}); dataLayer.push({event:'c'})`, "a(1.0) b(1.1) c"},
		{"wrapper that adds one to the call", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (...a) => p.call(dataLayer, {event:'log'}, ...a); dataLayer.push({event:'a'}, {event:'b'})`, "log a b"},
		{"wrapper of a wrapper that waits", `dataLayer = []; for (let i = 0; i < 2; i++) { const p = dataLayer.push; dataLayer.push = (x) => { i ? p.call(dataLayer, x) : setTimeout(() => p.call(dataLayer, x)) } }; dataLayer.push({event:'a'})`, "a"},
		{"waiting wrapper of a wrapper", `dataLayer = []; for (let i = 0; i < 2; i++) { const p = dataLayer.push; dataLayer.push = (x) => { i ? setTimeout(() => p.call(dataLayer, x)) : p.call(dataLayer, x) } }; dataLayer.push({event:'a'})`, "a"},
		{"consent's queue", `dataLayer = []; const p = dataLayer.push, q = []; dataLayer.push = (...a) => q.push(...a); dataLayer.push({event:'a'}); dataLayer.push({event:'b'}); setTimeout(() => { dataLayer.push = p; dataLayer.push(...q); dataLayer.push({event:'c'}) })`, "a b c"},
		{"consent's queue and the native push", `dataLayer = []; const q = []; dataLayer.push = (...a) => q.push(...a); dataLayer.push({event:'a'}); setTimeout(() => { dataLayer.push = Array.prototype.push; dataLayer.push(...q); dataLayer.push({event:'c'}) })`, "a c"},
		{"consent's queue by native push", `dataLayer = []; const q = []; dataLayer.push = (...a) => q.push(...a); dataLayer.push({event:'a'}); setTimeout(() => { Array.prototype.push.apply(dataLayer, q); dataLayer.push = Array.prototype.push; dataLayer.push({event:'c'}) })`, "a c"},
		{"waits with the same twice", `dataLayer = []; const p = dataLayer.push; dataLayer.push = (x) => { setTimeout(() => p.call(dataLayer, x)) }; const m = {event:'a'}; dataLayer.push(m); dataLayer.push(m); dataLayer.push({event:'b'})`, "a a b"},
		{"the same by native push", `dataLayer = []; const m = {event:'a'}; dataLayer.push(m); Array.prototype.push.call(dataLayer, m); dataLayer[dataLayer.length] = m; dataLayer.push({event:'b'})`, "a a a(index) b"},
		{"no objects by index", `dataLayer = []; dataLayer[0] = 'a'; dataLayer.push({event:'b'}); dataLayer[2] = 'c'; dataLayer.push({event:'d'})`, `"a"(index) b "c"(index) d`},
		{"replaced by index", `dataLayer = [{event:'a'}]; dataLayer[0] = {event:'b'}; dataLayer.push({event:'c'})`, "a(assign) b(index) c"},
		{"native unshift", `dataLayer = []; dataLayer.push({event:'a'}); Array.prototype.unshift.call(dataLayer, {event:'b'}); dataLayer.push({event:'c'})`, "a b(unshift) c"},
		{"push by defineProperty", `dataLayer = []; const p = dataLayer.push; Object.defineProperty(dataLayer, 'push', {configurable: true, writable: true, value(...a) { return p.apply(this, a) }}); dataLayer.push({event:'a'})`, "a"},
		{"push restored", `dataLayer = []; dataLayer.push = Array.prototype.push; dataLayer.push({event:'a'})`, "a"},
		{"push deleted", `dataLayer = []; delete dataLayer.push; dataLayer.push({event:'a'})`, "a"},
		{"variable deleted", `dataLayer = []; delete window.dataLayer; window.dataLayer = []; dataLayer.push({event:'a'})`, "a(assign)"},
		{"variable redefined", `Object.defineProperty(window, 'dataLayer', {value: [], writable: true}); dataLayer.push({event:'a'})`, "a"},
		{"const", `const dataLayer = [{event:'a'}]`, "a(initial)"},
		{"frozen", `dataLayer = Object.freeze([{event:'a'}]); try { dataLayer.push({event:'b'}) } catch {}`, "a(assign)"},
		{"subclass", `dataLayer = new (class Layer extends Array {}); dataLayer.push({event:'a'})`, "a"},
		{"proxy", `dataLayer = new Proxy([], {}); dataLayer.push({event:'a'})`, "a"},
		{"template's wrapper", `dataLayer = []; dataLayer.push({getUntrustedMessageValue() { return {event:'a'} }})`, "a"},
		{"document rewritten", `document.open(); document.write('<script>dataLayer = []; dataLayer.push({event:"a"})<\/script>'); document.close()`, "a"},
		{"tag manager", `dataLayer = [{event:'early'}];
			(function () { // the shape of GTM's own override
				const d = dataLayer.push, n = 3;
				dataLayer.push = function () {
					const f = [].slice.call(arguments, 0), r = d.apply(dataLayer, f);
					f.forEach((m) => { if (m.event) m['gtm.uniqueEventId'] = 7 });
					while (this.length > n) this.shift();
					return r;
				};
			})();
			for (const event of 'abcdef') dataLayer.push({event});`, "early(assign) a b c d e f"},
		{"falsy event", `dataLayer = []; dataLayer.push({event:''}); dataLayer.push({event:0}); dataLayer.push({event:['x','y']})`, `{"event":""} {"event":0} x,y`},
	}
	pages := map[string]string{}
	for _, test := range tests {
		path := "/" + strings.ReplaceAll(test.name, " ", "-")
		pages[path] = "<body><script>" + test.script + "</script>"
	}
	s := serve(t, pages)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + "/" + strings.ReplaceAll(test.name, " ", "-"))
			want := strings.Fields(test.want)
			w.until("all are there", func() bool { return len(w.pushes()) >= len(want) })
			w.settle()
			var got []string
			for _, p := range w.pushes() {
				got = append(got, strings.ReplaceAll(probetest.NameOf(p)+probetest.StatusOf(p), " ", "-"))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s\n%s", diff, strings.Join(w.story(), "\n"))
			}
		})
	}
}

// TestLexicalLayers has layers that are not properties of the global object, which are
// found when the hook is checked.
func TestLexicalLayers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>let dataLayer = [{event:'a'}]</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	w.see("a")
	d.run(`dataLayer.push({event:'b'}); 1`)
	w.see("b")
	d.run(`dataLayer = []; dataLayer.push({event:'c'}); 1`)
	w.see("c")
	d.run(`dataLayer.push({event:'d'}); 1`)
	w.see("d")
	w.settle()
	want := []string{
		"page t1 main load 127.0.0.1/", "layer 127.0.0.1/ dataLayer lexical",
		"push 127.0.0.1/ dataLayer a (initial)", "push 127.0.0.1/ dataLayer b",
		"push 127.0.0.1/ dataLayer c (assign)", "push 127.0.0.1/ dataLayer d",
	}
	if diff := cmp.Diff(want, w.story()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestUntakenLayers has several layers, of which only one has no tag manager.
func TestUntakenLayers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>
		dataLayer = []; google_tag_manager = {'GTM-A': {dataLayer: {name: 'dataLayer'}}};
		const before = dataLayer.push; dataLayer.push = function () { return before.apply(dataLayer, arguments) };
		managed = []; managed.push({event: 'gtm.js'}); managed.push({event: 'gtm.dom'});
		last = []; last.push({event: 'gtm.js'})</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.Layers, o.bounds.Untaken = []string{"managed", "last"}, time.Nanosecond })
	d.open(s.URL)
	found := func() []string {
		return slices.DeleteFunc(w.story(), func(line string) bool { return !strings.HasPrefix(line, "layer ") })
	}
	w.until("a layer is found", func() bool { return slices.Contains(found(), "layer 127.0.0.1/ last found") })
	w.settle()
	if diff := cmp.Diff([]string{"layer 127.0.0.1/ dataLayer taken GTM-A", "layer 127.0.0.1/ last found"}, found()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestNamedLayers has layers that the user named.
func TestNamedLayers(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": `<script>own = []; own.push({event:'a'}); dataLayer = [{event:'b'}]; other = [{event:'c'}]; own.push({event:'d'})</script>`})
	d := newTab(t, chrome)
	w := watch(t, d, chrome, func(o *Options) { o.Layers = []string{"own", "other"} })
	d.open(s.URL)
	w.see("d")
	want := []string{
		"page t1 main load 127.0.0.1/", "push 127.0.0.1/ own a", "push 127.0.0.1/ dataLayer b (initial)",
		"push 127.0.0.1/ other c (initial)", "push 127.0.0.1/ own d",
	}
	if diff := cmp.Diff(want, w.story()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// frames is a page with frames of every kind, each of which pushes its name.
var frames = map[string]string{
	"/": `<title>Frames</title><script>dataLayer = [{event:'main'}]</script>
		<iframe src="/same"></iframe>
		<iframe src="{other}/other"></iframe>
		<iframe srcdoc="<script>dataLayer = [{event:'srcdoc'}]</script>"></iframe>
		<iframe sandbox="allow-scripts" src="/sandboxed"></iframe>
		<iframe src="data:text/html,<script>dataLayer = [{event:'data'}]</script>"></iframe>
		<script>
			const blank = document.body.appendChild(document.createElement('iframe'));
			blank.contentWindow.dataLayer = [{event:'blank'}];
			const written = document.body.appendChild(document.createElement('iframe'));
			written.contentDocument.write('<script>dataLayer = [{event:"written"}]<\/script>');
			written.contentDocument.close();
			const blob = document.body.appendChild(document.createElement('iframe'));
			blob.src = URL.createObjectURL(new Blob(['<script>dataLayer = [{event:"blob"}]<\/script>'], {type: 'text/html'}));
		</script>`,
	"/same":      `<script>dataLayer = [{event:'same'}]</script>`,
	"/other":     `<script>dataLayer = [{event:'other'}]</script><iframe src="{other}/nested"></iframe>`,
	"/nested":    `<script>dataLayer = [{event:'nested'}]</script>`,
	"/sandboxed": `<script>dataLayer = [{event:'sandboxed'}]</script>`,
}

func TestFrames(t *testing.T) {
	t.Parallel()
	s := serve(t, frames)
	want := map[string]string{
		"main": "main 127.0.0.1/", "same": "frame 127.0.0.1/same", "other": "frame localhost/other", "nested": "nested frame 127.0.0.1/nested",
		"srcdoc": "frame about:srcdoc", "sandboxed": "frame 127.0.0.1/sandboxed", "blank": "frame about:blank", "written": "frame 127.0.0.1/",
		"blob": "frame blob", "data": "frame data",
	}
	check := func(t *testing.T, w *watched) {
		t.Helper()
		w.until("all frames have spoken", func() bool { return len(w.pushes()) >= len(want) })
		pages := map[string]*datalayer.Page{}
		for _, p := range probetest.Only[*datalayer.Page](w.entries) {
			pages[p.ID] = p
		}
		got := map[string]string{}
		for _, p := range w.pushes() {
			where := probetest.FrameOf(pages[p.Page]) + " " + probetest.PathOf(pages[p.Page].URL)
			if scheme, _, ok := strings.Cut(where, ":"); ok && !strings.Contains(where, "about:") {
				where = scheme
			}
			got[p.Event] = where
		}
		if diff := cmp.Diff(want, got); diff != "" || len(w.pushes()) != len(want) {
			t.Errorf("(-want +got)\n%s\n%s", diff, strings.Join(w.story(), "\n"))
		}
	}
	t.Run("from the start", func(t *testing.T) {
		d := newTab(t, chrome)
		w := watch(t, d, chrome)
		d.open(s.URL)
		check(t, w)
	})
	t.Run("attached late", func(t *testing.T) {
		d := newTab(t, chrome)
		d.open(s.URL)
		d.run(`new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))`)
		d.name = s.URL
		w := watch(t, d, chrome)
		check(t, w)
		for _, p := range w.pushes() {
			if !p.Recovered || p.Via != datalayer.ViaInitial {
				t.Errorf("%s: Recovered is %v, Via %s", p.Event, p.Recovered, p.Via)
			}
		}
	})
}
