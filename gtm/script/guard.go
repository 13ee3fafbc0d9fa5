package script

import (
	"github.com/dop251/goja"
)

// guard adds checks to the built-in functions that can run for a long time, or create
// large values, without being interruptible.
func (r *runtime) guard(global *goja.Object) {
	prototype := func(name string) *goja.Object {
		return global.Get(name).ToObject(r.vm).Get("prototype").ToObject(r.vm)
	}
	array := prototype("Array")
	for _, name := range array.GetOwnPropertyNames() {
		r.wrap(array, name, func(call goja.FunctionCall) bool {
			return r.short(call.This) && r.shortAll(call.Arguments) && r.flat(call.This, name)
		})
	}
	text := prototype("String")
	for _, name := range text.GetOwnPropertyNames() {
		r.wrap(text, name, func(call goja.FunctionCall) bool { return r.withinLimits(name, call) })
	}
	r.wrap(prototype("Function"), "apply", func(call goja.FunctionCall) bool { return r.shortAll(call.Arguments) })
	for owner, names := range map[string][]string{
		"Array": {"from"}, "Object": {"fromEntries", "assign", "entries", "values", "keys"}, "String": {"raw"}, "JSON": {"stringify", "parse"},
	} {
		for _, name := range names {
			r.wrap(global.Get(owner).ToObject(r.vm), name, func(call goja.FunctionCall) bool {
				return r.shortAll(call.Arguments) && (name != "stringify" || r.small(call.Argument(0)))
			})
		}
	}
	r.guardRegExp(global)
	for _, name := range []string{"localeCompare", "toLocaleString", "toLocaleUpperCase", "toLocaleLowerCase", "normalize"} {
		for _, owner := range []string{"String", "Number", "Array", "Object"} {
			if p := prototype(owner); p.Get(name) != nil {
				_ = p.Set(name, r.touching("it calls "+name+", which depends on the browser"))
			}
		}
	}
}

// wrap replaces a function of an object by one that calls it only if a check allows it.
func (r *runtime) wrap(object *goja.Object, name string, allowed func(goja.FunctionCall) bool) {
	original, ok := goja.AssertFunction(object.Get(name))
	if !ok || name == "constructor" {
		return
	}
	_ = object.DefineDataProperty(name, r.vm.ToValue(func(call goja.FunctionCall) goja.Value {
		if r.why != "" || !allowed(call) {
			return r.touch("it makes values that are larger than allowed")
		}
		value, err := original(call.This, call.Arguments...)
		if err != nil {
			panic(err) // an exception of the function
		}
		return value
	}), goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
}

// short reports whether a value has at most the allowed number of elements.
func (r *runtime) short(v goja.Value) bool {
	object, ok := v.(*goja.Object)
	if !ok {
		return true
	}
	length := object.Get("length")
	return length == nil || length.ToFloat() <= maxLength
}

func (r *runtime) shortAll(values []goja.Value) bool {
	for _, v := range values {
		if !r.short(v) {
			return false
		}
	}
	return true
}

// flat reports whether joining an array results in a text of an allowed size: an array
// can contain another one many times.
func (r *runtime) flat(v goja.Value, name string) bool {
	switch name {
	case "join", "toString", "flat", "concat":
		return r.small(v)
	}
	return true
}

// small reports whether a value is no larger than allowed when converted to text.
func (r *runtime) small(v goja.Value) bool {
	left := maxLength
	return r.count(v, &left, 0)
}

func (r *runtime) count(v goja.Value, left *int, depth int) bool {
	if *left--; *left < 0 || depth > maxStack {
		return false
	}
	if v == nil {
		return true
	}
	object, ok := v.(*goja.Object)
	if !ok {
		if text, isText := v.(goja.String); isText {
			*left -= text.Length()
		}
		return *left >= 0
	}
	if !r.short(object) {
		return false
	}
	for _, key := range object.Keys() {
		*left -= len(key)
		if !r.count(object.Get(key), left, depth+1) {
			return false
		}
	}
	return true
}

// withinLimits reports whether a string function results in a text of an allowed size.
func (r *runtime) withinLimits(name string, call goja.FunctionCall) bool {
	size := func(v goja.Value) int64 {
		if text, ok := v.(goja.String); ok {
			return int64(text.Length())
		}
		return 16
	}
	own := size(call.This)
	switch name {
	case "repeat":
		return own == 0 || call.Argument(0).ToInteger() <= maxLength/own
	case "padStart", "padEnd":
		return call.Argument(0).ToInteger() <= maxLength
	case "replace", "replaceAll":
		with := call.Argument(1)
		if _, isFunction := goja.AssertFunction(with); isFunction {
			return own <= maxLength
		}
		return (own+1)*(size(with)+1) <= 16*maxLength
	case "match", "matchAll", "search":
		if text, ok := call.Argument(0).(goja.String); ok && refusedPattern(text.String()) != "" {
			return false
		}
	case "concat":
		for _, v := range call.Arguments {
			own += size(v)
		}
	}
	return own <= maxLength
}

// guardRegExp restricts the code to regular expressions that match in linear time.
func (r *runtime) guardRegExp(global *goja.Object) {
	original := global.Get("RegExp").ToObject(r.vm)
	prototype := original.Get("prototype").ToObject(r.vm)
	guarded := r.vm.ToValue(func(call goja.ConstructorCall) *goja.Object {
		if pattern := call.Argument(0); !goja.IsUndefined(pattern) && refusedPattern(pattern.String()) != "" {
			r.touch("it makes a regular expression that looks around or back")
			return nil
		}
		made, err := r.vm.New(original, call.Arguments...)
		if err != nil {
			panic(err)
		}
		return made
	}).ToObject(r.vm)
	_ = guarded.Set("prototype", prototype)
	_ = prototype.DefineDataProperty("constructor", guarded, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_FALSE)
	_ = prototype.Set("compile", r.touching("it calls compile of a regular expression"))
	_ = global.Set("RegExp", guarded)
}
