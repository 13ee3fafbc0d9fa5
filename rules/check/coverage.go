package check

import (
	"maps"
	"math"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// Coverage is what was seen of an event of a plan.
type Coverage struct {
	Event    string
	Seen     int // by a name of its own
	Required bool
	// Wrong is how many of those seen had errors, and Names are the misspelled names
	// under which it came, each with how often.
	Wrong int
	Names []Misspelling
	// Unfilled are the documented parameters that no message carried with a
	// value, by their paths. It is empty where the event was not seen at all.
	Unfilled []string
	// Unseen are the values of enumerations that no message had: "link_type:
	// email".
	Unseen []string
	// Plan is what the plan says of the event.
	Plan *plan.Event
}

// Misspelling is a wrong name of an event, with how often it came under it.
type Misspelling struct {
	Name  string
	Count int
}

// Right is how often the event came as the plan has it.
func (c Coverage) Right() int { return c.Seen - c.Wrong }

// Complete reports whether the event came as the plan has it, and never otherwise.
func (c Coverage) Complete() bool { return c.Right() > 0 && c.Wrong == 0 && len(c.Names) == 0 }

// Coverage reports of each event of the plans, in their order, what was seen of
// it. What it returns is not changed by messages that come later.
func (c *Checker) Coverage() []Coverage {
	if c.coverage != nil {
		return c.coverage
	}
	c.coverage = make([]Coverage, 0, len(c.ordered))
	for _, rule := range c.ordered {
		if c.stepsBack(rule.event.Plan) {
			continue
		}
		cover := Coverage{Event: rule.event.Name, Seen: rule.seen, Required: rule.event.Required, Plan: rule.event,
			Wrong: rule.wrong, Names: rule.misspellings()}
		if rule.seen > 0 {
			rule.level.cover(rule.event.Within, &cover)
		}
		c.coverage = append(c.coverage, cover)
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

// misspellings are the wrong names of the event, sorted.
func (r *eventRule) misspellings() []Misspelling {
	var all []Misspelling
	for _, name := range slices.Sorted(maps.Keys(r.names)) {
		all = append(all, Misspelling{name, r.names[name]})
	}
	return all
}

// StepBack makes a plan that nobody named step back: as long as the session does not
// look like one that the plan is for, nothing is said of what it lacks.
func (c *Checker) StepBack(p *plan.Plan) { c.optional = p }

// SteppedBack is the plan that stepped back; nil for none.
func (c *Checker) SteppedBack() *plan.Plan {
	if c.optional != nil && c.stepsBack(c.optional) {
		return c.optional
	}
	return nil
}

func (c *Checker) stepsBack(p *plan.Plan) bool {
	return p == c.optional && p.Namespace != nil && !c.looksOf(p).like
}

// Finish returns the findings about the session as a whole, the worst first. It ended
// at the given time.
func (c *Checker) Finish(at time.Duration) []rules.Finding {
	c.reach.Now(at)
	c.now, c.path, c.found = current{}, c.path[:0], c.found[:0]
	for _, rule := range c.ordered {
		event := rule.event
		if !event.Required || rule.seen > 0 || c.stepsBack(event.Plan) {
			continue
		}
		if severity := c.severity(rules.RequiredEventMissing, event); severity != rules.Off {
			what := ""
			if event.Trigger != "" {
				what = " (" + event.Trigger + ")"
			}
			c.found = append(c.found, complete(rules.RequiredEventMissing, "plain", severity, rules.Finding{}, event, nil,
				"event", words.Quote(event.Name), "plan", words.Quote(event.Plan.Name), "what", what))
		}
	}
	c.unsent(math.MaxInt64)
	c.ofSession()
	return c.sorted()
}

// ofSession adds the findings of the session that hold by now.
func (c *Checker) ofSession() {
	c.now = current{}
	c.found = append(c.found, c.causes.Findings()...)
	c.unconfigured()
	c.neverFired()
	for _, fault := range c.reach.Faults() {
		f := rules.Finding{Messages: fault.Messages, Count: fault.Count}
		if f, ok := c.finding(fault.Code, fault.Form, f, nil, nil, fault.Words...); ok {
			c.found = append(c.found, f)
		}
	}
}
