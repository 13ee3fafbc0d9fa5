// Package check checks the messages of a session against plans.
//
// A [Checker] goes through the messages with the plans in force and returns
// findings, each with what to do about it, and the [Coverage] of the plans.
package check

import (
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// Checker holds plans against the messages of one session. It is not safe for
// use by several goroutines at once.
type Checker struct {
	plans      []*plan.Plan
	events     map[string]*eventRule // by name and by alias
	ordered    []*eventRule
	eventNames *names
	parameters *names
	slips      map[string]*plan.Parameter // by misspellings that a plan knows of
	started    time.Time

	layers     map[layerKey]*layerState
	recent     [recentLength]occurrence
	recentAt   int
	tracked    map[trackedKey]datalayer.Value // what they were last
	onces      map[onceKey]*datalayer.Push
	unplanned  unplanned
	sent       []sent // a ring
	sentAt     int
	fired      []fired
	vendors    map[string]time.Duration // that were sent something, and when they were last
	until      map[string]time.Duration // when a page was last seen alive
	anyTrigger bool                     // whether any trigger ever matched

	now      current
	path     []segment
	present  []bool
	found    []rules.Finding
	coverage []Coverage // nil where it has to be made again
}

// current is the message that is being judged.
type current struct {
	page    *datalayer.Page
	push    *datalayer.Push
	message datalayer.Message
	layer   *layerState
	rule    *eventRule // nil for an event that is in no plan
}

// eventRule is an event of a plan with what was seen of it.
type eventRule struct {
	event     *plan.Event
	level     *level
	duplicate time.Duration
	watched   []int // the slots whose values are compared between messages
	seen      int
	hitFaults hitFaults // with the hits of messages that are no longer kept in mind
}

// NewChecker returns a checker for the plans in force. Where two of them hold an
// event of the same name, the later one rules.
func New(plans ...*plan.Plan) *Checker {
	c := &Checker{
		plans:   plans,
		events:  map[string]*eventRule{},
		slips:   map[string]*plan.Parameter{},
		layers:  map[layerKey]*layerState{},
		vendors: map[string]time.Duration{},
		until:   map[string]time.Duration{},
		tracked: map[trackedKey]datalayer.Value{},
		onces:   map[onceKey]*datalayer.Push{},
	}
	var events, parameters, known []string
	for _, plan := range plans {
		known = append(known, plan.Known...)
		for _, event := range plan.Events {
			rule := newEventRule(plan, event)
			c.replace(event.Name)
			c.ordered = append(c.ordered, rule)
			for _, name := range append([]string{event.Name}, event.Aliases...) {
				c.events[name] = rule
				events = append(events, name)
			}
			parameters = rule.level.names(parameters)
			for name, at := range rule.level.wrong {
				if p := rule.level.slots[at].parameter; !slices.Contains(p.Aliases, name) {
					c.slips[name] = p
				}
			}
			if event.Within != "" {
				parameters = append(parameters, event.Within)
			}
		}
	}
	c.eventNames = newNames(events, known)
	c.parameters = newNames(parameters, known)
	return c
}

// replace takes the event of an earlier plan out of force.
func (c *Checker) replace(name string) {
	if c.events[name] == nil {
		return
	}
	c.ordered = slices.DeleteFunc(c.ordered, func(r *eventRule) bool { return r.event.Name == name })
}

func newEventRule(p *plan.Plan, event *plan.Event) *eventRule {
	rule := &eventRule{event: event, level: newLevel(event.Parameters), duplicate: p.Duplicates}
	if event.Duplicates != 0 {
		rule.duplicate = event.Duplicates
	}
	for i, s := range rule.level.slots {
		if s.parameter.Constant != plan.Nowhere || s.parameter.Grows != plan.Nowhere {
			rule.watched = append(rule.watched, i)
		}
	}
	return rule
}

// Begin tells when the session started, so that a timestamp in the future is
// seen as one. Without it none is.
func (c *Checker) Begin(started time.Time) { c.started = started }

// Check returns the findings about a message, the worst first; nil for none.
// Messages have to come in their order.
func (c *Checker) Check(page *datalayer.Page, push *datalayer.Push, m *datalayer.Message, outcome gtm.Outcome) []rules.Finding {
	c.found, c.path, c.present = c.found[:0], c.path[:0], c.present[:0]
	c.now = current{page: page, push: push, message: *m}
	c.now.layer = c.layer()
	c.now.rule = c.events[c.now.message.Event]
	c.later(push.Page, push.T)
	c.delivery()
	c.eventKey(m.Value)
	if !m.Own {
		c.event()
		c.personal()
	}
	if m.Reader == datalayer.GoogleTagManager {
		c.containers(outcome)
	}
	c.now.layer.take(m, push)
	return c.sorted()
}

// sorted returns what was found, the worst first; nil for nothing.
func (c *Checker) sorted() []rules.Finding {
	if len(c.found) == 0 {
		return nil
	}
	found := slices.Clone(c.found)
	slices.SortStableFunc(found, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	return found
}

// event judges the message as an event of the plans.
func (c *Checker) event() {
	rule := c.now.rule
	if rule == nil {
		c.unknown()
		return
	}
	rule.seen++
	c.coverage = nil
	c.content(rule)
	c.watch(rule)
	c.order(rule)
	c.duplicate(rule)
	c.send(rule)
}

// unknown judges an event that no plan holds.
func (c *Checker) unknown() {
	name := c.now.message.Event
	if name == "" {
		c.misnamedEventKey()
		return
	}
	verdict := c.eventNames.of(name, func(s *spelling.Speller) ([]spelling.Candidate, *plan.Plan) {
		if plan := c.namespace(name); plan != nil {
			return s.NearByWords(name), plan
		}
		return s.Near(name), nil
	})
	switch {
	case len(verdict.near) > 0:
		f := suggest(verdict.near)
		meant := c.events[f.Suggestion]
		c.reportOn(rules.MisspelledEvent, f.form(), f.Finding, meant.event, nil, "suggestion", f.all())
	case verdict.namespace != nil && !verdict.known:
		c.reportOn(rules.UnknownEvent, "plain", rules.Finding{Plan: verdict.namespace.Name}, nil, nil, "plan", verdict.namespace.Name)
	}
}

// namespace returns the plan to which an event belongs by its name.
func (c *Checker) namespace(event string) *plan.Plan {
	for _, p := range c.plans {
		if p.Namespace != nil && plan.Matches(p.Namespace, event) {
			return p
		}
	}
	return nil
}
