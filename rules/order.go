package rules

import "layertap/datalayer"

// onceKey is where an event may come only once.
type onceKey struct {
	rule  *eventRule
	where string
}

// maxOnces bounds how many places are kept in mind.
const maxOnces = 1 << 16

// order judges whether the event comes at the right moment and not too often.
func (c *Checker) order(rule *eventRule) {
	event := rule.event
	if c.now.page.Cause != datalayer.CauseAttach { // what came before the attachment nobody saw
		for _, other := range event.after {
			if r := c.events[other]; r == nil || r.seen == 0 {
				c.report(OutOfOrder, "after", Finding{}, nil, "other", other, "origin", from(c.now.push))
			}
		}
	}
	for _, other := range event.before {
		if r := c.events[other]; r != nil && r.seen > 0 {
			c.report(OutOfOrder, "before", Finding{}, nil, "other", other, "origin", from(c.now.push))
		}
	}
	for _, kind := range event.consent {
		if !c.now.layer.consent[kind] {
			c.report(OutOfOrder, "consent", Finding{}, nil, "other", kind, "origin", from(c.now.push))
		}
	}
	if event.once != nowhere {
		c.onceIn(rule)
	}
}

// onceIn judges an event that may come once in its scope.
func (c *Checker) onceIn(rule *eventRule) {
	push := c.now.push
	key := onceKey{rule, c.where(rule.event.once, rule.event.plan)}
	if key.where == "" {
		return
	}
	if earlier := c.onces[key]; earlier != nil {
		c.report(DuplicateEvent, "once", Finding{}, nil, "scope", string(rule.event.once), "origins", origins(earlier, push))
		return
	}
	if len(c.onces) >= maxOnces {
		clear(c.onces)
	}
	c.onces[key] = push
}

// where names the stretch of the session that a scope means at this message; ""
// where that is not known.
func (c *Checker) where(s scope, plan *Plan) string {
	switch s {
	case inPage:
		return "page " + c.now.push.Page
	case inSession:
		return "session"
	}
	if id := c.conversationID(plan); id != "" {
		return "conversation " + id
	}
	return ""
}

// conversationID is the id that the message carries, or else the last one.
func (c *Checker) conversationID(plan *Plan) string {
	if plan.conversation.id == "" {
		return ""
	}
	for i := range c.now.message.fields {
		if f := &c.now.message.fields[i]; f.Name == plan.conversation.id {
			return f.Value.Text
		}
	}
	if c.now.layer.begun {
		return ""
	}
	return c.now.layer.conversation
}
