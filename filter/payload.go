package filter

import (
	"strings"

	"layertap/datalayer"
)

// anywhere matches messages whose event name, or any name or value in them, matches p.
func anywhere(p pattern) test {
	return func(m *message) bool {
		if p.matches(m.push.Event) {
			return true
		}
		switch p.search(m.push.Message) {
		case absent:
			return false
		case within:
			return true
		}
		return leaves("", m.read().Value, func(path, text string) bool { return p.matches(path) || p.matches(text) })
	}
}

// parameter matches messages with a parameter whose name or path matches name and whose
// value matches value. Either may be nil.
func parameter(name, value *pattern) test {
	return func(m *message) bool {
		for _, p := range []*pattern{name, value} {
			if p != nil && p.search(m.push.Message) == absent {
				return false
			}
		}
		return leaves("", m.read().Content(), func(path, text string) bool {
			return (name == nil || named(path, *name)) && (value == nil || value.matches(text))
		})
	}
}

// named reports whether the path of a parameter, or its last name, matches.
func named(path string, name pattern) bool {
	return name.matches(path) || name.how == '=' && name.matches(path[strings.LastIndexByte(path, '.')+1:])
}

// leaves calls each with the path and text of every value in v that has no nested
// values, until a call returns true, and reports whether one did.
func leaves(at string, v datalayer.Value, each func(path, text string) bool) bool {
	switch {
	case len(v.Fields) > 0:
		for _, f := range v.Fields {
			if leaves(datalayer.Member(at, f.Name), f.Value, each) {
				return true
			}
		}
	case len(v.Items) > 0:
		for i, one := range v.Items {
			below := at
			if v.Kind != datalayer.Truncated {
				below = datalayer.Item(at, i)
			}
			if leaves(below, one, each) {
				return true
			}
		}
	case at == "" && v.Kind == datalayer.Object: // a message without parameters
		return false
	default:
		return each(at, text(v))
	}
	return v.Text != "" && each(at, v.Text)
}

// text formats the value of a parameter as it is written in filters.
func text(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Undefined, datalayer.Null:
		return v.Kind.String()
	}
	return v.Text
}
