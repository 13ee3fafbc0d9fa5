package check

import (
	"fmt"
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
)

// containers says where the message and the containers do not meet.
func (c *Checker) containers(outcome gtm.Outcome) {
	c.anyTrigger = c.anyTrigger || len(outcome.Triggers) > 0
	if c.now.push.Own() {
		return
	}
	if c.now.rule != nil {
		c.triggers(outcome)
	}
	c.nearMiss(outcome)
	c.stale(outcome)
	c.fire(outcome)
}

// triggers says where no trigger listens to an event of the plan, or a tag that
// the plan names does not fire.
func (c *Checker) triggers(outcome gtm.Outcome) {
	event := c.now.rule.event
	if len(outcome.Triggers) == 0 && (c.anyTrigger || len(event.Plan.Triggers) > 0) {
		c.report(rules.NoTrigger, "plain", rules.Finding{}, nil)
	}
	for _, tag := range event.Tags {
		fires := func(f gtm.Firing) bool { return f.Tag.Name == tag }
		if len(outcome.Tags) > 0 && !slices.ContainsFunc(outcome.Tags, fires) {
			c.report(rules.NoTrigger, "tag", rules.Finding{}, nil, "other", tag)
		}
	}
}

// nearMiss names the trigger that is nearest to anyTrigger to the event, where
// none does. Where the event's name was already found to be misspelled so, that
// says it all.
func (c *Checker) nearMiss(outcome gtm.Outcome) {
	if len(outcome.Triggers) > 0 || len(outcome.NearMisses) == 0 {
		return
	}
	near := outcome.NearMisses[0]
	if near.Kind == gtm.AnchorAway && !isReal(near.Trigger) {
		return // other vendors' names may end as the plan's do
	}
	for _, f := range c.found {
		if f.Code == rules.MisspelledEvent && f.Suggestion == near.Expected {
			return
		}
	}
	c.report(rules.NearMissTrigger, "plain", rules.Finding{Suggestion: near.Expected}, nil, "other", near.Trigger.Name, "actual", nearWords(near))
}

func nearWords(near gtm.NearMiss) string {
	switch near.Kind {
	case gtm.OtherCase:
		return "in " + near.Expected + " the case is another"
	case gtm.OtherSeparators:
		return "in " + near.Expected + " the separators are others"
	case gtm.AnchorAway:
		return "its pattern asks for " + near.Expected + " alone"
	}
	if near.Distance == 1 {
		return "it differs from " + near.Expected + " in one letter"
	}
	return fmt.Sprintf("it differs from %s in %d letters", near.Expected, near.Distance)
}

// stale names the variables that firing tags read and that an earlier event of a
// plan left behind. What was set without an event, or by one of no plan, was
// perhaps set for the whole page.
func (c *Checker) stale(outcome gtm.Outcome) {
	for i, s := range outcome.Stale {
		same := func(other gtm.Stale) bool { return other.Variable.Key == s.Variable.Key }
		if c.events[s.SetBy.Event] == nil || slices.ContainsFunc(outcome.Stale[:i], same) {
			continue
		}
		c.report(rules.StaleVariable, "plain", rules.Finding{Path: s.Variable.Key}, nil, "actual", s.Tag.Name,
			"other", "#"+strconv.Itoa(s.SetBy.Seq)+" ("+s.SetBy.Event+", "+shortTime(c.now.push.T-s.SetBy.T)+" ago)")
	}
}

// isReal says whether a trigger is a container's, and not one that the user or a
// plan named.
func isReal(t *gtm.Trigger) bool { return t.Container != nil && t.Container.ID != "" }

// Revise returns the findings about a message whose outcome became another one,
// because a container was captured after it.
func (c *Checker) Revise(push *datalayer.Push, outcome gtm.Outcome, findings []rules.Finding) []rules.Finding {
	c.now = current{push: push, message: datalayer.Message{Event: push.Event}, rule: c.events[push.Event]}
	c.path = c.path[:0]
	c.found = slices.DeleteFunc(append(c.found[:0], findings...), func(f rules.Finding) bool {
		return f.Code == rules.NoTrigger || f.Code == rules.NearMissTrigger || f.Code == rules.StaleVariable
	})
	c.containers(outcome)
	return c.sorted()
}

// Unused returns the findings about the triggers and variables of containers
// that nothing in the session fed.
func (c *Checker) Unused(dead gtm.Unused) []rules.Finding {
	c.now, c.path, c.found = current{}, c.path[:0], c.found[:0]
	for _, t := range dead.Triggers {
		if isReal(t) {
			c.report(rules.DeadTrigger, "plain", rules.Finding{}, nil, "other", t.Name)
		}
	}
	for _, d := range dead.Variables {
		form := "plain"
		if d.Near != "" {
			form = "near"
		}
		c.report(rules.DeadVariable, form, rules.Finding{Path: d.Variable.Key, Suggestion: d.Near}, nil, "other", d.Variable.Name)
	}
	return c.sorted()
}
