package datalayer

import (
	"slices"
	"strconv"
	"strings"
)

// node is a value in a model. Plain objects and arrays are copies that later messages
// modify; everything else is shared and immutable.
type node struct {
	scalar Value // if it is neither an object nor an array
	object *object
	array  *array
}

// object is a plain object of a model. Large objects have an index for fast access.
type object struct {
	members []member
	index   map[string]int
}

type member struct {
	name string
	node node
}

type array struct{ items []node }

// maxDots bounds the depth to which a key is expanded, to protect the stack.
const maxDots = 500

// indexed is the number of members from which an object has an index.
const indexed = 24

func (o *object) find(name string) int {
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range o.members {
		if o.members[i].name == name {
			return i
		}
	}
	return -1
}

// at returns the node of a key, and creates it if necessary.
func (o *object) at(name string) *node {
	i := o.find(name)
	if i < 0 {
		i = len(o.members)
		o.members = append(o.members, member{name: name})
		if o.index != nil {
			o.index[name] = i
		} else if len(o.members) == indexed {
			o.index = make(map[string]int, 2*indexed)
			for i := range o.members {
				o.index[o.members[i].name] = i
			}
		}
	}
	return &o.members[i].node
}

func (o *object) remove(name string) {
	i := o.find(name)
	if i < 0 {
		return
	}
	o.members = slices.Delete(o.members, i, i+1)
	if o.index != nil {
		delete(o.index, name)
		for ; i < len(o.members); i++ {
			o.index[o.members[i].name] = i
		}
	}
}

// set merges a value into the path of a key, as Google Tag Manager does: the key is
// split at dots, and values along the path that aren't objects are replaced by objects.
func (o *object) set(key string, v Value) {
	for depth := 0; ; depth++ {
		name, rest, dotted := strings.Cut(key, ".")
		if !dotted || depth == maxDots {
			o.at(key).merge(v)
			return
		}
		n := o.at(name)
		if n.object == nil {
			*n = node{object: &object{}}
		}
		o, key = n.object, rest
	}
}

// merge merges v into n: objects key by key, arrays index by index, other values by
// replacing. It is false if v contains itself: merging throws then, and the rest is
// lost.
func (n *node) merge(v Value) bool {
	switch v.Kind {
	case Object:
		if n.object == nil {
			*n = node{object: &object{}}
		}
		for _, f := range v.Fields {
			if !n.object.at(f.Name).merge(f.Value) {
				return false
			}
		}
	case Array:
		if n.array == nil {
			*n = node{array: &array{}}
		}
		for i, item := range v.Items {
			if item.Kind == Hole {
				continue
			}
			for len(n.array.items) <= i {
				n.array.items = append(n.array.items, node{scalar: Value{Kind: Hole}})
			}
			if !n.array.items[i].merge(item) {
				return false
			}
		}
	default:
		*n = node{scalar: v}
		return v.Kind != Cycle
	}
	return true
}

// overlay merges fields as described at [Effect.Overlay].
func (o *object) overlay(fields []Field) {
	for _, f := range fields {
		switch f.Value.Kind {
		case Undefined, Null:
			o.remove(f.Name)
		case Object:
			n := o.at(f.Name)
			if n.object == nil {
				*n = node{object: &object{}}
			}
			n.object.overlay(f.Value.Fields)
		default:
			n := o.at(f.Name)
			*n = node{}
			n.merge(f.Value)
		}
	}
}

// value returns a copy of n that later messages don't modify.
func (n *node) value() Value {
	switch {
	case n.object != nil:
		return n.object.value()
	case n.array != nil:
		items := make([]Value, len(n.array.items))
		for i := range items {
			items[i] = n.array.items[i].value()
		}
		return Value{Kind: Array, Items: items}
	default:
		return n.scalar
	}
}

// value returns a copy of o with its keys in JavaScript's order: array indexes first,
// in ascending order.
func (o *object) value() Value {
	fields := make([]Field, 0, len(o.members))
	for i := range o.members {
		fields = append(fields, Field{o.members[i].name, o.members[i].node.value()})
	}
	slices.SortStableFunc(fields, func(a, b Field) int {
		i, iok := arrayIndex(a.Name)
		j, jok := arrayIndex(b.Name)
		switch {
		case iok && jok:
			return i - j
		case iok:
			return -1
		case jok:
			return 1
		}
		return 0
	})
	return Value{Kind: Object, Fields: fields}
}

// arrayIndex parses a key that JavaScript treats as an index.
func arrayIndex(key string) (int, bool) {
	if len(key) == 0 || len(key) > 10 || key[0] < '0' || key[0] > '9' || key[0] == '0' && len(key) > 1 {
		return 0, false
	}
	i, err := strconv.ParseUint(key, 10, 32)
	return int(i), err == nil && i < 1<<32-1
}

// restore is the inverse of value: keys aren't expanded at dots.
func (o *object) restore(v Value) {
	for _, f := range v.Fields {
		o.at(f.Name).merge(f.Value)
	}
}

// size counts the values in n, up to limit.
func (n *node) size(limit int) int {
	total := 1
	switch {
	case n.object != nil:
		for i := range n.object.members {
			if total += n.object.members[i].node.size(limit - total); total >= limit {
				break
			}
		}
	case n.array != nil:
		for i := range n.array.items {
			if total += n.array.items[i].size(limit - total); total >= limit {
				break
			}
		}
	}
	return total
}
