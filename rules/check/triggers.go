package check

import (
	"fmt"
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/words"
)

// containers judges what the containers make of the message.
func (c *Checker) containers(outcome gtm.Outcome) {
	c.consentHeld(outcome)
	if c.now.push.Own() {
		return
	}
	for _, m := range outcome.Triggers {
		c.anyTrigger = c.anyTrigger || !isStandIn(m.Trigger)
	}
	c.noTrigger(outcome)
	c.noTag(outcome)
	c.ga4Tags(outcome)
	c.leftOver(outcome)
	c.undefined(outcome)
	c.fire(outcome)
}

// isStandIn reports whether a trigger is one that a plan suggests, until there is a
// container.
func isStandIn(t *gtm.Trigger) bool {
	return t.Container != nil && t.Container.Form == gtm.FormSuggested
}

// noTrigger tells why no trigger matches the event: a pattern that cannot do what was
// meant, another condition that failed, a name that is nearly the same, or that there is
// none.
func (c *Checker) noTrigger(outcome gtm.Outcome) {
	if anyMatch(outcome) || c.now.message.Event == "" {
		return
	}
	if c.meantFor(c.now.message.Event) {
		return
	}
	planned := c.now.rule != nil
	if planned && c.failedCondition(outcome) || c.nearMiss(outcome) || !planned || c.gtagAlone() {
		return
	}
	if c.anyTrigger || c.real || len(c.now.rule.event.Plan.Triggers) > 0 {
		c.report(rules.NoTrigger, "plain", rules.Finding{}, nil)
	}
}

// gtagAlone reports whether the page uses gtag without Google Tag Manager, so that
// there is nothing to make a trigger in.
func (c *Checker) gtagAlone() bool {
	state := c.now.layer
	return state != nil && state.gtag && !state.snippet && !c.real
}

// onlyGtag reports whether gtag was used in the session, and nowhere Google Tag Manager.
func (c *Checker) onlyGtag() bool {
	gtag := false
	for _, state := range c.layers {
		if state.snippet {
			return false
		}
		gtag = gtag || state.gtag
	}
	return gtag && !c.real
}

// nearMiss names the trigger that is nearest to matching the event. Where the event's
// name was already found to be misspelled so, that says it all.
func (c *Checker) nearMiss(outcome gtm.Outcome) bool {
	if len(outcome.NearMisses) == 0 {
		return false
	}
	near := outcome.NearMisses[0]
	if near.Kind == gtm.AnchorAway && !isReal(near.Trigger) {
		return false // other vendors' names may end as the plan's do
	}
	if isStandIn(near.Trigger) && c.now.rule == nil {
		return false // what a plan has to say of a name it says itself
	}
	for _, f := range c.found {
		if f.Code == rules.MisspelledEvent && f.Suggestion == near.Expected {
			return true
		}
	}
	c.report(rules.NearMissTrigger, "plain", rules.Finding{Suggestion: near.Expected}, nil,
		"other", words.Quote(near.Trigger.Name), "actual", nearWords(near), "value", words.Quote(c.now.message.Event))
	return true
}

func nearWords(near gtm.NearMiss) string {
	switch near.Kind {
	case gtm.OtherCase:
		return words.Quote(near.Expected) + ", in another case"
	case gtm.OtherSeparators:
		return words.Quote(near.Expected) + ", with other separators"
	case gtm.AnchorAway:
		return words.Quote(near.Expected) + " and nothing around it"
	}
	if near.Distance == 1 {
		return words.Quote(near.Expected) + ", one letter off"
	}
	return fmt.Sprintf("%s, %d letters off", words.Quote(near.Expected), near.Distance)
}

// isReal reports whether a trigger is a container's, and not one that the user or a
// plan named.
func isReal(t *gtm.Trigger) bool { return t.Container != nil && t.Container.ID != "" }

// byOutcome are the codes of findings that depend on what the containers make of a
// message.
var byOutcome = []rules.Code{rules.NoTrigger, rules.NearMissTrigger, rules.TriggerCondition, rules.NoTag}

// Revise returns the findings about a message whose outcome became another one,
// because a container was captured after it.
func (c *Checker) Revise(push *datalayer.Push, before, after gtm.Outcome, findings []rules.Finding) []rules.Finding {
	c.now = current{page: c.reach.Page(push.Page), push: push, message: push.Read(), rule: c.events[push.Event]}
	if c.now.page != nil {
		c.now.layer = c.layers[layerKey{c.now.page.Target, push.Frame, push.Layer}]
	}
	c.path = c.path[:0]
	for _, s := range before.Stale {
		c.causes.Retract(rules.StaleVariable, staleSubject(s), push.Seq)
	}
	for _, u := range before.Undefined {
		c.causes.Retract(rules.UndefinedVariable, u.Tag.Name+"\x00"+u.Variable.Key, push.Seq)
	}
	c.found = slices.DeleteFunc(append(c.found[:0], findings...), func(f rules.Finding) bool {
		return slices.Contains(byOutcome, f.Code) || f.Code == rules.GA4Name && after.Tags != nil
	})
	c.containers(after)
	return c.sorted()
}

// Unused returns the findings about the triggers and variables of containers
// that nothing in the session fed.
func (c *Checker) Unused(dead gtm.Unused) []rules.Finding {
	c.now, c.path, c.found = current{}, c.path[:0], c.found[:0]
	for _, t := range dead.Triggers {
		if isReal(t) && !t.OnlyBlocks() {
			c.report(rules.DeadTrigger, "plain", rules.Finding{}, nil, "other", words.Quote(t.Name))
		}
	}
	for _, d := range dead.Variables {
		form := "plain"
		if d.Near != "" {
			form = "near"
		}
		c.report(rules.DeadVariable, form, rules.Finding{Path: d.Variable.Key, Suggestion: d.Near}, nil, "other", words.Quote(d.Variable.Name))
	}
	return c.sorted()
}
