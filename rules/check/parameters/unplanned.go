package parameters

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/planned"
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
func (c *Judge) typeOf(name string, v datalayer.Value) {
	if v.Opaque() || plan.Emptiness(v) != "" {
		return
	}
	before, ok := c.seen.types[name]
	if !ok {
		if c.seen.types == nil || len(c.seen.types) >= maxUnplanned {
			c.seen.types = map[string]firstType{}
		}
		c.seen.types[name] = firstType{v.Kind, c.now.Event}
		return
	}
	if before.kind != v.Kind {
		c.now.Report(rules.TypeChanged, "plain", rules.Finding{Path: name}, nil,
			"actual", rules.Article(v.Kind.String()), "other", rules.Article(before.kind.String()), "earlier", words.Quote(before.event))
	}
}

// drift says where a parameter that the plan does not know nearly repeats
// another, of the message or of an earlier one. It reports whether it is such a
// one.
func (c *Judge) drift(l *planned.Level, name string) bool {
	for _, near := range c.plans.Parameters.Spelling(name).Near {
		if _, own := l.Index[near.Name]; own { // the message has it too, or it were meant
			c.now.Report(rules.NameDrift, "plain", rules.Finding{Path: c.now.At(name)}, nil, "other", words.Quote(near.Name))
			return true
		}
	}
	key := ""
	for _, stem := range spelling.Split(name).Stems {
		key += stem
	}
	first, ok := c.seen.names[key]
	if !ok {
		if c.seen.names == nil || len(c.seen.names) >= maxUnplanned {
			c.seen.names = map[string]string{}
		}
		c.seen.names[key] = name
		return false
	}
	if first == name {
		return false
	}
	c.now.Report(rules.NameDrift, "plain", rules.Finding{Path: c.now.At(name)}, nil, "other", words.Quote(first))
	return true
}
