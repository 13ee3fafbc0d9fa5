package probe

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/probetest"
	"layertap/probe/protocol"
)

// TestHostilePages runs hostile pages. Each records in out what it can observe, which
// must be the same with and without the hook. The last push is always "end".
func TestHostilePages(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"JSON replaced", `JSON = {stringify() { throw 1 }, parse() { throw 2 }}; dataLayer.push({event:'a'})`, "a"},
		{"stringify replaced", `const s = JSON.stringify; JSON.stringify = () => { out.push('called'); return 'x' }; dataLayer.push({event:'a'}); JSON.stringify = s`, "a"},
		{"toJSON on everything", `Object.prototype.toJSON = function () { out.push('toJSON'); return 1 }; dataLayer.push({event:'a', b:[1]}); delete Object.prototype.toJSON`, "a"},
		{"toJSON on strings", `String.prototype.toJSON = () => 'bent'; dataLayer.push({event:'a'}); delete String.prototype.toJSON`, "a"},
		{"own toJSON", `dataLayer.push({event:'a', toJSON() { out.push('toJSON'); return {} }})`, "a"},
		{"Array.prototype.push replaced", `const p = Array.prototype.push; let n = 0; Array.prototype.push = function () { n++; return p.apply(this, arguments) }; [].push(1); dataLayer.push({event:'a'}); Array.prototype.push = p; out.push(n)`, "a"},
		{"Object.keys replaced", `Object.keys = () => { out.push('keys'); return [] }; dataLayer.push({event:'a'})`, "a"},
		{"Reflect emptied", `for (const k of Object.getOwnPropertyNames(Reflect)) delete Reflect[k]; dataLayer.push({event:'a'})`, "a"},
		{"Function.prototype.call and apply replaced", `Function.prototype.call = Function.prototype.apply = function () { out.push('applied') }; dataLayer.push({event:'a'})`, "a"},
		{"WeakSet and Map replaced", `WeakSet.prototype.has = () => true; WeakMap.prototype.get = Map.prototype.get = () => { throw 1 }; dataLayer.push({event:'a'})`, "a"},
		{"defineProperty replaced", `Object.defineProperty = Reflect.defineProperty = () => { throw 1 }; dataLayer.push({event:'a'})`, "a"},
		{"descriptors poisoned", `Object.prototype.get = () => 'bent'; dataLayer = []; dataLayer.push({event:'a'}); delete Object.prototype.get`, "a"},
		{"Symbol.iterator replaced", `Array.prototype[Symbol.iterator] = function* () { out.push('iterated') }; dataLayer.push({event:'a'})`, "a"},
		{"promises and microtasks replaced", `queueMicrotask = () => { out.push('micro') }; Promise.prototype.then = () => { out.push('then') }; dataLayer.push({event:'a'})`, "a"},
		{"throwing getter", `dataLayer.push({event:'a', get b() { throw new Error('no') }})`, "a"},
		{"throwing proxy", `dataLayer.push(new Proxy({event:'a'}, {ownKeys() { throw new Error('no') }})); dataLayer.push({event:'b', p: new Proxy({}, {getPrototypeOf() { throw 1 }})})`, `{"$":"threw","message":"no"} b`},
		{"revoked proxy", `const {proxy, revoke} = Proxy.revocable({}, {}); revoke(); dataLayer.push({event:'a', proxy}); dataLayer.push(proxy)`, "a *"},
		{"cycle", `const o = {event:'a'}; o.o = {o}; dataLayer.push(o)`, "*"},
		{"ten thousand deep", `let o = {}; for (let i = 0; i < 1e4; i++) o = {o}; dataLayer.push({event:'a', o})`, "a"},
		{"five megabytes", `dataLayer.push({event:'a', text: 'x'.repeat(5e6), list: Array(1e6).fill(7)})`, "a"},
		{"four billion holes", `const list = []; list.length = 4e9; dataLayer.push({event:'a', list})`, "a"},
		{"shared objects, two to the thirtieth", `let o = {}; for (let i = 0; i < 30; i++) o = {a: o, b: o}; dataLayer.push({event:'a', o})`, "a"},
		{"the window and the document", `dataLayer.push({event:'a', window, document, element: document.body})`, "a"},
		{"symbols and big integers", `dataLayer.push({event:'a', s: Symbol('s'), big: 10n ** 100000n, [Symbol('k')]: 1})`, "a"},
		{"lone surrogates", `dataLayer.push({event:'a', ['\ud800']: '\udfff'})`, "a"},
		{"stack formatter", `Error.prepareStackTrace = () => { out.push('formatted'); return 'mine' }; dataLayer.push({event:'a'}); out.push(typeof Error.prepareStackTrace, new Error().stack); delete Error.prepareStackTrace`, "a"},
		{"stack depth", `Error.stackTraceLimit = 1; dataLayer.push({event:'a'}); out.push(Error.stackTraceLimit, new Error().stack.split('\n').length)`, "a"},
		{"frozen Error", `Object.freeze(Error); dataLayer.push({event:'a'})`, "a"},
		{"looks for the hook", `out.push(dataLayer.length, Object.keys(dataLayer).join(), 'push' in dataLayer, dataLayer.push({event:'a'}), JSON.stringify(dataLayer), [...dataLayer].length, dataLayer.push.name, Object.keys(window).filter((k) => /tap|binding/i.test(k)).length); for (const k in dataLayer) out.push(k)`, "a"},
		{"what push returns and throws", `dataLayer.push = function (x) { if (x.bad) throw new TypeError('bad'); return 'mine' }; out.push(dataLayer.push({event:'a'})); try { dataLayer.push({event:'b', bad:1}) } catch (e) { out.push(e.message) }; delete dataLayer.push`, ""},
		{"pushes while it is pushed", `const p = dataLayer.push; dataLayer.push = function (x) { if (x.event === 'a') dataLayer.push({event:'inner'}); return p.apply(this, arguments) }; dataLayer.push({event:'a'})`, "inner a"},
		{"console", `console.log('said'); dataLayer.push({event:'a'}); setTimeout(() => { throw new Error('late') })`, "a"},
		{"counts its listeners", `const add = EventTarget.prototype.addEventListener; let n = 0; EventTarget.prototype.addEventListener = function () { n++; return add.apply(this, arguments) }; dataLayer.push({event:'a'}); dispatchEvent(new Event('x')); out.push(n)`, "a"},
		{"accessors on all objects", `Object.defineProperty(Object.prototype, 'event', {configurable: true, get() { return 'bent' }, set() { out.push('set') }}); const o = {}; Object.defineProperty(o, 'event', {value: 'a', enumerable: true}); dataLayer.push(o); delete Object.prototype.event`, "a"},
		{"frozen prototypes", `Object.freeze(Object.prototype); Object.freeze(Array.prototype); dataLayer.push({event:'a', toString: 1, list: [1]})`, "a"},
		{"closures of the global scope", `out.push(typeof binding, typeof hook, typeof config, typeof snapshot)`, ""},
		{"changed after the push", `const o = {event:'a', n:1}; dataLayer.push(o); o.n = 2; o.event = 'changed'`, "a"},
		{"hidden and shown by a script", `dispatchEvent(new PageTransitionEvent('pagehide')); dataLayer.push({event:'a'}); dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))`, "a"},
		{"hides while it is read", `dataLayer.push({event:'a', get b() { dispatchEvent(new PageTransitionEvent('pagehide')); return 1 }, get event2() { throw 1 }})`, "a"},
		{"accessors on all arrays", `Object.defineProperty(Array.prototype, 1, {configurable: true, get() { return {} }, set() { out.push('set') }}); dataLayer.push({event:'a', b: 1}); delete Array.prototype[1]; Array.prototype.length = 0`, "a"},
		{"pushes ten megabytes while it is read", `const big = {event: 'b'}; for (let i = 0; i < 1000; i++) big['k'.repeat(900) + i] = 1; dataLayer.push({event:'a', get b() { for (let i = 0; i < 12; i++) dataLayer.push(big); return 1 }})`, strings.Repeat(`b `, 12) + `*`},
		{"what was matched last", `/(b)/.exec('abc'); const o = {event:'a', element: document.body}; o['a b'] = {o, c: {}}; o['a b'].c.c = o['a b']; dataLayer.push(o); out.push(RegExp.$1, RegExp.lastMatch, RegExp.leftContext)`, "*"},
		{"strict policy", "", ""},
	}
	pages := map[string]string{}
	for i, test := range tests {
		header := ""
		if test.name == "strict policy" {
			header = "#Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; require-trusted-types-for 'script'\n"
		}
		pages[fmt.Sprintf("/p%d", i)] = header + `<body><script>window.out = []; addEventListener('error', (e) => out.push(e.message));
			dataLayer = [];</script><script>` + test.script + `</script><script>dataLayer.push({event:'end'})</script>`
	}
	s := serve(t, pages)
	plain := newTab(t, chrome)
	plain.listen()
	for i, test := range tests {
		address := fmt.Sprintf("%s/p%d", s.URL, i)
		without := plain.visit(address, s.URL)
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newTab(t, chrome)
			d.listen()
			w := watch(t, d, chrome)
			if diff := cmp.Diff(without, d.visit(address, s.URL)); diff != "" {
				t.Errorf("what the page and its console say (-without the hook +with it)\n%s", diff)
			}
			w.see("end")
			var got []string
			for _, p := range w.pushes() {
				if _, err := datalayer.Decode(p.Message); err != nil {
					t.Errorf("%s: %v", p.Message, err)
				}
				if len(p.Message) > 2_000_000 {
					t.Errorf("a message of %d bytes", len(p.Message))
				}
				got = append(got, probetest.NameOf(p))
			}
			want := append(strings.Fields(test.want), "end")
			for i := range want {
				if want[i] == "*" && i < len(got) {
					want[i] = got[i]
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// listen makes the browser report a tab's console messages.
func (d *driver) listen() {
	d.t.Helper()
	d.call(protocol.Ask(d.session, runtime.Enable, cdp.Empty{}), new(struct{}))
	d.call(protocol.Ask(d.session, log.Enable, cdp.Empty{}), new(struct{}))
}

// visit opens a page and leaves it for another. It returns what the page recorded in
// out, followed by its console messages.
func (d *driver) visit(address, next string) []string {
	d.t.Helper()
	return d.visited(address, next, `out.map(String).join('|')`)
}

// visited is visit with a different script for what the page recorded.
func (d *driver) visited(address, next, script string) []string {
	d.t.Helper()
	d.conn.Take()
	d.open(address)
	results := []string{d.run(script)}
	d.open(next)
	for _, m := range d.conn.Take() {
		var text []byte
		switch string(m.Method) { // network events may arrive at any time
		case runtime.ConsoleAPICalled.Method:
			protocol.On(m, func(e *runtime.EventConsoleAPICalled) { text, _ = json.Marshal(e.Args) })
		case runtime.ExceptionThrown.Method:
			protocol.On(m, func(e *runtime.EventExceptionThrown) {
				text, _ = json.Marshal(e.ExceptionDetails.Exception.Description)
			})
		case log.EntryAdded.Method:
			protocol.On(m, func(e *log.EventEntryAdded) {
				if e.Entry.Source != log.EntrySourceNetwork {
					text = []byte(e.Entry.Text)
				}
			})
		}
		if text == nil {
			continue
		}
		results = append(results, fmt.Sprintf("%s: %s", m.Method, text))
	}
	return results
}

// TestFlood lets a page push very many messages in a row. Little of what the hook
// stores for them must remain in the page.
func TestFlood(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"/": pushing("home")})
	d := newTab(t, chrome)
	w := watch(t, d, chrome)
	d.open(s.URL)
	before := d.heap()
	n := rounds(20_000, 200_000)
	d.run(fmt.Sprintf(`for (let i = 0; i < %d; i++) { dataLayer.push({event:'flood', i}); if (dataLayer.length > 300) dataLayer.shift() }`, n))
	w.until("all are there", func() bool { return len(w.entries) >= n+2 })
	if got := len(w.pushes()); got != n+1 {
		t.Errorf("%d pushes for %d", got, n+1)
	}
	if gaps := probetest.Only[*datalayer.Gap](w.entries); len(gaps) > 0 {
		t.Errorf("there are gaps: %v", gaps)
	}
	// On a busy machine, much of it is freed only by a later collection.
	grown := d.heap() - before
	for round := 0; grown > 4<<20 && round < 20; round++ {
		d.run(`for (let i = 0; i < 2000; i++) { dataLayer.push({event:'more', i}); dataLayer.shift() }`)
		n += 2000
		w.until("all are there", func() bool { return len(w.entries) >= n+2 })
		grown = d.heap() - before
	}
	if grown > 4<<20 {
		t.Errorf("the page's heap has grown by %d bytes", grown)
	}
}

// heap returns the number of bytes used by the page's scripts.
func (d *driver) heap() int {
	d.t.Helper()
	var usage runtime.GetHeapUsageResult
	d.call(protocol.Ask(d.session, heapprofiler.CollectGarbage, cdp.Empty{}), new(struct{}))
	d.call(protocol.Ask(d.session, runtime.GetHeapUsage, cdp.Empty{}), &usage)
	return int(usage.UsedSize)
}
