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
	"layertap/rules/causes"
	"layertap/rules/ga4tag"
	"layertap/rules/plan"
	"layertap/rules/reach"
	"layertap/rules/spelling"
	"layertap/rules/words"
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
	anyTrigger bool                     // whether any trigger ever matched

	causes         causes.Causes
	reach          *reach.Tracker
	targets        []*pendingTarget
	received       map[string]bool            // the IDs that hits went to
	tagged         map[string]bool            // the IDs that containers configure
	consentTypes   map[string]bool            // that tags need
	defaults       map[string]*datalayer.Push // the first consent default of a page
	consentSpeller *spelling.Speller
	transactions   map[string]*datalayer.Push
	held           map[heldKey]*held
	heldOrder      []heldKey
	awaited        map[string][]awaited
	knownTriggers  map[*gtm.Trigger]bool
	knownTags      map[*gtm.Tag][]ga4tag.Parameter
	intended       []intended
	real           bool          // there is a container
	sendsGA4       bool          // a plan of GA4's events is in force
	duplicates     time.Duration // how far apart equal events of no plan may be
	actions        int           // of the user so far
	optional       *plan.Plan    // see StepBack
	volatile       map[string]bool
	looks          map[*plan.Plan]*looks
	isRepeated     bool // the current message is a duplicate

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
	bound   gtm.Truth  // whether a gtag event goes to GA4
}

// eventRule is an event of a plan with what was seen of it.
type eventRule struct {
	event     *plan.Event
	level     *level
	duplicate time.Duration
	watched   []int // the slots whose values are compared between messages
	seen      int
	wrong     int            // of those seen, with errors
	names     map[string]int // the wrong names under which it came
	hitFaults hitFaults      // with the hits of messages that are no longer kept in mind
}

// New returns a checker for the plans in force. If two of them have an event of
// the same name, the later one is used.
func New(plans ...*plan.Plan) *Checker {
	c := &Checker{
		plans:   plans,
		events:  map[string]*eventRule{},
		slips:   map[string]*plan.Parameter{},
		layers:  map[layerKey]*layerState{},
		vendors: map[string]time.Duration{},
		tracked: map[trackedKey]datalayer.Value{},
		onces:   map[onceKey]*datalayer.Push{},

		received:      map[string]bool{},
		tagged:        map[string]bool{},
		consentTypes:  map[string]bool{},
		defaults:      map[string]*datalayer.Push{},
		transactions:  map[string]*datalayer.Push{},
		knownTriggers: map[*gtm.Trigger]bool{},
		knownTags:     map[*gtm.Tag][]ga4tag.Parameter{},
		reach:         reach.New(),
		duplicates:    unplannedDuplicates,
		volatile:      map[string]bool{},
		looks:         map[*plan.Plan]*looks{},
	}
	var events, parameters, known []string
	for _, plan := range plans {
		known = append(known, plan.Known...)
		c.sendsGA4 = c.sendsGA4 || plan.GA4
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

// maxNames bounds how many wrong names of an event are kept in mind.
const maxNames = 16

// misspelt takes in that the event came under a wrong name.
func (r *eventRule) misspelt(name string, times int) {
	if r.names == nil {
		r.names = map[string]int{}
	}
	if _, ok := r.names[name]; ok || len(r.names) < maxNames {
		r.names[name] += times
	}
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
	c.now.rule, c.now.bound, c.isRepeated = c.events[c.now.message.Event], c.toGA4(), false
	if c.now.rule != nil && c.elsewhereBound(c.now.rule.event) {
		c.now.rule = nil
	}
	c.delivery()
	c.eventKey(m.Value)
	google := m.Reader == datalayer.GoogleTagManager
	if google {
		c.delivered()
		c.command(m.Value)
	} else {
		c.reach.Later(push.Page, push.T)
	}
	if !m.Own {
		c.event(m.Value)
		c.values()
	}
	if google {
		c.googleEvent(outcome)
	}
	c.now.layer.take(m, push)
	if google {
		c.takeOrder(outcome)
		c.granted()
	}
	return c.sorted()
}

// googleEvent judges what is for Google's tags alone.
func (c *Checker) googleEvent(outcome gtm.Outcome) {
	if !c.now.message.Own {
		c.setLater()
		c.ga4()
		c.transaction()
	}
	c.containers(outcome)
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
func (c *Checker) event(v datalayer.Value) {
	rule := c.now.rule
	if rule == nil {
		c.unknown(v)
		return
	}
	rule.seen++
	c.coverage = nil
	before := len(c.found)
	defer func() {
		if slices.ContainsFunc(c.found[before:], func(f rules.Finding) bool { return f.Severity == rules.Error }) {
			rule.wrong++
		}
	}()
	c.look(rule.event.Plan)
	c.content(rule)
	c.watch(rule)
	c.order(rule)
	c.duplicate(rule)
	c.send(rule)
}

// unknown judges an event that no plan holds.
func (c *Checker) unknown(v datalayer.Value) {
	name := c.now.message.Event
	if name == "" {
		c.notAnEvent(v)
		return
	}
	c.duplicate(nil)
	if c.isGtag() && c.now.bound == gtm.No {
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
		c.misspelledEvent(name, f, c.events[f.Suggestion])
	case verdict.namespace != nil && !verdict.known:
		found, ok := c.finding(rules.UnknownEvent, "plain", rules.Finding{Plan: verdict.namespace.Name}, nil, nil, "plan", words.Quote(verdict.namespace.Name))
		switch {
		case !ok:
		case c.isFor(verdict.namespace, nil):
			c.found = append(c.found, found)
		default:
			c.wait(verdict.namespace, rules.UnknownEvent, name, nil, found)
		}
	}
}

// misspelledEvent tells which event was meant by a name.
func (c *Checker) misspelledEvent(name string, f suggestion, meant *eventRule) {
	p := meant.event.Plan
	found, ok := c.finding(rules.MisspelledEvent, f.form(), f.Finding, meant.event, nil, "suggestion", f.all())
	if !ok {
		return
	}
	if !c.isFor(p, meant) && isPlainName(name, f.Suggestion) {
		c.wait(p, rules.MisspelledEvent, name, meant, found)
		return
	}
	meant.misspelt(name, 1)
	c.coverage = nil
	c.found = append(c.found, found)
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
