// Package planned prepares the plans in use for judging messages: their events and
// parameters by name, and which of them occurred.
package planned

import (
	"maps"
	"slices"
	"time"

	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/plan"
)

// Plans are the plans in use, with what occurred of them. If two have an event with the
// same name, the later one is used.
type Plans struct {
	All        []*plan.Plan
	Ordered    []*Rule // in the order of the plans
	Events     *Names
	Parameters *Names
	GA4        bool // one of the plans is for GA4

	events map[string]*Rule           // by name and by alias
	wrong  map[string]*Rule           // by misspellings listed in a plan
	slips  map[string]*plan.Parameter // by misspellings listed in a plan
}

// New prepares plans.
func New(plans ...*plan.Plan) *Plans {
	ps := &Plans{All: plans, events: map[string]*Rule{}, wrong: map[string]*Rule{}, slips: map[string]*plan.Parameter{}}
	var events, parameters, known []string
	for _, p := range plans {
		known = append(known, p.Known...)
		ps.GA4 = ps.GA4 || p.GA4
		for _, event := range p.Events {
			rule := newRule(p, event)
			ps.replace(event.Name)
			ps.Ordered = append(ps.Ordered, rule)
			for _, name := range append([]string{event.Name}, event.Aliases...) {
				ps.events[name] = rule
				events = append(events, name)
			}
			for name := range event.Misspellings {
				ps.wrong[name] = rule
			}
			parameters = rule.Level.names(parameters)
			for name, at := range rule.Level.Wrong {
				if p := rule.Level.Slots[at].Parameter; !slices.Contains(p.Aliases, name) {
					ps.slips[name] = p
				}
			}
			if event.Within != "" {
				parameters = append(parameters, event.Within)
			}
		}
	}
	ps.Events = newNames(events, known)
	ps.Parameters = newNames(parameters, known)
	return ps
}

// replace removes the event of an earlier plan.
func (ps *Plans) replace(name string) {
	if ps.events[name] == nil {
		return
	}
	ps.Ordered = slices.DeleteFunc(ps.Ordered, func(r *Rule) bool { return r.Event.Name == name })
}

// Event returns the event with a name or an alias; nil if there is none.
func (ps *Plans) Event(name string) *Rule { return ps.events[name] }

// Misspelled returns the event for which a plan lists name as a misspelling; nil if there
// is none.
func (ps *Plans) Misspelled(name string) *Rule {
	if rule := ps.wrong[name]; rule != nil && ps.events[rule.Event.Name] == rule {
		return rule
	}
	return nil // or another plan has replaced the event
}

// Slip returns the parameter, of any event, for which a plan lists name as a
// misspelling; nil if there is none.
func (ps *Plans) Slip(name string) *plan.Parameter { return ps.slips[name] }

// Namespace returns the plan whose namespace contains an event; nil if there is none.
func (ps *Plans) Namespace(event string) *plan.Plan {
	for _, p := range ps.All {
		if p.Namespace != nil && plan.Matches(p.Namespace, event) {
			return p
		}
	}
	return nil
}

// Severity returns the severity of a code: that of the event or of its plan; if event
// is nil, of any plan in use; or else the default.
func (ps *Plans) Severity(code rules.Code, event *plan.Event) rules.Severity {
	if event != nil {
		if s, ok := event.Severities[code]; ok {
			return s
		}
		if s, ok := event.Plan.Severities[code]; ok {
			return s
		}
	} else {
		for _, p := range slices.Backward(ps.All) {
			if s, ok := p.Severities[code]; ok {
				return s
			}
		}
	}
	return rules.DefaultSeverity(code)
}

// Rule is an event of a plan with what occurred of it.
type Rule struct {
	Event     *plan.Event
	Level     *Level
	Duplicate time.Duration // the maximum time between equal ones that are one, pushed twice
	Watched   []int         // the slots whose values are compared between messages
	Seen      int
	Errors    accept.Errors // of those that occurred

	names map[string]int // the wrong names under which it occurred
}

func newRule(p *plan.Plan, event *plan.Event) *Rule {
	rule := &Rule{Event: event, Level: newLevel(event.Parameters), Duplicate: p.Duplicates}
	if event.Duplicates != 0 {
		rule.Duplicate = event.Duplicates
	}
	for i, s := range rule.Level.Slots {
		if s.Parameter.Constant != plan.Nowhere || s.Parameter.Grows != plan.Nowhere {
			rule.Watched = append(rule.Watched, i)
		}
	}
	return rule
}

// maxNames bounds the stored wrong names of an event.
const maxNames = 16

// Misspelled records that the event occurred under a wrong name.
func (r *Rule) Misspelled(name string, times int) {
	if r.names == nil {
		r.names = map[string]int{}
	}
	if _, ok := r.names[name]; ok || len(r.names) < maxNames {
		r.names[name] += times
	}
}

// Misspelling is a wrong name of an event, and how often it occurred.
type Misspelling struct {
	Name  string
	Count int
}

// Misspellings returns the wrong names under which the event occurred, sorted.
func (r *Rule) Misspellings() []Misspelling {
	var all []Misspelling
	for _, name := range slices.Sorted(maps.Keys(r.names)) {
		all = append(all, Misspelling{name, r.names[name]})
	}
	return all
}
