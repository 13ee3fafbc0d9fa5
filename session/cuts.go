package session

import (
	"bytes"
	"unicode/utf16"

	"layertap/datalayer"
)

// Cuts counts what was left out of messages because it was too large.
type Cuts struct {
	Messages int // messages that contain a truncated value
	// By kind of value.
	Strings, Arrays, Objects, Depths Cut

	covered int // the number of entries counted
}

// Cut is what was left out of the values of one kind: characters of strings, items of
// arrays, keys of objects, and keys of objects that are nested too deep.
type Cut struct {
	Values int
	Left   int
	Most   int    // what was left out of the most truncated value
	On     int    // the Seq of its message
	Path   string // its path in that message
}

// Cuts returns the counts for the snapshot, starting from those for an earlier snapshot
// of the same session. The time is linear in the number of new entries.
func (s Snapshot) Cuts(before Cuts) Cuts {
	c := before
	for ; c.covered < s.Len(); c.covered++ {
		if push, ok := s.Entry(c.covered).(*datalayer.Push); ok {
			c.Add(push)
		}
	}
	return c
}

// Add counts what was left out of a message.
func (c *Cuts) Add(push *datalayer.Push) {
	if !mayBeCut(push.Message) {
		return
	}
	values := c.values()
	c.count(push.Value(), push.Seq, "")
	if c.values() > values {
		c.Messages++
	}
}

// mayBeCut reports whether a message was truncated, or is truncated when it is decoded.
func mayBeCut(message []byte) bool {
	const shortest = len("0,") // of a member
	return len(message) > shortest*(datalayer.MaxMembers/2) || bytes.Contains(message, []byte(`"truncated"`))
}

func (c *Cuts) values() int {
	return c.Strings.Values + c.Arrays.Values + c.Objects.Values + c.Depths.Values
}

// count adds the truncated parts of a value at a path of a message.
func (c *Cuts) count(v datalayer.Value, seq int, path string) {
	if v.Kind == datalayer.Truncated {
		kept := datalayer.Value{}
		if len(v.Items) > 0 {
			kept = v.Items[0]
		}
		switch v.Name {
		case "string":
			c.Strings.add(v.Size-len(utf16.Encode([]rune(kept.Text))), seq, path)
		case "array":
			c.Arrays.add(v.Size-len(kept.Items), seq, path)
		case "object":
			c.Objects.add(v.Size-len(kept.Fields), seq, path)
		default:
			c.Depths.add(v.Size, seq, path)
		}
		v = kept
	}
	for _, f := range v.Fields {
		c.count(f.Value, seq, datalayer.Member(path, f.Name))
	}
	for i, item := range v.Items {
		c.count(item, seq, datalayer.Item(path, i))
	}
}

func (c *Cut) add(left, seq int, path string) {
	left = max(left, 0)
	c.Values++
	c.Left += left
	if c.On == 0 || left > c.Most {
		c.Most, c.On, c.Path = left, seq, path
	}
}
