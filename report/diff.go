package report

import (
	"bytes"
	"net/url"

	"layertap/datalayer"
	"layertap/session"
)

// Diff is how two sessions differ.
type Diff struct {
	Tool          string
	Before, After File
	Differences   []Difference // by page and layer, in the order of the messages
}

// Difference is one way in which an event differs between two sessions.
type Difference struct {
	Kind   DifferenceKind
	Page   string // the path of its page's URL
	Layer  string
	Event  string
	Before *datalayer.Push // nil where it is extra
	After  *datalayer.Push // nil where it is missing
	// Changes are those of the shape, or of the values, of an event that both
	// sessions have.
	Changes []Change
}

// DifferenceKind is a kind of [Difference].
type DifferenceKind string

// The kinds of difference.
const (
	Missing   DifferenceKind = "missing"   // only the first session has it
	Extra     DifferenceKind = "extra"     // only the second has it
	Reordered DifferenceKind = "reordered" // it stands in another place
	Shape     DifferenceKind = "shape"     // its keys or their types differ
	Value     DifferenceKind = "value"     // its values differ
)

var differenceKinds = []DifferenceKind{Missing, Extra, Reordered, Shape, Value}

// Change is a path of a message at which two messages differ.
type Change struct {
	Kind ChangeKind
	Path string // "ecommerce.items[0].price"; empty for the message itself
	// Before and After are undefined where the path is missing or extra.
	Before, After datalayer.Value
}

// ChangeKind is a kind of [Change].
type ChangeKind string

// The kinds of change. All but the last are of the shape.
const (
	KeyMissing   ChangeKind = "missing"
	KeyExtra     ChangeKind = "extra"
	TypeChanged  ChangeKind = "type"
	ValueChanged ChangeKind = "value"
)

// Compare compares the messages of two sessions. On each page path, and in each
// data layer, the two sequences of event names are aligned so that as many as
// possible stand opposite each other.
func Compare(tool string, before, after File, ignore Ignore) Diff {
	d := Diff{Tool: tool, Before: before, After: after}
	left, right := sequences(before.Session), sequences(after.Session)
	for _, at := range left.order {
		d.sequence(at, left.pushes[at], right.pushes[at], ignore)
	}
	for _, at := range right.order {
		if left.pushes[at] == nil {
			d.sequence(at, nil, right.pushes[at], ignore)
		}
	}
	return d
}

// Same says whether the sessions do not differ.
func (d Diff) Same() bool { return len(d.Differences) == 0 }

// spot is where messages are compared with one another.
type spot struct{ page, layer string }

// sequencesBySpot are a session's messages.
type sequencesBySpot struct {
	order  []spot
	pushes map[spot][]*datalayer.Push
}

func sequences(s session.Snapshot) sequencesBySpot {
	out := sequencesBySpot{pushes: map[spot][]*datalayer.Push{}}
	for _, push := range pushes(s) {
		at := spot{pathOf(s.Page(push.Page).URL), push.Layer}
		if out.pushes[at] == nil {
			out.order = append(out.order, at)
		}
		out.pushes[at] = append(out.pushes[at], push)
	}
	return out
}

// sequence compares the messages of one spot.
func (d *Diff) sequence(at spot, before, after []*datalayer.Push, ignore Ignore) {
	pairs := append(align(titles(before), titles(after)), pair{len(before), len(after)})
	moved := reordered(before, after, pairs)
	i, j := 0, 0
	for _, p := range pairs {
		for ; i < p.before; i++ {
			if to, ok := moved[before[i]]; ok {
				d.add(Reordered, at, before[i], to, nil)
				d.contents(at, before[i], to, ignore)
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
			d.contents(at, before[i], after[j], ignore)
		}
		i, j = i+1, j+1
	}
}

func titles(pushes []*datalayer.Push) []string {
	names := make([]string, len(pushes))
	for i, push := range pushes {
		names[i] = title(push)
	}
	return names
}

// reordered finds the messages that stand in no pair but are in both lists. Each
// leads to the other.
func reordered(before, after []*datalayer.Push, pairs []pair) map[*datalayer.Push]*datalayer.Push {
	left, right := map[*datalayer.Push]bool{}, map[*datalayer.Push]bool{}
	for _, p := range pairs[:len(pairs)-1] {
		left[before[p.before]], right[after[p.after]] = true, true
	}
	waiting := map[string][]*datalayer.Push{}
	for _, push := range after {
		if !right[push] {
			waiting[title(push)] = append(waiting[title(push)], push)
		}
	}
	moved := map[*datalayer.Push]*datalayer.Push{}
	for _, push := range before {
		if same := waiting[title(push)]; !left[push] && len(same) > 0 {
			moved[push], moved[same[0]] = same[0], push
			waiting[title(push)] = same[1:]
		}
	}
	return moved
}

// contents compares two messages of the same name.
func (d *Diff) contents(at spot, before, after *datalayer.Push, ignore Ignore) {
	if bytes.Equal(before.Message, after.Message) {
		return
	}
	c := comparison{ignore: ignore, before: d.Before.origin(before), after: d.After.origin(after)}
	c.compare("", "", decode(before), decode(after))
	if len(c.shape) > 0 {
		d.add(Shape, at, before, after, c.shape)
	}
	if len(c.values) > 0 {
		d.add(Value, at, before, after, c.values)
	}
}

// origin is that of a message's page: "https://shop.example".
func (f File) origin(push *datalayer.Push) string {
	u, err := url.Parse(f.Session.Page(push.Page).URL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func (d *Diff) add(kind DifferenceKind, at spot, before, after *datalayer.Push, changes []Change) {
	one := Difference{Kind: kind, Page: at.page, Layer: at.layer, Before: before, After: after, Changes: changes}
	if before != nil {
		one.Event = title(before)
	} else {
		one.Event = title(after)
	}
	d.Differences = append(d.Differences, one)
}

// decode returns the value that was pushed.
func decode(push *datalayer.Push) datalayer.Value {
	v, err := datalayer.Decode(push.Message)
	if err != nil { // sources hand on well-formed messages only
		return datalayer.Value{Kind: datalayer.Threw, Text: err.Error()}
	}
	return v
}
