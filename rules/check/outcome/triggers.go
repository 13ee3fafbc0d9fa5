// Package outcome judges the outcomes of messages in containers, and mistakes in
// containers that don't depend on messages.
package outcome

import (
	"fmt"
	"slices"

	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/current"
	"layertap/rules/check/ga4"
	"layertap/rules/check/planned"
	"layertap/rules/ga4tag"
	"layertap/rules/words"
)

// Judge judges the outcomes of a session's messages. It is not safe for concurrent use.
type Judge struct {
	now    *current.Message
	plans  *planned.Plans
	causes *causes.Causes
	ga4    *ga4.Judge

	anyTrigger    bool // whether any trigger ever matched
	real          bool // there is a container
	knownTriggers map[*gtm.Trigger]bool
	knownTags     map[*gtm.Tag][]ga4tag.Parameter
	intended      []intended
	held          map[heldKey]*held
	heldOrder     []heldKey
	awaited       map[string][]awaited
	configured    map[string]bool // the IDs that tags configure
	consentTypes  map[string]bool // that tags require
}

// New returns a judge of the current messages.
func New(now *current.Message, plans *planned.Plans, causes *causes.Causes, ga4 *ga4.Judge) *Judge {
	return &Judge{
		now: now, plans: plans, causes: causes, ga4: ga4,
		knownTriggers: map[*gtm.Trigger]bool{}, knownTags: map[*gtm.Tag][]ga4tag.Parameter{},
		configured: map[string]bool{}, consentTypes: map[string]bool{},
	}
}

// HasContainer reports whether there is a container.
func (c *Judge) HasContainer() bool { return c.real }

// Configures reports whether a tag of a container configures a destination.
func (c *Judge) Configures(id string) bool { return c.configured[id] }

// NeedsConsent reports whether a tag of a container requires a consent type.
func (c *Judge) NeedsConsent(kind string) bool { return c.consentTypes[kind] }

// Message judges the current message's outcome in the containers.
func (c *Judge) Message(outcome gtm.Outcome) {
	c.consentHeld(outcome)
	if c.now.Push.Own() {
		return
	}
	for _, m := range outcome.Triggers {
		c.anyTrigger = c.anyTrigger || !isStandIn(m.Trigger)
	}
	c.noTrigger(outcome)
	c.noTag(outcome)
	c.ga4.Tags(outcome, c.knownTags)
	c.leftOver(outcome)
	c.undefined(outcome)
}

// isStandIn reports whether a trigger is one that a plan suggests until there is a
// container.
func isStandIn(t *gtm.Trigger) bool {
	return t.Container != nil && t.Container.Form == gtm.FormSuggested
}

// noTrigger reports why no trigger matches the event: a pattern that can't do what was
// meant, another condition that failed, a similar name, or no trigger.
func (c *Judge) noTrigger(outcome gtm.Outcome) {
	if anyMatch(outcome) || c.now.Event == "" {
		return
	}
	if c.intendedFor(c.now.Event) {
		return
	}
	planned := c.now.Rule != nil
	if planned && c.failedCondition(outcome) || c.nearMiss(outcome) || !planned || c.gtagAlone() {
		return
	}
	if c.anyTrigger || c.real || len(c.now.Rule.Event.Plan.Triggers) > 0 {
		c.now.Report(rules.NoTrigger, "plain", rules.Finding{}, nil)
	}
}

// gtagAlone reports whether the page uses gtag without Google Tag Manager, so that
// there is no place to create a trigger. Another page can have a container.
func (c *Judge) gtagAlone() bool {
	state := c.now.Layer
	return state != nil && state.Gtag && !state.Snippet && (!c.real || state.GoogleTag && !state.Container)
}

// nearMiss reports the trigger that is nearest to matching the event, unless the
// event's name was already reported as that misspelling.
func (c *Judge) nearMiss(outcome gtm.Outcome) bool {
	if len(outcome.NearMisses) == 0 {
		return false
	}
	near := outcome.NearMisses[0]
	if near.Kind == gtm.AnchorAway && !near.Trigger.Container.Real() {
		return false // other vendors' names may end like the plan's
	}
	if isStandIn(near.Trigger) && c.now.Rule == nil {
		return false // the plan reports such names itself
	}
	for _, f := range c.now.Found() {
		if f.Code == rules.MisspelledEvent && f.Suggestion == near.Expected {
			return true
		}
	}
	c.now.Report(rules.NearMissTrigger, "plain", rules.Finding{Suggestion: near.Expected}, nil,
		"other", words.Quote(near.Trigger.Name), "actual", nearWords(near), "value", words.Quote(c.now.Event))
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

// byOutcome are the codes of findings that depend on a message's outcome.
var byOutcome = []rules.Code{rules.NoTrigger, rules.NearMissTrigger, rules.TriggerCondition, rules.NoTag}

// Depends reports whether a finding depends on a message's outcome.
func Depends(f rules.Finding, outcome gtm.Outcome) bool {
	return slices.Contains(byOutcome, f.Code) || f.Code == rules.GA4Name && outcome.Tags != nil ||
		f.Code == rules.MisspelledEvent && f.Note != "" && SendsAs(outcome, f.Suggestion)
}

// SendsAs reports whether a GA4 tag that fires on a message sends it under a name.
func SendsAs(outcome gtm.Outcome, name string) bool {
	return slices.ContainsFunc(outcome.Tags, func(f gtm.Firing) bool {
		sent, _ := ga4tag.EventName(f.Tag)
		return f.Tag.Type == ga4tag.Type && f.Fires != gtm.No && sent == name
	})
}

// Retract removes the current message from findings about the session that depend on
// its outcome, because that has changed.
func (c *Judge) Retract(outcome gtm.Outcome) {
	for _, s := range outcome.Stale {
		c.causes.Retract(rules.StaleVariable, staleSubject(s), c.now.Push.Seq)
	}
	for _, u := range outcome.Undefined {
		c.causes.Retract(rules.UndefinedVariable, u.Tag.Name+"\x00"+u.Variable.Key, c.now.Push.Seq)
	}
}

// Unused adds the findings about the triggers and variables of containers that nothing
// in the session used.
func (c *Judge) Unused(dead gtm.Unused) {
	for _, t := range dead.Triggers {
		if t.Container.Real() && !t.OnlyBlocks() {
			c.now.Report(rules.DeadTrigger, "plain", rules.Finding{}, nil, "other", words.Quote(t.Name))
		}
	}
	for _, d := range dead.Variables {
		form := "plain"
		if d.Near != "" {
			form = "near"
		}
		c.now.Report(rules.DeadVariable, form, rules.Finding{Path: d.Variable.Key, Suggestion: d.Near}, nil, "other", words.Quote(d.Variable.Name))
	}
}
