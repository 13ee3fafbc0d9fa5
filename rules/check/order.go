package check

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/words"
)

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
		for _, other := range event.After {
			if r := c.events[other]; r == nil || r.seen == 0 {
				c.report(rules.OutOfOrder, "after", rules.Finding{}, nil, "other", words.Quote(other), "origin", words.From(c.now.push))
			}
		}
	}
	for _, other := range event.Before {
		if r := c.events[other]; r != nil && r.seen > 0 {
			c.report(rules.OutOfOrder, "before", rules.Finding{}, nil, "other", words.Quote(other), "origin", words.From(c.now.push))
		}
	}
	for _, kind := range event.Consent {
		if !c.now.layer.consent[kind] {
			c.report(rules.OutOfOrder, "consent", rules.Finding{}, nil, "other", kind, "origin", words.From(c.now.push))
		}
	}
	if event.Once != plan.Nowhere {
		c.onceIn(rule)
	}
}

// onceIn judges an event that may come once in its scope.
func (c *Checker) onceIn(rule *eventRule) {
	push := c.now.push
	key := onceKey{rule, c.where(rule.event.Once, rule.event.Plan)}
	if key.where == "" {
		return
	}
	if earlier := c.onces[key]; earlier != nil {
		c.report(rules.DuplicateEvent, "once", rules.Finding{}, nil, "scope", string(rule.event.Once), "origins", words.Origins(earlier, push))
		return
	}
	if len(c.onces) >= maxOnces {
		clear(c.onces)
	}
	c.onces[key] = push
}

// where names the stretch of the session that a scope means at this message; ""
// where that is not known.
func (c *Checker) where(s plan.Scope, p *plan.Plan) string {
	switch s {
	case plan.InPage:
		return "page " + c.now.push.Page
	case plan.InSession:
		return "session"
	}
	if id := c.conversationID(p); id != "" {
		return "conversation " + id
	}
	return ""
}

// conversationID is the id that the message carries, or else the last one.
func (c *Checker) conversationID(plan *plan.Plan) string {
	if plan.Conversation.ID == "" {
		return ""
	}
	for i := range c.now.message.Fields {
		if f := &c.now.message.Fields[i]; f.Name == plan.Conversation.ID {
			return f.Value.Text
		}
	}
	if c.now.layer.begun {
		return ""
	}
	return c.now.layer.conversation
}
