package parameters

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// unplanned are the parameters without a type in a plan, and their first types.
type unplanned struct {
	types map[string]firstType
	names map[string]string // from the stems of a name's words to the first name that had them
}

// firstType is the first kind of a parameter, and the event in which it occurred.
type firstType struct {
	kind  datalayer.Kind
	event string
}

// maxUnplanned bounds the stored parameters.
const maxUnplanned = 4096

// typeOf reports a parameter without a type in the plan whose kind differs from its
// first one.
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

// drift reports a parameter that isn't in the plan and whose name is nearly that of
// another one, in the message or an earlier one. It reports whether there is a finding.
func (c *Judge) drift(l *planned.Level, name string) bool {
	for _, near := range c.plans.Parameters.Spelling(name).Near {
		if _, own := l.Index[near.Name]; own { // the message has that too, or it would be the one that was meant
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
