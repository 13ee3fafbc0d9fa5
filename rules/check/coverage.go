package check

import (
	"slices"
	"time"

	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/check/sent"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// Coverage is what occurred of an event of a plan.
type Coverage struct {
	Event    string
	Seen     int // under its own name or an alias
	Required bool
	// Wrong is how many of those that occurred had errors, and Names are the misspelled
	// names under which it occurred, with their numbers.
	Wrong  int
	Names  []planned.Misspelling
	Errors accept.Errors // of those that occurred
	// Unfilled are the paths of documented parameters that had no value in any message.
	// It is empty if the event didn't occur.
	Unfilled []string
	// Unseen are the values of enumerations that didn't occur: "link_type: email".
	Unseen []string
	// Plan is the plan's event.
	Plan *plan.Event
}

// Right returns how often the event occurred correctly.
func (c Coverage) Right() int { return c.Seen - c.Wrong }

// Complete reports whether the event occurred correctly, and only so.
func (c Coverage) Complete() bool { return c.Right() > 0 && c.Wrong == 0 && len(c.Names) == 0 }

// Coverage returns the coverage of each event of the plans, in order. Later messages
// don't modify the result.
func (c *Checker) Coverage() []Coverage {
	if c.coverage != nil {
		return c.coverage
	}
	c.coverage = make([]Coverage, 0, len(c.plans.Ordered))
	for _, rule := range c.plans.Ordered {
		if c.stepsBack(rule.Event.Plan) {
			continue
		}
		cover := Coverage{Event: rule.Event.Name, Seen: rule.Seen, Required: rule.Event.Required, Plan: rule.Event,
			Wrong: rule.Errors.Wrong("", nil), Names: rule.Misspellings(), Errors: slices.Clone(rule.Errors)}
		if rule.Seen > 0 {
			cover.Unfilled, cover.Unseen = rule.Level.Uncovered(rule.Event.Within)
		}
		c.coverage = append(c.coverage, cover)
	}
	return c.coverage
}

// StepBack makes a plan optional that the user didn't choose: as long as the session
// doesn't look like one that the plan is for, nothing is reported as missing from it.
func (c *Checker) StepBack(p *plan.Plan) { c.optional = p }

// SteppedBack returns the plan that stepped back; nil if none did.
func (c *Checker) SteppedBack() *plan.Plan {
	if c.optional != nil && c.stepsBack(c.optional) {
		return c.optional
	}
	return nil
}

func (c *Checker) stepsBack(p *plan.Plan) bool {
	return p == c.optional && p.Namespace != nil && !c.looksOf(p).like
}

// Finish returns the findings about the session as a whole, which ended at the given
// time, the most severe first.
func (c *Checker) Finish(at time.Duration) []rules.Finding {
	c.reach.Now(at)
	c.now.Begin(current.Subject{})
	for _, rule := range c.plans.Ordered {
		event := rule.Event
		if !event.Required || rule.Seen > 0 || c.stepsBack(event.Plan) {
			continue
		}
		what := ""
		if event.Trigger != "" {
			what = " (" + event.Trigger + ")"
		}
		c.now.Event = event.Name
		c.now.ReportOn(rules.RequiredEventMissing, "plain", rules.Finding{}, event, nil, "plan", words.Quote(event.Plan.Name), "what", what)
	}
	c.sent.Unsent(sent.Ended, c.onlyGtag())
	c.ofSession()
	return c.now.Sorted()
}

// ofSession adds the current findings about the session.
func (c *Checker) ofSession() {
	c.now.Subject = current.Subject{}
	c.now.Add(c.causes.Findings()...)
	for _, w := range c.universal {
		if f := w.finding; w.rule.Seen == 0 {
			f.Messages, f.Count = slices.Clip(w.messages), w.count
			c.now.Add(f)
		}
	}
	c.command.Unconfigured(func(id string) bool { return c.sent.Received(id) || c.outcome.Configures(id) }, c.outcome.HasContainer())
	c.outcome.NeverFired()
	for _, fault := range c.reach.Faults() {
		f := rules.Finding{Messages: fault.Messages, Count: fault.Count}
		if f, ok := c.now.Finding(fault.Code, fault.Form, f, nil, nil, fault.Words...); ok {
			c.now.Add(f)
		}
	}
}
