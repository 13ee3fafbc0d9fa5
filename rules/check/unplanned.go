package check

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// unplanned are the parameters that no plan types, with what they were before.
type unplanned struct {
	types map[string]firstType
	names map[string]string // by the stems of its words, the first name that had them
}

// firstType is the kind that a parameter had first, and in which event.
type firstType struct {
	kind  datalayer.Kind
	event string
}

// maxUnplanned bounds how many are kept in mind.
const maxUnplanned = 4096

// typeOf says where a parameter of the message that has no type in the plan is of
// another kind than it was before.
func (c *Checker) typeOf(name string, v datalayer.Value) {
	if v.Opaque() || plan.Emptiness(v) != "" {
		return
	}
	before, ok := c.unplanned.types[name]
	if !ok {
		if c.unplanned.types == nil || len(c.unplanned.types) >= maxUnplanned {
			c.unplanned.types = map[string]firstType{}
		}
		c.unplanned.types[name] = firstType{v.Kind, c.now.message.Event}
		return
	}
	if before.kind != v.Kind {
		c.report(rules.TypeChanged, "plain", rules.Finding{Path: name}, nil,
			"actual", kindWord(v), "other", rules.Article(before.kind.String()), "earlier", words.Quote(before.event))
	}
}

// drift says where a parameter that the plan does not know nearly repeats
// another, of the message or of an earlier one. It reports whether it is such a
// one.
func (c *Checker) drift(l *level, name string) bool {
	for _, near := range c.parameters.spelling(name).near {
		if _, own := l.index[near.Name]; own { // the message has it too, or it were meant
			c.report(rules.NameDrift, "plain", rules.Finding{Path: c.at(name)}, nil, "other", words.Quote(near.Name))
			return true
		}
	}
	key := ""
	for _, stem := range spelling.Split(name).Stems {
		key += stem
	}
	first, ok := c.unplanned.names[key]
	if !ok {
		if c.unplanned.names == nil || len(c.unplanned.names) >= maxUnplanned {
			c.unplanned.names = map[string]string{}
		}
		c.unplanned.names[key] = name
		return false
	}
	if first == name {
		return false
	}
	c.report(rules.NameDrift, "plain", rules.Finding{Path: c.at(name)}, nil, "other", words.Quote(first))
	return true
}
