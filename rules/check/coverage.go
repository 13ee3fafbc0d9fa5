package check

import (
	"math"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
)

// Coverage is what was seen of an event of a plan.
type Coverage struct {
	Event    string
	Seen     int
	Required bool
	// Unfilled are the documented parameters that no message carried with a
	// value, by their paths. It is empty where the event was not seen at all.
	Unfilled []string
	// Unseen are the values of enumerations that no message had: "link_type:
	// email".
	Unseen []string
	// Plan is what the plan says of the event.
	Plan *plan.Event
}

// Coverage tells of each event of the plans, in their order, what was seen of
// it. What it returns is not changed by messages that come later.
func (c *Checker) Coverage() []Coverage {
	if c.coverage != nil {
		return c.coverage
	}
	c.coverage = make([]Coverage, len(c.ordered))
	for i, rule := range c.ordered {
		cover := Coverage{Event: rule.event.Name, Seen: rule.seen, Required: rule.event.Required, Plan: rule.event}
		if rule.seen > 0 {
			rule.level.cover(rule.event.Within, &cover)
		}
		c.coverage[i] = cover
	}
	return c.coverage
}

// cover adds what was not seen of a level.
func (l *level) cover(path string, cover *Coverage) {
	for i := range l.slots {
		s := &l.slots[i]
		s.cover(datalayer.Member(path, s.parameter.Name), cover)
	}
}

func (s *slot) cover(path string, cover *Coverage) {
	if !s.filled {
		cover.Unfilled = append(cover.Unfilled, path)
		return
	}
	for _, value := range s.parameter.Enum {
		if !s.seen[value] {
			cover.Unseen = append(cover.Unseen, path+": "+value)
		}
	}
	if s.object != nil {
		s.object.cover(path, cover)
	}
	if s.item != nil {
		s.item.cover(path+"[]", cover)
	}
}

// Finish returns the findings about the session as a whole, the worst first.
func (c *Checker) Finish() []rules.Finding {
	c.now, c.path, c.found = current{}, c.path[:0], c.found[:0]
	for _, rule := range c.ordered {
		event := rule.event
		if !event.Required || rule.seen > 0 {
			continue
		}
		if severity := c.severity(rules.RequiredEventMissing, event); severity != rules.Off {
			what := ""
			if event.Trigger != "" {
				what = " (" + event.Trigger + ")"
			}
			c.found = append(c.found, complete(rules.RequiredEventMissing, "plain", severity, rules.Finding{}, event, nil,
				"event", event.Name, "plan", event.Plan.Name, "what", what))
		}
	}
	c.unsent(math.MaxInt64)
	return c.sorted()
}
