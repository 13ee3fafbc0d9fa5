package check

import (
	"strings"

	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/ga4tag"
	"layertap/rules/pattern"
	"layertap/rules/words"
)

// Containers tells which triggers there are by now. What cannot be right about
// them whatever comes is told at once.
func (c *Checker) Containers(triggers []*gtm.Trigger) {
	c.now, c.path = current{}, c.path[:0]
	for _, t := range triggers {
		if c.knownTriggers[t] {
			continue
		}
		c.knownTriggers[t] = true
		if isReal(t) {
			c.real = true
			c.triggerPatterns(t)
			c.listensTo(t)
			c.tags(t.Container.Tags)
		}
	}
}

func (c *Checker) tags(tags []*gtm.Tag) {
	for _, tag := range tags {
		if _, known := c.knownTags[tag]; known {
			continue
		}
		parameters := ga4tag.Parameters(tag)
		c.knownTags[tag] = parameters
		c.ga4Tag(tag, parameters)
		for _, kind := range tag.Consent {
			c.consentTypes[kind] = true
		}
		for _, key := range []string{"tagId", "measurementId", "measurementIdOverride", "conversionId"} {
			if id := tag.Settings.Get(key); id.Kind == gtm.ConstantTerm && id.Constant.Text != "" {
				c.tagged[id.Constant.Text], c.tagged["AW-"+id.Constant.Text] = true, true
			}
		}
	}
}

// intended is what a trigger's condition was probably meant to match.
type intended struct {
	subject string // of the finding about it
	meant   *pattern.Meant
}

// triggerPatterns judges the patterns in a trigger's conditions: whether they can do
// what they were probably meant to.
func (c *Checker) triggerPatterns(t *gtm.Trigger) {
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
			return c.finding(rules.TriggerPattern, form, rules.Finding{}, nil, nil,
				"other", words.Quote(t.Name), "value", words.Quote(condition.Expected), "actual", why, "expected", condition.String())
		})
	}
}

// meantFor adds an event that no trigger matches to the trigger whose pattern was
// probably meant for it.
func (c *Checker) meantFor(event string) bool {
	for i := range c.intended {
		if c.intended[i].meant.Matches(event) {
			c.causes.Concerns(rules.TriggerPattern, c.intended[i].subject, c.now.push.Seq, nil)
			return true
		}
	}
	return false
}
