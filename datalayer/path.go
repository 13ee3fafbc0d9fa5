package datalayer

import "strings"

// Lookup is the value at a path. Known is false if the path leads into something that
// wasn't captured.
type Lookup struct {
	Value Value
	Known bool
}

// lookup is like [Value.Lookup], but in a model. If partial is set, the root is only
// the known part of a larger object, so missing keys aren't known.
func (o *object) lookup(path string, partial bool) Lookup {
	n := &node{object: o}
	for {
		name, rest, more := strings.Cut(path, ".")
		child, found := n.child(name)
		if found == nil {
			if partial && (n.object != nil || n.array != nil) {
				return Lookup{}
			}
			return lookupBeneath(child, rest, more)
		}
		if !more {
			return Lookup{found.value(), !(partial && found.array != nil)}
		}
		n, path = found, rest
	}
}

// child returns the node of a key; if the key isn't in the model, its value.
func (n *node) child(name string) (Lookup, *node) {
	switch {
	case n.object != nil:
		if i := n.object.find(name); i >= 0 {
			return Lookup{}, &n.object.members[i].node
		}
		return Lookup{inherited(Object, name), true}, nil
	case n.array != nil:
		if i, ok := arrayIndex(name); ok && i < len(n.array.items) {
			return Lookup{}, &n.array.items[i]
		}
		if name == "length" {
			return Lookup{NumberOf(float64(len(n.array.items))), true}, nil
		}
		return Lookup{inherited(Array, name), true}, nil
	default:
		return property(n.scalar, name), nil
	}
}

// lookupBeneath continues a lookup from a value that isn't in the model.
func lookupBeneath(from Lookup, path string, more bool) Lookup {
	for more && from.Known {
		var name string
		name, path, more = strings.Cut(path, ".")
		from = property(from.Value, name)
	}
	return from
}

// Lookup follows a dotted path from v as Google Tag Manager does in version 2 of the
// data layer, through own and inherited keys. Keys of undefined are undefined; keys of
// null are false.
func (v Value) Lookup(path string) Lookup { return lookupBeneath(Lookup{v, true}, path, true) }

// property returns the value of a key.
func property(v Value, name string) Lookup {
	switch v.Kind {
	case Undefined, Hole:
		return Lookup{Known: true}
	case Null:
		return Lookup{BoolOf(false), true}
	case Object, Instance:
		if found, ok := v.Get(name); ok {
			return Lookup{found, true}
		}
		return Lookup{inherited(v.Kind, name), v.Kind == Object}
	case Array:
		if i, ok := arrayIndex(name); ok && i < len(v.Items) {
			return Lookup{v.Items[i], true}
		}
		if name == "length" {
			return Lookup{NumberOf(float64(len(v.Items))), true}
		}
	case String:
		return Lookup{stringMember(v.Text, name), true}
	case Truncated:
		return truncatedMember(v, name)
	case Element:
		return elementMember(v, name)
	case Bool, Number, BigInt, Symbol, RegExp:
	default: // other kinds weren't captured completely
		return Lookup{}
	}
	return Lookup{inherited(v.Kind, name), true}
}

func truncatedMember(v Value, name string) Lookup {
	if len(v.Items) == 0 {
		return Lookup{}
	}
	if name == "length" && (v.Name == "string" || v.Name == "array") {
		return Lookup{NumberOf(float64(v.Size)), true}
	}
	kept := v.Items[0]
	if kept.Kind == Array {
		i, ok := arrayIndex(name)
		if ok && i < len(kept.Items) {
			return Lookup{kept.Items[i], true}
		}
		return Lookup{}
	}
	found, ok := kept.Get(name)
	return Lookup{found, ok}
}

// elementMember returns a property of an element, as far as it was captured.
func elementMember(v Value, name string) Lookup {
	if name != "id" {
		return Lookup{}
	}
	_, id, _ := strings.Cut(v.Text, "#")
	id, _, _ = strings.Cut(id, ".")
	return Lookup{StringOf(id), true}
}

// Leaves calls each with the path and value of everything in v that has no nested
// values.
func (v Value) Leaves(each func(path string, leaf Value)) { v.leaves("", each) }

func (v Value) leaves(at string, each func(path string, leaf Value)) {
	switch {
	case (v.Kind == Object || v.Kind == Instance) && len(v.Fields) > 0:
		for _, f := range v.Fields {
			f.Value.leaves(Member(at, f.Name), each)
		}
	case v.Kind == Array && len(v.Items) > 0:
		for i, item := range v.Items {
			item.leaves(Item(at, i), each)
		}
	case at != "" || v.Kind != Object:
		each(at, v)
	}
}
