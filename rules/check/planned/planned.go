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

// Prepared are plans, prepared once for the sessions that are judged by them. It is safe for
// concurrent use. If two of the plans have an event with the same name, the later one is used.
type Prepared struct {
	All        []*plan.Plan
	Events     *Names
	Parameters *Names
	GA4        bool // one of the plans is for GA4

	rules    []*Rule                    // in the order of the plans, without occurrences
	replaced []bool                     // by rule: a later plan has the event, but not its alias
	index    map[string]int             // of the rules, by name and by alias
	wrong    map[string]int             // of the rules, by misspellings listed in a plan
	slips    map[string]*plan.Parameter // by misspellings listed in a plan
}

// Plans are the plans in use, with what occurred of them in a session.
type Plans struct {
	*Prepared
	Ordered []*Rule // in the order of the plans

	rules []Rule // also those that were replaced
}

// Prepare prepares plans.
func Prepare(plans ...*plan.Plan) *Prepared {
	ps := &Prepared{All: plans, index: map[string]int{}, wrong: map[string]int{}, slips: map[string]*plan.Parameter{}}
	var events, parameters, known []string
	for _, p := range plans {
		known = append(known, p.Known...)
		ps.GA4 = ps.GA4 || p.GA4
		for _, event := range p.Events {
			rule := newRule(p, event)
			ps.replace(event.Name)
			for _, name := range append([]string{event.Name}, event.Aliases...) {
				ps.index[name] = len(ps.rules)
				events = append(events, name)
			}
			for name := range event.Misspellings {
				ps.wrong[name] = len(ps.rules)
			}
			ps.rules, ps.replaced = append(ps.rules, rule), append(ps.replaced, false)
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
func (ps *Prepared) replace(name string) {
	if _, ok := ps.index[name]; !ok {
		return
	}
	for i, r := range ps.rules {
		ps.replaced[i] = ps.replaced[i] || r.Event.Name == name
	}
}

// New returns the plans for a session, of which nothing occurred.
func (ps *Prepared) New() *Plans {
	s := &Plans{Prepared: ps, Ordered: make([]*Rule, 0, len(ps.rules)), rules: make([]Rule, len(ps.rules))}
	for i, r := range ps.rules {
		s.rules[i] = *r
		s.rules[i].Level = r.Level.fresh()
		if !ps.replaced[i] {
			s.Ordered = append(s.Ordered, &s.rules[i])
		}
	}
	return s
}

// Event returns the event with a name or an alias; nil if there is none.
func (ps *Plans) Event(name string) *Rule {
	if i, ok := ps.index[name]; ok {
		return &ps.rules[i]
	}
	return nil
}

// Misspelled returns the event for which a plan lists name as a misspelling; nil if there
// is none.
func (ps *Plans) Misspelled(name string) *Rule {
	i, ok := ps.wrong[name]
	if !ok || ps.index[ps.rules[i].Event.Name] != i { // another plan has replaced the event
		return nil
	}
	return &ps.rules[i]
}

// Slip returns the parameter, of any event, for which a plan lists name as a
// misspelling; nil if there is none.
func (ps *Prepared) Slip(name string) *plan.Parameter { return ps.slips[name] }

// Namespace returns the plan whose namespace contains an event; nil if there is none.
func (ps *Prepared) Namespace(event string) *plan.Plan {
	for _, p := range ps.All {
		if p.Namespace != nil && plan.Matches(p.Namespace, event) {
			return p
		}
	}
	return nil
}

// Severity returns the severity of a code: that of the event or of its plan; if event
// is nil, of any plan in use; or else the default.
func (ps *Prepared) Severity(code rules.Code, event *plan.Event) rules.Severity {
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
