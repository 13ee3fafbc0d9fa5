package datalayer

import (
	"slices"
	"strings"
)

// State is what Google Tag Manager computes from the messages of one data layer of a
// page. It has two models: in version 2, every message is merged into one object; in
// version 1, each key has the last value that was pushed. The zero State is that of a
// page without messages.
//
// The rules are those observed in the engine of 2026. A State is not safe for
// concurrent use.
type State struct {
	v2, v1 object
	// After a message with an unknown effect, doubt is the reason, and the since models
	// contain what was merged later: only that is known.
	doubt          string
	uncaptured     bool // a message may have set any key
	since2, since1 object
}

// Apply merges a message into the state.
func (s *State) Apply(e Effect) {
	s.v2.remove("eventModel")
	s.since2.remove("eventModel")
	if e.Doubt != "" {
		s.doubt, s.since2, s.since1 = e.Doubt, object{}, object{}
		s.uncaptured = s.uncaptured || e.Uncaptured
	}
	if e.Overlay {
		s.v2.overlay(e.Fields)
		if s.doubt != "" {
			s.since2.overlay(e.Fields)
		}
		return
	}
	for _, f := range e.Fields {
		if f.Name == "_clear" {
			continue
		}
		s.merge(&s.v2, &s.v1, f, e.Clear)
		if s.doubt != "" {
			s.merge(&s.since2, &s.since1, f, e.Clear)
		}
	}
	if e.Command != nil {
		s.command(e.Command)
	}
}

func (s *State) merge(v2, v1 *object, f Field, clearFirst bool) {
	if clearFirst {
		v2.set(f.Name, Value{})
	}
	v2.set(f.Name, f.Value)
	*v1.at(f.Name) = node{scalar: f.Value}
}

// Get returns the value at a path of version 2: "user.id", "items.0.id",
// "items.length". `\.` in the path is a literal dot.
func (s *State) Get(path string) Lookup {
	if strings.Contains(path, `\.`) {
		path = strings.ReplaceAll(path, `\.`, ".")
	}
	if s.doubt != "" {
		return s.since2.lookup(path, true)
	}
	return s.v2.lookup(path, false)
}

// GetV1 returns the value of a key of version 1.
func (s *State) GetV1(key string) Lookup {
	if i := s.since1.find(key); i >= 0 {
		return Lookup{s.since1.members[i].node.scalar, true}
	}
	i := s.v1.find(key)
	switch {
	case s.doubt != "" && (i >= 0 || s.uncaptured):
		return Lookup{}
	case i < 0:
		return Lookup{Known: true}
	default:
		return Lookup{s.v1.members[i].node.scalar, true}
	}
}

// Defined reports whether a path of version 2 may have a value other than undefined.
func (s *State) Defined(path string) bool {
	n := &node{object: &s.v2}
	for name := range strings.SplitSeq(path, ".") {
		child, found := n.child(name)
		if found == nil {
			return !child.Known || child.Value.Kind != Undefined
		}
		n = found
	}
	return n.object != nil || n.array != nil || n.scalar.Kind != Undefined
}

// V2 returns version 2 of the data layer, as far as known.
func (s *State) V2() Value { return s.v2.value() }

// V1 returns version 1 of the data layer, as far as known.
func (s *State) V1() Value { return s.v1.value() }

// Doubt returns the reason why the state isn't certain; empty if it is.
func (s *State) Doubt() string { return s.doubt }

// Size counts the values in the state, up to limit.
func (s *State) Size(limit int) int {
	total := 0
	for _, o := range []*object{&s.v2, &s.v1, &s.since2, &s.since1} {
		if total < limit {
			n := node{object: o}
			total += n.size(limit - total)
		}
	}
	return total
}

// Append appends s in a format that [RestoreState] reads.
func (s *State) Append(dst []byte) []byte {
	return Encode(dst, Value{Kind: Array, Items: []Value{
		s.v2.value(), s.v1.value(), s.since2.value(), s.since1.value(), StringOf(s.doubt), BoolOf(s.uncaptured),
	}})
}

// RestoreState returns the state that was written by [State.Append].
func RestoreState(saved []byte) (*State, error) {
	v, err := Decode(saved)
	if err != nil {
		return nil, err
	}
	s := &State{doubt: v.Items[4].Text, uncaptured: v.Items[5].Text == "true"}
	s.v2.restore(v.Items[0])
	s.since2.restore(v.Items[2])
	for i, v1 := range []*object{&s.v1, &s.since1} {
		for _, f := range v.Items[1+2*i].Fields {
			*v1.at(f.Name) = node{scalar: f.Value}
		}
	}
	return s, nil
}

// command calls a method of a value in version 2: ["items.push", 1].
func (s *State) command(command []Value) {
	path, method := "", command[0].Text
	if dot := strings.LastIndex(method, "."); dot >= 0 {
		path, method = method[:dot], method[dot+1:]
	}
	for _, model := range []*object{&s.v2, &s.since2} {
		if target := model.node(path); target != nil {
			target.call(method, command[1:])
		}
	}
}

// node returns the node at a path, or nil.
func (o *object) node(path string) *node {
	n := &node{object: o}
	for name := range strings.SplitSeq(path, ".") {
		_, n = n.child(name)
		if n == nil {
			return nil
		}
	}
	return n
}

// call applies the methods that change a value. Others have no visible effect.
func (n *node) call(method string, args []Value) {
	if n.array == nil {
		if n.object == nil && mutable(n.scalar) {
			n.scalar = Value{Kind: Threw, Text: "changed by a command"}
		}
		return
	}
	items := &n.array.items
	switch method {
	case "push":
		*items = append(*items, nodes(args)...)
	case "unshift":
		*items = slices.Concat(nodes(args), *items)
	case "pop":
		*items = (*items)[:max(0, len(*items)-1)]
	case "shift":
		*items = (*items)[min(1, len(*items)):]
	case "reverse":
		slices.Reverse(*items)
	case "splice", "sort", "fill", "copyWithin": // their effect depends on too much
		*n = node{scalar: Value{Kind: Threw, Text: "changed by a command"}}
	}
}

// mutable reports whether a method can change what is stored of v.
func mutable(v Value) bool {
	switch v.Kind {
	case Date, Map, Set, Instance, Element, Error:
		return true
	}
	return false
}

func nodes(values []Value) []node {
	made := make([]node, len(values))
	for i, v := range values {
		made[i].merge(v)
	}
	return made
}
