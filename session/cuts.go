package session

import (
	"bytes"
	"unicode/utf16"

	"layertap/datalayer"
)

// Cuts counts what messages lack because it was too large to be kept.
type Cuts struct {
	Messages int // that have a value of which a part was left out
	// Of each kind of value.
	Strings, Arrays, Objects, Depths Cut

	covered int // entries gone through
}

// Cut is what was left out of the values of one kind: characters of strings, items
// of arrays, keys of objects, and keys of what nests too deep to be looked into.
type Cut struct {
	Values int
	Left   int
	Most   int    // what was left out of the value that lost most
	On     int    // the Seq of the message that it is in
	Path   string // where it is in that message
}

// Cuts counts in the entries of the snapshot, going on from the counts of an
// earlier one of the same session. It takes a moment where there are many.
func (s Snapshot) Cuts(before Cuts) Cuts {
	c := before
	for ; c.covered < s.Len(); c.covered++ {
		push, ok := s.Entry(c.covered).(*datalayer.Push)
		if !ok || !bytes.Contains(push.Message, []byte(`"truncated"`)) {
			continue
		}
		values := c.values()
		c.count(push.Value(), push.Seq, "")
		if c.values() > values {
			c.Messages++
		}
	}
	return c
}

func (c *Cuts) values() int {
	return c.Strings.Values + c.Arrays.Values + c.Objects.Values + c.Depths.Values
}

// count looks for cuts in a value at a path of a message.
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
