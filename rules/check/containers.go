package check

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/check/outcome"
)

// Containers adds the triggers known so far, and reports mistakes in them that don't
// depend on messages.
func (c *Checker) Containers(triggers []*gtm.Trigger) {
	c.now.Begin(current.Subject{})
	for _, t := range triggers {
		if c.outcome.Trigger(t) {
			c.listensTo(t)
		}
	}
}

// containers judges the message's outcome in the containers.
func (c *Checker) containers(outcome gtm.Outcome) {
	c.outcome.Message(outcome)
	if !c.now.Push.Own() {
		c.sent.Fire(outcome)
	}
}

// Revise returns the findings about a message whose outcome changed because a container
// was captured later.
func (c *Checker) Revise(push *datalayer.Push, before, after gtm.Outcome, findings []rules.Finding) []rules.Finding {
	subject := current.Subject{Message: push.Read(), Page: c.reach.Page(push.Page), Push: push, Rule: c.plans.Event(push.Event)}
	if subject.Page != nil {
		subject.Layer = c.layers.Find(subject.Page, push)
	}
	c.now.Begin(subject)
	c.outcome.Retract(before)
	for i := range findings {
		if !outcome.Depends(findings[i], after) {
			c.now.Add(findings[i])
		}
	}
	if intended := c.plans.Misspelled(push.Event); intended != nil && outcome.SendsAs(after, intended.Event.Name) {
		c.universal = release(c.universal, push)
	}
	c.containers(after)
	return c.now.Sorted()
}

// Unused returns the findings about the triggers and variables of containers that
// nothing in the session used.
func (c *Checker) Unused(dead gtm.Unused) []rules.Finding {
	c.now.Begin(current.Subject{})
	c.outcome.Unused(dead)
	return c.now.Sorted()
}

// Act records an action of the user, in its order among the messages.
func (c *Checker) Act(*datalayer.Action) { c.history.Act() }
