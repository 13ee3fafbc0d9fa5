package probe

import (
	_ "embed" // the values
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/probe/hook"
)

// TestSnapshots takes snapshots of values in the encoding of session files.
func TestSnapshots(t *testing.T) {
	tests := []struct{ expression, want string }{
		{`{a: 1, b: 'x', c: [true, null], d: {}}`, `{"a":1,"b":"x","c":[true,null],"d":{}}`},
		{`{z: 1, a: 2, 10: 3}`, `{"10":3,"z":1,"a":2}`},
		{`undefined`, `{"$":"undefined"}`},
		{`{u: undefined, n: NaN, i: -Infinity, z: -0}`, `{"u":{"$":"undefined"},"n":{"$":"number","value":"NaN"},"i":{"$":"number","value":"-Infinity"},"z":{"$":"number","value":"-0"}}`},
		{`[1e21, 1e-7, 0.1]`, `[1e+21,1e-7,0.1]`},
		{`12n`, `{"$":"bigint","value":"12"}`},
		{`Symbol('s')`, `{"$":"symbol","value":"s"}`},
		{`function cb() {}`, `{"$":"function","name":"cb"}`},
		{`new Date(0)`, `{"$":"date","value":"1970-01-01T00:00:00.000Z"}`},
		{`new Date(NaN)`, `{"$":"date","value":"Invalid Date"}`},
		{`/a"b/gi`, `{"$":"regexp","value":"/a\"b/gi"}`},
		{`new TypeError('no')`, `{"$":"error","name":"TypeError","message":"no"}`},
		{`new DOMException('gone', 'AbortError')`, `{"$":"error","name":"AbortError","message":"gone"}`},
		{`Object.assign(new Error('m'), {name: 'ChatError'})`, `{"$":"error","name":"ChatError","message":"m"}`},
		{`new (class ChatError extends Error { get message() { return 'late' } })`, `{"$":"error","name":"ChatError","message":"late"}`},
		{`new Map([['k', {a: 1}]])`, `{"$":"map","entries":[["k",{"a":1}]]}`},
		{`new Set([1, undefined])`, `{"$":"set","values":[1,{"$":"undefined"}]}`},
		{`window`, `{"$":"window"}`},
		{`document.querySelector('iframe').contentWindow`, `{"$":"window"}`},
		{`new (class L { get [Symbol.toStringTag]() { return 'Window' } })`, `{"$":"instance","class":"L","value":{}}`},
		{`document.querySelector('a')`, `{"$":"element","value":"a#buy.btn.big","text":"Buy now","href":"http://shop.example/cart"}`},
		{`document.querySelector('input')`, `{"$":"element","value":"input"}`},
		{`document.querySelector('form')`, `{"$":"element","value":"form"}`},
		{`document.querySelector('p b')`, `{"$":"element","value":"b"}`},
		{`document.querySelector('h4')`, `{"$":"element","value":"h4"}`},
		{`(document.designMode = 'on', document.querySelector('a'))`, `{"$":"element","value":"a#buy.btn.big","href":"http://shop.example/cart"}`},
		{`document.designMode = 'off'`, `"off"`},
		{`document`, `{"$":"element","value":"#document"}`},
		{`new (class Cart { total = 3 })`, `{"$":"instance","class":"Cart","value":{"total":3}}`},
		{`new Uint8Array([1, 2])`, `{"$":"instance","class":"Uint8Array","value":{"0":1,"1":2}}`},
		{`new Uint8Array(100)`, `{"$":"instance","class":"Uint8Array","value":{"length":100}}`},
		{`Promise.resolve()`, `{"$":"instance","class":"Promise","value":{}}`},
		{`new String('s')`, `{"$":"instance","class":"String","value":{"value":"s"}}`},
		{`Object.assign(Object.create(null), {a: 1})`, `{"a":1}`},
		{`[1, , 3]`, `[1,{"$":"hole"},3]`},
		{`{$: 1, a: 2}`, `{"$":"object","value":{"$":1,"a":2}}`},
		{`{$a: 1}`, `{"$a":1}`},
		{`(() => { const o = {a: {b: [0]}}; o.a.b.push(o.a); return o })()`, `{"a":{"b":[0,{"$":"cycle","path":"$.a"}]}}`},
		{`(() => { const o = {'a b': {}}; o['a b'].o = o['a b']; return o })()`, `{"a b":{"o":{"$":"cycle","path":"$[\"a b\"]"}}}`},
		{`(() => { const s = {x: 1}; return {a: s, b: s} })()`, `{"a":{"x":1},"b":{"x":1}}`},
		{`{get a() { throw new Error('no') }, b: 1}`, `{"a":{"$":"threw","message":"no"},"b":1}`},
		{`(() => { let n = 0; return {get a() { return ++n }} })()`, `{"a":1}`},
		{`(function () { return arguments })(1, 'x')`, `[1,"x"]`},
		{`(() => { let n = 0; return {get a() { return ++n }, get b() { throw new Error('no') }, get c() { return ++n }} })()`, `{"a":1,"b":{"$":"threw","message":"no"},"c":2}`},
		{`{a: 1, get b() { delete this.b; throw new Error('no') }, c: {d: 1}}`, `{"a":1,"b":{"$":"threw","message":"no"},"c":{"d":1}}`},
		{`{get b() { delete this.b; throw new Error('no') }, c: 3}`, `{"b":{"$":"threw","message":"no"},"c":3}`},
		{`(() => { const m = new Map([['a', {get x() { m.delete('b'); return 1 }}], ['b', 2]]); return m })()`, `{"$":"map","entries":[["a",{"x":1}]]}`},
		{`new Proxy([1, 2], {get: (list, key) => key === 'length' ? '1' : list[key]})`, `[1]`},
		{`JSON.parse('{"__proto__":{"a":1},"b":2}')`, `{"__proto__":{"a":1},"b":2}`},
		{`JSON.parse('{"__proto__":7}')`, `{"__proto__":7}`},
		{`[{a: 1, b: 2}, {a: 3, b: 4}, {a: 5}, {a: 6, b: 7, c: 8}, {b: 9, a: 0}, {}, {a: 1, b: {c: 2}}, {a: 1, b: {d: 3}}]`,
			`[{"a":1,"b":2},{"a":3,"b":4},{"a":5},{"a":6,"b":7,"c":8},{"b":9,"a":0},{},{"a":1,"b":{"c":2}},{"a":1,"b":{"d":3}}]`},
		{`new Proxy({a: 1, b: 2}, {getOwnPropertyDescriptor(o, k) { if (k === 'b') throw new Error('no'); return Reflect.getOwnPropertyDescriptor(o, k) }})`, `{"$":"threw","message":"no"}`},
		{`{length: 2, 0: 'a'}`, `{"0":"a","length":2}`},
		{`Object.assign(Object.create({inherited: 1}), {a: 1})`, `{"$":"instance","class":"Object","value":{"a":1}}`},
		{`(() => { const f = document.body.appendChild(document.createElement('iframe')); return f.contentWindow.eval('({a: [1]})') })()`, `{"a":[1]}`},
		{`'C:\\udata'`, `"C:\\udata"`},
		{`{a: ['\udfff\\ud', {b: 1}]}`, `{"a":["�\\ud",{"b":1}]}`},
		{`'\ud800'`, `"�"`},
		{`{'\udc00': '\u2028"'}`, "{\"�\":\"\u2028\\\"\"}"},
		{`'x'.repeat(70000)`, `{"$":"truncated","kind":"string","size":70000,"value":"` + strings.Repeat("x", 65536) + `"}`},
	}
	s := serve(t, map[string]string{"/": `<a id=buy class=" btn  big" href="http://shop.example/cart"> Buy
		now </a><input value=secret><form><textarea>secret</textarea></form><p contenteditable><b>secret</b></p><h4><i role=textbox>secret</i></h4><iframe src="{other}/frame"></iframe>`, "/frame": ""})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.takesSnapshots()
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			if got := d.snapshot(test.expression); got != test.want {
				t.Errorf("the snapshot is %.300s, not %.300s", got, test.want)
			}
		})
	}
}

//go:embed testdata/values.js
var valuesScript string

// TestValues compares the messages of some thousand random values with the output of
// another encoder. The batches have all sizes, and some of the values are taken after
// the page has changed what all objects or arrays inherit.
func TestValues(t *testing.T) {
	s := serve(t, map[string]string{"/": "<iframe></iframe>"})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.takesSnapshots()
	d.run(fmt.Sprintf(`globalThis.values = (%s)(frames[0]);
		globalThis.bends = [
			[() => { Object.prototype.toJSON = () => 'bent' }, () => { delete Object.prototype.toJSON }],
			[() => { Array.prototype.toJSON = () => undefined }, () => { delete Array.prototype.toJSON }],
			[() => { Object.prototype.extra = Array.prototype.more = 1 }, () => { delete Object.prototype.extra; delete Array.prototype.more }],
			[() => { Object.defineProperty(Array.prototype, 9, {get: () => undefined, set() {}, configurable: true}) }, () => { delete Array.prototype[9]; Array.prototype.length = 0 }],
		]; 1`, valuesScript))
	for seed := 1; seed <= rounds(10, 40); seed++ {
		var want []string
		d.run(fmt.Sprintf(`globalThis.made = []; next = values(%d); for (let i = 0; i < %d; i++) made.push(next()); 1`, seed, 5*seed))
		if err := json.Unmarshal([]byte(d.run(`made.map((m) => m[1])`)), &want); err != nil {
			t.Fatal(err)
		}
		got := d.messages(`return made.map(([value], i) => {
			const [bend, straighten] = bends[i % 17] || [() => {}, () => {}];
			bend();
			try { return snapshots.snapshot(value) } finally { straighten() }
		})`)
		for i := range want {
			if got[i], want[i] = wellFormed(got[i]), wellFormed(want[i]); got[i] != want[i] {
				t.Fatalf("seed %d, value %d (-want +got):\n%.3000s", seed, i, cmp.Diff(want[i], got[i]))
			}
		}
	}
}

// wellFormed normalizes a JSON text's strings, with U+FFFD for invalid text.
func wellFormed(text string) string {
	v := jsontext.Value(text)
	if err := v.Format(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(false)); err != nil {
		return err.Error()
	}
	return string(v)
}

// TestBentPrototypes takes snapshots in a page that has added properties to all
// objects.
func TestBentPrototypes(t *testing.T) {
	s := serve(t, map[string]string{"/": ""})
	for bend, want := range map[string]string{
		`Object.prototype.toJSON = () => 'bent'`:                          `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
		`Array.prototype.toJSON = () => 'bent'`:                           `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
		`Object.prototype.extra = 1`:                                      `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
		`Object.freeze(Object.prototype)`:                                 `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
		`Object.defineProperty(Array.prototype, 1, {get() {}, set() {}})`: `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
		`Object.defineProperty(Object.prototype, 0, {writable: false})`:   `{"a":[1,{"$":"undefined"},{"b":{}}]}`,
	} {
		t.Run(bend, func(t *testing.T) {
			d := newTab(t, chrome)
			d.open(s.URL)
			d.takesSnapshots()
			d.run(bend + "; snapshots.inspect(); 1")
			if got := d.snapshot(`{a: [1, undefined, {b: {}}]}`); got != want {
				t.Errorf("the snapshot is %s, not %s", got, want)
			}
		})
	}
}

// TestBendingGetters has getters that change the prototypes, and prototypes that were
// changed since the last check.
func TestBendingGetters(t *testing.T) {
	tests := []struct{ script, want string }{
		{`s.snapshot({a: 1, get b() { Object.defineProperty(Object.prototype, 'toJSON', {value() {}, configurable: true}); return 2 }, c: {d: [1]}})`, `{"a":1,"b":2,"c":{"d":[1]}}`},
		{`s.snapshot({a: {get b() { Array.prototype.toJSON = () => 'bent'; return 2 }}, new: {er: [1]}})`, `{"a":{"b":2},"new":{"er":[1]}}`},
		{`s.snapshot([1, {get b() { Object.defineProperty(Array.prototype, 2, {get() { return {} }, set() {}, configurable: true }); return 2 }}, 3])`, `{"$":"threw","message":"a getter changed what arrays inherit"}`},
		{`(Object.defineProperty(Array.prototype, 1, {get() {}, set() {}, configurable: true}), s.snapshot({a: 1, b: [2]}))`, `{"a":1,"b":[2]}`},
		{`(Object.defineProperty(Array.prototype, 0, {value: 5, configurable: true}), s.snapshot({c: 1, d: [2]}))`, `{"c":1,"d":[2]}`},
		{`(Array.prototype[0] = 'x', Array.prototype[1] = 'y', s.snapshot({x: {y: 1}, y: [{z: {}}, {z: {}, y: {}}]}))`, `{"x":{"y":1},"y":[{"z":{}},{"z":{},"y":{}}]}`},
	}
	s := serve(t, map[string]string{"/": ""})
	d := newTab(t, chrome)
	for _, test := range tests {
		t.Run(test.script, func(t *testing.T) {
			d.open(s.URL)
			d.takesSnapshots()
			got := d.messages(`const s = snapshots, whole = ` + test.script + `;
				for (const proto of [Object.prototype, Array.prototype]) for (const key of ['toJSON', 0, 1, 2]) delete proto[key];
				Array.prototype.length = 0;
				return [whole]`)
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestManyShapes has more shapes than are kept, and keys too long to be kept.
func TestManyShapes(t *testing.T) {
	s := serve(t, map[string]string{"/": ""})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.takesSnapshots()
	for _, value := range []string{
		`Array.from({length: 3000}, (_, i) => ({['k' + i % 1500]: {['k' + (i + 1) % 1500]: i}}))`,
		`[1, 2].map((n) => ({['k'.repeat(5000)]: n, o: {['l'.repeat(5000)]: n}}))`,
	} {
		var want string
		if err := json.Unmarshal([]byte(d.run("JSON.stringify("+value+")")), &want); err != nil {
			t.Fatal(err)
		}
		if got := d.snapshot(value); got != want {
			t.Errorf("the snapshot of %s is %.1000s", value, got)
		}
	}
}

// TestSnapshotWithin has getters that push.
func TestSnapshotWithin(t *testing.T) {
	s := serve(t, map[string]string{"/": ""})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.takesSnapshots()
	got := d.messages(`let inner; const outer = snapshots.snapshot({a: {get b() { inner = snapshots.snapshot({c: [{}]}); return 1 }}, d: 2}); return [inner, outer]`)
	if diff := cmp.Diff([]string{`{"c":[{}]}`, `{"a":{"b":1},"d":2}`}, got); diff != "" {
		t.Errorf("a getter pushes (-want +got):\n%s", diff)
	}
	got = d.messages(`return [snapshots.snapshot({a: {b: 1}, get c() { snapshots.takeShapes(); return 1 }})]`)
	if diff := cmp.Diff([]string{`{"$":"threw","message":"a getter pushed more than can be told"}`}, got); diff != "" {
		t.Errorf("a getter pushes more than a batch (-want +got):\n%s", diff)
	}
}

// takesSnapshots makes the page take snapshots, with all bounds except the time limit,
// which a busy machine would exceed.
func (d *driver) takesSnapshots() {
	d.t.Helper()
	d.run("globalThis.snapshots = " + hook.Snapshots(time.Minute) + "; 1")
}

// snapshot returns the snapshot of a JavaScript expression. It takes it twice: the
// second time all shapes are known.
func (d *driver) snapshot(expression string) string {
	d.t.Helper()
	both := d.messages(fmt.Sprintf("return [snapshots.snapshot((%s)), snapshots.snapshot((%[1]s))]", expression))
	if both[0] != both[1] {
		d.t.Errorf("the second time the snapshot is %.300s", both[1])
	}
	return both[0]
}

// messages returns the messages that a script returns in compact form, as text.
func (d *driver) messages(script string) []string {
	d.t.Helper()
	var text string
	result := d.run(`(() => {
		let records = '';
		for (const m of (() => {` + script + `})()) records += ',[0,' + m + ']';
		return '[{"shapes":[' + snapshots.takeShapes() + ']}' + records + ']';
	})()`)
	if err := json.Unmarshal([]byte(result), &text); err != nil {
		d.t.Fatal(err)
	}
	var batches hook.Reader
	b, err := batches.Read([]byte(text))
	if err != nil {
		d.t.Fatalf("%v: %.1000s", err, text)
	}
	var messages []string
	for _, r := range b.Records {
		messages = append(messages, string(r.Message))
	}
	return messages
}

// TestSnapshotBounds has values that are too large. Truncated values contain their
// original size.
func TestSnapshotBounds(t *testing.T) {
	tests := []struct {
		expression string
		kind       string
		size       int
	}{
		{`Array(1e6).fill(7)`, "array", 1_000_000},
		{`Array.from({length: 1000}, () => 'x'.repeat(5000))`, "array", 1000},
		{`Object.fromEntries(Array.from({length: 60000}, (_, i) => ['k' + i, i]))`, "object", 60_000},
		{`'x'.repeat(5e6)`, "string", 5_000_000},
		{`(() => { const list = []; list.length = 4e9; return list })()`, "array", 4_000_000_000},
		{`new Map(Array.from({length: 60000}, (_, i) => [i, i]))`, "array", 60_000},
	}
	s := serve(t, map[string]string{"/": ""})
	d := newTab(t, chrome)
	d.open(s.URL)
	d.takesSnapshots()
	for _, test := range tests {
		t.Run(test.expression, func(t *testing.T) {
			text := d.snapshot(test.expression)
			v, err := datalayer.Decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if v.Kind != datalayer.Truncated || v.Name != test.kind || v.Size != test.size {
				t.Errorf("%v %s of %d: %.200s", v.Kind, v.Name, v.Size, text)
			}
			if len(text) > 1_500_000 {
				t.Errorf("it is %d bytes long", len(text))
			}
		})
	}
	t.Run("depth", func(t *testing.T) {
		text := d.snapshot(`(() => { let o = 1; for (let i = 0; i < 10000; i++) o = {o}; return o })()`)
		if !strings.HasSuffix(text, `{"$":"truncated","kind":"depth","size":1}`+strings.Repeat("}", 100)) {
			t.Errorf("the snapshot is %s", text)
		}
	})
	t.Run("time", func(t *testing.T) {
		d.run("globalThis.snapshots = " + hook.Snapshots(50*time.Millisecond) + "; 1")
		for _, text := range d.messages(`return [snapshots.snapshot(Array.from({length: 2000}, () => ({get slow() {
			for (const since = performance.now(); performance.now() - since < 1;);
			return 1;
		}})))]`) {
			if v, err := datalayer.Decode([]byte(text)); err != nil || v.Kind != datalayer.Truncated || v.Size != 2000 {
				t.Errorf("what takes two seconds is read whole: %.200s, %v", text, err)
			}
		}
	})
}
