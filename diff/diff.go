// Package diff compares the messages of two sessions.
package diff

import (
	"bytes"

	"layertap/datalayer"
	"layertap/session"
)

// Difference is a difference between two sessions in one event.
type Difference struct {
	Kind   Kind
	Page   string // the path of its page's URL
	Layer  string
	Event  string
	Before *datalayer.Push // nil if the event is extra
	After  *datalayer.Push // nil if the event is missing
	// Changes are the changes to the shape or the values of an event that is in both
	// sessions.
	Changes []Change
}

// Kind is the kind of a [Difference].
type Kind string

// The kinds of difference.
const (
	Missing   Kind = "missing"   // only in the first session
	Extra     Kind = "extra"     // only in the second session
	Reordered Kind = "reordered" // at a different position
	Shape     Kind = "shape"     // different keys or types
	Value     Kind = "value"     // different values
)

// Kinds returns all kinds of difference, the most severe first.
func Kinds() []Kind { return []Kind{Missing, Extra, Reordered, Shape, Value} }

// Change is a path at which two messages differ.
type Change struct {
	Kind ChangeKind
	Path string // "ecommerce.items[0].price"; empty for the message itself
	// Before and After are undefined if the path is missing or extra.
	Before, After datalayer.Value
}

// ChangeKind is the kind of a [Change].
type ChangeKind string

// The kinds of change. All but the last concern the shape.
const (
	KeyMissing   ChangeKind = "missing"
	KeyExtra     ChangeKind = "extra"
	TypeChanged  ChangeKind = "type"
	ValueChanged ChangeKind = "value"
)

// Sessions compares the messages of two sessions. For each page path and data layer, it
// aligns the two sequences of event names so that as many as possible match. The
// differences are sorted by page and layer, and then by the order of the messages.
func Sessions(before, after session.Snapshot, ignore Ignore) []Difference {
	d := differ{before: before, after: after, ignore: ignore}
	left, right := sequences(before), sequences(after)
	for _, at := range left.order {
		d.sequence(at, left.pushes[at], right.pushes[at])
	}
	for _, at := range right.order {
		if left.pushes[at] == nil {
			d.sequence(at, nil, right.pushes[at])
		}
	}
	return d.found
}

// differ collects the differences between two sessions.
type differ struct {
	before, after session.Snapshot
	ignore        Ignore
	found         []Difference
}

// spot is a page path and data layer whose messages are compared.
type spot struct{ page, layer string }

// sequencesBySpot are the messages of a session.
type sequencesBySpot struct {
	order  []spot
	pushes map[spot][]*datalayer.Push
}

func sequences(s session.Snapshot) sequencesBySpot {
	out := sequencesBySpot{pushes: map[spot][]*datalayer.Push{}}
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		at := spot{s.Page(push.Page).Path(), push.Layer}
		if out.pushes[at] == nil {
			out.order = append(out.order, at)
		}
		out.pushes[at] = append(out.pushes[at], push)
	}
	return out
}

// sequence compares the messages of one spot.
func (d *differ) sequence(at spot, before, after []*datalayer.Push) {
	pairs := append(align(titles(before), titles(after)), pair{len(before), len(after)})
	moved := reordered(before, after, pairs)
	i, j := 0, 0
	for _, p := range pairs {
		for ; i < p.before; i++ {
			if to, ok := moved[before[i]]; ok {
				d.add(Reordered, at, before[i], to, nil)
				d.contents(at, before[i], to)
			} else {
				d.add(Missing, at, before[i], nil, nil)
			}
		}
		for ; j < p.after; j++ {
			if _, ok := moved[after[j]]; !ok {
				d.add(Extra, at, nil, after[j], nil)
			}
		}
		if i < len(before) {
			d.contents(at, before[i], after[j])
		}
		i, j = i+1, j+1
	}
}

func titles(pushes []*datalayer.Push) []string {
	names := make([]string, len(pushes))
	for i, push := range pushes {
		names[i] = push.Title()
	}
	return names
}

// reordered finds the messages that aren't in a pair but are in both lists. It maps
// each of the two to the other.
func reordered(before, after []*datalayer.Push, pairs []pair) map[*datalayer.Push]*datalayer.Push {
	left, right := map[*datalayer.Push]bool{}, map[*datalayer.Push]bool{}
	for _, p := range pairs[:len(pairs)-1] {
		left[before[p.before]], right[after[p.after]] = true, true
	}
	waiting := map[string][]*datalayer.Push{}
	for _, push := range after {
		if !right[push] {
			waiting[push.Title()] = append(waiting[push.Title()], push)
		}
	}
	moved := map[*datalayer.Push]*datalayer.Push{}
	for _, push := range before {
		if same := waiting[push.Title()]; !left[push] && len(same) > 0 {
			moved[push], moved[same[0]] = same[0], push
			waiting[push.Title()] = same[1:]
		}
	}
	return moved
}

// contents compares two messages of the same name.
func (d *differ) contents(at spot, before, after *datalayer.Push) {
	if bytes.Equal(before.Message, after.Message) {
		return
	}
	c := comparison{ignore: d.ignore, before: d.before.Page(before.Page).Origin(), after: d.after.Page(after.Page).Origin()}
	c.compare("", "", before.Value(), after.Value())
	if len(c.shape) > 0 {
		d.add(Shape, at, before, after, c.shape)
	}
	if len(c.values) > 0 {
		d.add(Value, at, before, after, c.values)
	}
}

func (d *differ) add(kind Kind, at spot, before, after *datalayer.Push, changes []Change) {
	one := Difference{Kind: kind, Page: at.page, Layer: at.layer, Before: before, After: after, Changes: changes}
	if before != nil {
		one.Event = before.Title()
	} else {
		one.Event = after.Title()
	}
	d.found = append(d.found, one)
}
