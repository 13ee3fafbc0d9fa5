package rules

import "layertap/datalayer"

// strangers are the parameters that no plan types, with what they were before.
type strangers struct {
	types map[string]firstType
	names map[string]string // by the stems of its words, the first name that had them
}

// firstType is the kind that a parameter had first, and in which event.
type firstType struct {
	kind  datalayer.Kind
	event string
}

// maxStrangers bounds how many are kept in mind.
const maxStrangers = 4096

// typeOf says where a parameter of the message that has no type in the plan is of
// another kind than it was before.
func (c *Checker) typeOf(name string, v datalayer.Value) {
	if opaque(v) || emptiness(v) != "" {
		return
	}
	before, ok := c.strangers.types[name]
	if !ok {
		if c.strangers.types == nil || len(c.strangers.types) >= maxStrangers {
			c.strangers.types = map[string]firstType{}
		}
		c.strangers.types[name] = firstType{v.Kind, c.now.message.event}
		return
	}
	if before.kind != v.Kind {
		c.report(TypeChanged, "plain", Finding{Path: name}, nil,
			"actual", kindWord(v), "other", article(before.kind.String()), "earlier", before.event)
	}
}

// drift says where a parameter that the plan does not know nearly repeats
// another, of the message or of an earlier one. It reports whether it is such a
// one.
func (c *Checker) drift(l *level, name string) bool {
	for _, near := range c.parameters.spelling(name).near {
		if _, own := l.index[near.name]; own { // the message has it too, or it were meant
			c.report(NameDrift, "plain", Finding{Path: c.at(name)}, nil, "other", near.name)
			return true
		}
	}
	key := ""
	for _, stem := range wordsOf(name).stems {
		key += stem
	}
	first, ok := c.strangers.names[key]
	if !ok {
		if c.strangers.names == nil || len(c.strangers.names) >= maxStrangers {
			c.strangers.names = map[string]string{}
		}
		c.strangers.names[key] = name
		return false
	}
	if first == name {
		return false
	}
	c.report(NameDrift, "plain", Finding{Path: c.at(name)}, nil, "other", first)
	return true
}
