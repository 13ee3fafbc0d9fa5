package script

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/dop251/goja"

	"layertap/datalayer"
)

// newRuntime returns a JavaScript engine whose browser objects have only what the
// session recorded of the page.
func newRuntime(inputs []Input, page *datalayer.Page) *runtime {
	r := &runtime{vm: goja.New(), inputs: inputs, page: page}
	r.vm.SetMaxCallStackSize(maxStack)
	global := r.vm.GlobalObject()
	r.guard(global)
	for _, name := range unavailable {
		_ = global.Delete(name)
	}
	_ = r.vm.Get("Math").ToObject(r.vm).Set("random", r.touching("it calls Math.random"))
	location := r.location()
	document := r.object("document", map[string]string{"URL": page.URL, "documentURI": page.URL, "referrer": page.Referrer, "title": page.Title}, "location", location)
	for name, object := range map[string]*goja.Object{
		"location": location, "document": document, "navigator": r.object("navigator", map[string]string{"userAgent": page.UserAgent, "language": page.Language}, "", nil),
	} {
		_ = global.Set(name, object)
	}
	for _, name := range []string{"window", "self", "globalThis", "top", "parent", "frames"} {
		_ = global.Set(name, global)
	}
	for i := range inputs {
		_ = global.DefineAccessorProperty(Placeholder(i), r.vm.ToValue(func(goja.FunctionCall) goja.Value { return r.input(i) }), nil, goja.FLAG_FALSE, goja.FLAG_FALSE)
	}
	// Undefined globals are looked up in the prototype.
	_ = global.SetPrototype(r.vm.ToValue(r.vm.NewProxy(r.vm.NewObject(), r.traps("", nil))).ToObject(r.vm))
	return r
}

// unavailable are built-in objects whose results vary over time or between browsers, or
// that can run for a long time.
var unavailable = []string{
	"Date", "Proxy", "Reflect", "eval", "Function", "Promise", "Set", "Map", "WeakMap", "WeakSet", "WeakRef", "FinalizationRegistry",
	"ArrayBuffer", "SharedArrayBuffer", "DataView", "Atomics", "BigInt", "Symbol", "AggregateError",
	"Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array", "Float32Array", "Float64Array",
	"BigInt64Array", "BigUint64Array", "escape", "unescape",
}

// object defines a browser object with the properties that are known.
func (r *runtime) object(name string, known map[string]string, extra string, value *goja.Object) *goja.Object {
	target := r.vm.NewObject()
	for key, text := range known {
		if text != "" || key == "referrer" || key == "search" || key == "hash" {
			_ = target.Set(key, text)
		}
	}
	if value != nil {
		_ = target.Set(extra, value)
	}
	return r.vm.ToValue(r.vm.NewProxy(target, r.traps(name+".", target))).ToObject(r.vm)
}

// traps ends the run when a property is accessed that target doesn't have.
func (r *runtime) traps(prefix string, target *goja.Object) *goja.ProxyTrapConfig {
	has := func(property string) bool { return target != nil && target.Get(property) != nil }
	return &goja.ProxyTrapConfig{
		Get: func(_ *goja.Object, property string, _ goja.Value) goja.Value {
			if has(property) {
				return target.Get(property)
			}
			return r.touch("it reads %s%s", prefix, property)
		},
		Has: func(_ *goja.Object, property string) bool {
			if !has(property) {
				r.touch("it reads %s%s", prefix, property)
			}
			return true
		},
		Set: func(_ *goja.Object, property string, _, _ goja.Value) bool {
			r.touch("it sets %s%s", prefix, property)
			return true
		},
		DeleteProperty: func(_ *goja.Object, property string) bool {
			r.touch("it deletes %s%s", prefix, property)
			return true
		},
		OwnKeys: func(*goja.Object) *goja.Object {
			r.touch("it lists %s", strings.TrimSuffix("the page's "+prefix, "."))
			return r.vm.NewArray()
		},
	}
}

func (r *runtime) location() *goja.Object {
	parts := map[string]string{}
	if u, err := url.Parse(r.page.URL); err == nil && u.Host != "" {
		parts["href"], parts["protocol"], parts["host"], parts["hostname"] = r.page.URL, u.Scheme+":", u.Host, u.Hostname()
		parts["origin"] = u.Scheme + "://" + u.Host
		parts["pathname"] = cmp.Or(u.EscapedPath(), "/")
		parts["search"], parts["hash"] = search(r.page.URL)
	}
	return r.object("location", parts, "", nil)
}

// search returns the query and the fragment of a URL, including ? and #; empty if there
// are none.
func search(href string) (query, fragment string) {
	before, after, found := strings.Cut(href, "#")
	if found && after != "" {
		fragment = "#" + after
	}
	if _, after, found := strings.Cut(before, "?"); found && after != "" {
		query = "?" + after
	}
	return query, fragment
}

func (r *runtime) touching(what string) func(goja.FunctionCall) goja.Value {
	return func(goja.FunctionCall) goja.Value { return r.touch("%s", what) }
}

// input returns the value of a variable in the code.
func (r *runtime) input(i int) goja.Value {
	in := r.inputs[i]
	if in.Unknown != "" {
		return r.touch("%s", in.Unknown)
	}
	value, why := r.toJS(in.Value, 0)
	if why != "" {
		return r.touch("%s", why)
	}
	return value
}
