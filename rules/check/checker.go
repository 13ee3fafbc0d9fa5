// Package check checks the messages of a session against plans.
//
// A [Checker] judges the messages by the plans in use and returns findings, each with a
// fix, and the [Coverage] of the plans. Each subject is judged in its own package below
// this one.
package check

import (
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/command"
	"layertap/rules/check/current"
	"layertap/rules/check/ga4"
	"layertap/rules/check/history"
	"layertap/rules/check/outcome"
	"layertap/rules/check/parameters"
	"layertap/rules/check/planned"
	"layertap/rules/check/sent"
	"layertap/rules/google"
	"layertap/rules/plan"
	"layertap/rules/reach"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// Checker checks the messages of one session against plans. It is not safe for
// concurrent use.
type Checker struct {
	plans    *planned.Plans
	optional *plan.Plan // see StepBack
	looks    map[*plan.Plan]*looks
	layers   current.Layers
	causes   causes.Causes
	// universal are the events in the format of Universal Analytics, which are mistakes only
	// if GA4's aren't pushed beside them.
	universal []*waiting
	reach     *reach.Tracker
	coverage  []Coverage // nil if it has to be computed again

	now        *current.Message
	parameters *parameters.Judge
	history    *history.Judge
	command    *command.Judge
	ga4        *ga4.Judge
	outcome    *outcome.Judge
	sent       *sent.Judge
}

// Plans are plans for the checkers of several sessions. It is safe for concurrent use.
type Plans struct{ prepared *planned.Prepared }

// Prepare prepares plans. If two of them have an event with the same name, the later one is
// used.
func Prepare(plans ...*plan.Plan) Plans { return Plans{planned.Prepare(plans...)} }

// New returns a checker for the plans in use; see [Prepare].
func New(plans ...*plan.Plan) *Checker { return Prepare(plans...).New() }

// New returns a checker for another session.
func (p Plans) New() *Checker {
	c := &Checker{plans: p.prepared.New(), looks: map[*plan.Plan]*looks{}, reach: reach.New()}
	c.now = current.New(c.plans)
	c.parameters = parameters.New(c.now, c.plans)
	c.history = history.New(c.now, c.plans)
	c.ga4 = ga4.New(c.now, c.plans, &c.causes)
	c.outcome = outcome.New(c.now, c.plans, &c.causes, c.ga4)
	c.command = command.New(c.now, &c.causes, c.reach, c.outcome.NeedsConsent)
	c.sent = sent.New(c.now, c.plans, c.reach)
	return c
}

// Begin sets when the session started, which is needed to find timestamps in the
// future.
func (c *Checker) Begin(started time.Time) { c.parameters.Begin(started) }

// Check returns the findings about a message, the most severe first; nil if there are
// none. Messages must be passed in order.
func (c *Checker) Check(page *datalayer.Page, push *datalayer.Push, m *datalayer.Message, outcome gtm.Outcome) []rules.Finding {
	c.now.Begin(current.Subject{Message: *m, Page: page, Push: push, Layer: c.layers.Of(page, push), Rule: c.plans.Event(m.Event)})
	c.history.Begin()
	c.now.Bound = c.command.ToGA4()
	if c.now.Rule != nil && c.command.ElsewhereBound(c.now.Rule.Event) {
		c.now.Rule = nil
	}
	c.delivery()
	c.eventKey(m.Value)
	google := m.Reader == datalayer.GoogleTagManager
	if google {
		c.delivered()
		c.command.Command(m.Value)
	} else {
		c.reach.Later(push.Page, push.T)
	}
	if !m.Own {
		c.event(m.Value, outcome)
		c.values()
	}
	if google {
		c.googleEvent(outcome)
	}
	c.now.Layer.Take(m, push)
	if google {
		c.command.TakeOrder(outcome)
		c.outcome.Granted()
	}
	return c.now.Sorted()
}

// googleEvent judges what only concerns Google's tags.
func (c *Checker) googleEvent(outcome gtm.Outcome) {
	if !c.now.Own {
		c.outcome.SetLater()
		c.ga4.Event()
		c.history.Transaction()
		if c.onlyGtag() {
			c.sent.Command()
		}
	}
	c.containers(outcome)
}

// event judges the message as an event of the plans.
func (c *Checker) event(v datalayer.Value, outcome gtm.Outcome) {
	rule := c.now.Rule
	if rule == nil {
		c.unknown(v, outcome)
		return
	}
	rule.Seen++
	c.coverage = nil
	before := len(c.now.Found())
	defer func() { rule.Errors.Add(c.now.Found()[before:]) }()
	c.look(rule.Event.Plan)
	c.parameters.Message(rule)
	c.history.Watch(rule)
	c.history.Order(rule)
	c.history.Duplicate(rule)
	c.sent.Message(rule)
}

// unknown judges an event that isn't in a plan.
func (c *Checker) unknown(v datalayer.Value, of gtm.Outcome) {
	name := c.now.Event
	if name == "" {
		c.notAnEvent(v)
		return
	}
	c.history.Duplicate(nil)
	if c.now.IsGtag() && c.now.Bound == gtm.No {
		return
	}
	verdict := c.plans.Events.Of(name, func(s *spelling.Speller) ([]spelling.Candidate, *plan.Plan) {
		if plan := c.plans.Namespace(name); plan != nil {
			return s.NearByWords(name), plan
		}
		return s.Near(name), nil
	})
	listed := c.plans.Misspelled(name)
	switch {
	case listed != nil && !verdict.Known:
		c.listedMisspelling(name, listed, of)
	case len(verdict.Near) > 0:
		f := current.Suggest(verdict.Near)
		c.misspelledEvent(name, f, c.plans.Event(f.Suggestion))
	case verdict.Namespace != nil && !verdict.Known:
		found, ok := c.now.Finding(rules.UnknownEvent, "plain", rules.Finding{Plan: verdict.Namespace.Name}, nil, nil, "plan", words.Quote(verdict.Namespace.Name))
		switch {
		case !ok:
		case c.isFor(verdict.Namespace, nil):
			c.now.Add(found)
		default:
			c.wait(verdict.Namespace, rules.UnknownEvent, name, nil, found)
		}
	}
}

// listedMisspelling reports the event for which a plan lists a name as a misspelling. A
// site can have changed to GA4 in its container, so that a tag sends GA4's name, or push
// the format of Universal Analytics beside GA4's.
func (c *Checker) listedMisspelling(name string, intended *planned.Rule, of gtm.Outcome) {
	event := intended.Event
	s := current.Suggestion{Finding: rules.Finding{Suggestion: event.Name, Note: event.Misspellings[name]}}
	switch {
	case event.Plan.GA4 && outcome.SendsAs(of, event.Name):
	case event.Plan.GA4 && google.IsUniversal(c.now.Fields):
		found, ok := c.now.Finding(rules.MisspelledEvent, s.Form(), s.Finding, event, nil, "suggestion", s.All())
		if ok {
			c.universal = c.hold(c.universal, rules.MisspelledEvent, name, intended, found)
		}
	default:
		c.misspelledEvent(name, s, intended)
	}
}

// misspelledEvent reports the event that was meant by a name.
func (c *Checker) misspelledEvent(name string, f current.Suggestion, intended *planned.Rule) {
	p := intended.Event.Plan
	found, ok := c.now.Finding(rules.MisspelledEvent, f.Form(), f.Finding, intended.Event, nil, "suggestion", f.All())
	if !ok {
		return
	}
	if !c.isFor(p, intended) && isPlainName(name, f.Suggestion) {
		c.wait(p, rules.MisspelledEvent, name, intended, found)
		return
	}
	intended.Misspelled(name, 1)
	c.coverage = nil
	c.now.Add(found)
}
