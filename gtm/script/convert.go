package script

import (
	"math"
	"strconv"

	"github.com/dop251/goja"

	"layertap/datalayer"
)

// maxDepth is the maximum nesting depth of values.
const maxDepth = 100

// toJS converts a data layer value to a JavaScript value, or returns the reason why it
// can't.
func (r *runtime) toJS(v datalayer.Value, depth int) (goja.Value, string) {
	if depth > maxDepth {
		return nil, "a value nests too deeply"
	}
	switch v.Kind {
	case datalayer.Undefined:
		return goja.Undefined(), ""
	case datalayer.Null:
		return goja.Null(), ""
	case datalayer.Bool:
		return r.vm.ToValue(v.Text == "true"), ""
	case datalayer.String:
		return r.vm.ToValue(v.Text), ""
	case datalayer.Number:
		n, _ := v.AsNumber()
		if n == math.Trunc(n) && math.Abs(n) < 1<<53 && (n != 0 || v.Text != "-0") {
			return r.vm.ToValue(int64(n)), ""
		}
		return r.vm.ToValue(n), ""
	case datalayer.Array:
		items := make([]any, len(v.Items))
		for i, item := range v.Items {
			one, why := r.toJS(item, depth+1)
			if why != "" {
				return nil, why
			}
			items[i] = one
		}
		return r.vm.NewArray(items...), ""
	case datalayer.Object:
		object := r.vm.NewObject()
		for _, f := range v.Fields {
			one, why := r.toJS(f.Value, depth+1)
			if why != "" {
				return nil, why
			}
			_ = object.DefineDataProperty(f.Name, one, goja.FLAG_TRUE, goja.FLAG_TRUE, goja.FLAG_TRUE)
		}
		return object, ""
	}
	return nil, "it is given a value that was not captured whole (" + v.Kind.String() + ")"
}

// budget is the number of values that may still be converted.
type budget struct{ left int }

// fromJS converts a JavaScript value to a data layer value, or returns the reason why
// it can't.
func fromJS(v goja.Value, depth int, b *budget) (datalayer.Value, string) {
	if b.left--; b.left < 0 || depth > maxDepth {
		return datalayer.Value{}, "what it returns is too large"
	}
	object, ok := v.(*goja.Object)
	if !ok {
		return primitive(v, b)
	}
	switch object.ClassName() {
	case "Array":
		return array(object, depth, b)
	case "Object":
		made := datalayer.Value{Kind: datalayer.Object}
		for _, key := range object.Keys() {
			one, why := fromJS(object.Get(key), depth+1, b)
			if why != "" {
				return made, why
			}
			made.Fields = append(made.Fields, datalayer.Field{Name: key, Value: one})
		}
		return made, ""
	}
	return datalayer.Value{}, "it returns a " + object.ClassName()
}

func array(object *goja.Object, depth int, b *budget) (datalayer.Value, string) {
	made := datalayer.Value{Kind: datalayer.Array}
	length := int(object.Get("length").ToInteger())
	if length > b.left {
		return made, "what it returns is too large"
	}
	for i := range length {
		one, why := fromJS(object.Get(strconv.Itoa(i)), depth+1, b)
		if why != "" {
			return made, why
		}
		made.Items = append(made.Items, one)
	}
	return made, ""
}

func primitive(v goja.Value, b *budget) (datalayer.Value, string) {
	switch {
	case v == nil, goja.IsUndefined(v):
		return datalayer.Value{}, ""
	case goja.IsNull(v):
		return datalayer.Value{Kind: datalayer.Null}, ""
	}
	switch exported := v.Export().(type) {
	case bool:
		return datalayer.BoolOf(exported), ""
	case string:
		b.left -= len(exported)
		return datalayer.StringOf(exported), ""
	case int64:
		return datalayer.NumberOf(float64(exported)), ""
	case float64:
		return datalayer.NumberOf(exported), ""
	}
	return datalayer.Value{}, "it returns a value that is not known here"
}
