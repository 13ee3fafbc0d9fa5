package check

import (
	"cmp"
	"slices"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
	"layertap/rules/words"
)

// severity is how bad a code is here: as the event says, or its plan, or any
// plan in force where the event is in none, or else as it is by itself.
func (c *Checker) severity(code rules.Code, event *plan.Event) rules.Severity {
	if event != nil {
		if s, ok := event.Severities[code]; ok {
			return s
		}
		if s, ok := event.Plan.Severities[code]; ok {
			return s
		}
	} else {
		for _, plan := range slices.Backward(c.plans) {
			if s, ok := plan.Severities[code]; ok {
				return s
			}
		}
	}
	return rules.DefaultSeverity(code)
}

// report adds a finding about the message that is being judged. form is the
// case of the code's texts; pairs of words fill them in, beside event and path.
func (c *Checker) report(code rules.Code, form string, f rules.Finding, p *plan.Parameter, pairs ...string) {
	var event *plan.Event
	if c.now.rule != nil {
		event = c.now.rule.event
	}
	c.reportOn(code, form, f, event, p, pairs...)
}

// reportOn adds a finding that concerns an event of a plan, which need not be
// that of the message.
func (c *Checker) reportOn(code rules.Code, form string, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) {
	if f, ok := c.finding(code, form, f, event, p, pairs...); ok {
		c.found = append(c.found, f)
	}
}

// finding makes a finding; it is not ok where a plan switched the code off.
func (c *Checker) finding(code rules.Code, form string, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) (rules.Finding, bool) {
	severity := c.severity(code, event)
	if severity == rules.Off {
		return f, false
	}
	name := c.now.message.Event
	if name == "" {
		name = "the message"
	} else {
		name = words.Quote(name)
	}
	return complete(code, form, severity, f, event, p,
		append(pairs, "event", name, "path", words.Quote(f.Path), "suggestion", words.Quote(f.Suggestion))...), true
}

// planEvent is the event of the plan that the message is judged as; nil for none.
func (c *Checker) planEvent() *plan.Event {
	if c.now.rule == nil {
		return nil
	}
	return c.now.rule.event
}

// complete fills in a finding's texts and what the plan says about its subject.
func complete(code rules.Code, form string, severity rules.Severity, f rules.Finding, event *plan.Event, p *plan.Parameter, pairs ...string) rules.Finding {
	f.Code, f.Severity = code, severity
	if event != nil {
		f.Plan, f.Description, f.Owner, f.Link = event.Plan.Name, event.Description, event.Owner, event.Link
		f.Owner, f.Link = cmp.Or(f.Owner, event.Plan.Owner), cmp.Or(f.Link, event.Plan.Link)
		if f.Description == "" {
			f.Description = event.Trigger
		}
	}
	if p != nil {
		f.Description = cmp.Or(p.Description, f.Description)
		f.Owner, f.Link = cmp.Or(p.Owner, f.Owner), cmp.Or(p.Link, f.Link)
	}
	f.Message, f.Fix = rules.Sentences(code, form, pairs...)
	return f
}

// suggestion is a finding with the names that were probably meant.
type suggestion struct{ rules.Finding }

// suggest makes one of candidates, the nearest first, keeping those that are as
// near as the first.
func suggest(near []spelling.Candidate) suggestion {
	s := suggestion{rules.Finding{Suggestion: near[0].Name}}
	for _, other := range near[1:] {
		if other.Cost-near[0].Cost <= spelling.EquallyNear && len(s.Also) < spelling.MaxEqual-1 {
			s.Also = append(s.Also, other.Name)
		}
	}
	return s
}

func (s suggestion) form() string {
	if len(s.Also) > 0 {
		return "several"
	}
	return "plain"
}

// all is the names as a sentence has them.
func (s suggestion) all() string {
	names := []string{words.Quote(s.Suggestion)}
	for _, name := range s.Also {
		names = append(names, words.Quote(name))
	}
	return rules.OneOf(names)
}

// kindWord is what a value is, in words.
func kindWord(v datalayer.Value) string { return rules.Article(v.Kind.String()) }
