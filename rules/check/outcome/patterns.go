package outcome

import (
	"strings"

	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/ga4tag"
	"layertap/rules/pattern"
	"layertap/rules/words"
)

// Trigger adds a trigger, and reports mistakes in it and in its container's tags that
// don't depend on messages. It reports whether the trigger is new and from a container.
func (c *Judge) Trigger(t *gtm.Trigger) bool {
	if c.knownTriggers[t] {
		return false
	}
	c.knownTriggers[t] = true
	if !t.Container.Real() {
		return false
	}
	c.real = true
	c.triggerPatterns(t)
	c.tags(t.Container.Tags)
	return true
}

func (c *Judge) tags(tags []*gtm.Tag) {
	for _, tag := range tags {
		if _, known := c.knownTags[tag]; known {
			continue
		}
		parameters := ga4tag.Parameters(tag)
		c.knownTags[tag] = parameters
		c.ga4.Tag(tag, parameters)
		for _, kind := range tag.Consent {
			c.consentTypes[kind] = true
		}
		for _, key := range []string{"tagId", "measurementId", "measurementIdOverride", "conversionId"} {
			if id := tag.Settings.Get(key); id.Kind == gtm.ConstantTerm && id.Constant.Text != "" {
				c.configured[id.Constant.Text], c.configured["AW-"+id.Constant.Text] = true, true
			}
		}
	}
}

// intended is what a trigger's condition was probably meant to match.
type intended struct {
	subject string // of the finding about it
	intent  *pattern.Intent
}

// triggerPatterns judges the patterns in a trigger's conditions: whether they can do
// what was probably meant.
func (c *Judge) triggerPatterns(t *gtm.Trigger) {
	for _, condition := range t.Conditions {
		p := condition.Predicate
		if p == nil || p.Right.Kind != gtm.ConstantTerm {
			continue
		}
		form, m := pattern.Fault(condition)
		if form == "" {
			continue
		}
		subject := t.Name + "\x00" + condition.Expected
		if p.OnEvent && m != nil {
			c.intended = append(c.intended, intended{subject, m})
		}
		why := ""
		if p.CompileErr != nil {
			why = p.CompileErr.Error()
			if i := strings.LastIndex(why, ": "); i >= 0 {
				why = why[i+2:]
			}
		}
		c.causes.Concerns(rules.TriggerPattern, subject, 0, func() (rules.Finding, bool) {
			return c.now.Finding(rules.TriggerPattern, form, rules.Finding{}, nil, nil,
				"other", words.Quote(t.Name), "value", words.Quote(condition.Expected), "actual", why, "expected", condition.String())
		})
	}
}

// intendedFor adds an event that no trigger matches to the trigger whose pattern was
// probably meant for it.
func (c *Judge) intendedFor(event string) bool {
	for i := range c.intended {
		if c.intended[i].intent.Matches(event) {
			c.causes.Concerns(rules.TriggerPattern, c.intended[i].subject, c.now.Push.Seq, nil)
			return true
		}
	}
	return false
}
