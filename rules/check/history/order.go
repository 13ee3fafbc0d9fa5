package history

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// onceKey is a scope in which an event may occur only once.
type onceKey struct {
	rule  *planned.Rule
	where string
}

// maxOnces bounds the stored scopes.
const maxOnces = 1 << 16

// Order judges whether the event occurs at the right time and not too often.
func (c *Judge) Order(rule *planned.Rule) {
	event := rule.Event
	if c.now.Page.Cause != datalayer.CauseAttach { // messages from before attaching weren't captured
		for _, other := range event.After {
			if r := c.plans.Event(other); r == nil || r.Seen == 0 {
				c.now.Report(rules.OutOfOrder, "after", rules.Finding{}, nil, "other", words.Quote(other), "origin", words.From(c.now.Push))
			}
		}
	}
	for _, other := range event.Before {
		if r := c.plans.Event(other); r != nil && r.Seen > 0 {
			c.now.Report(rules.OutOfOrder, "before", rules.Finding{}, nil, "other", words.Quote(other), "origin", words.From(c.now.Push))
		}
	}
	for _, kind := range event.Consent {
		if !c.now.Layer.Consent[kind] {
			c.now.Report(rules.OutOfOrder, "consent", rules.Finding{}, nil, "other", kind, "origin", words.From(c.now.Push))
		}
	}
	if event.Once != plan.Nowhere {
		c.onceIn(rule)
	}
}

// onceIn judges an event that may occur only once in its scope.
func (c *Judge) onceIn(rule *planned.Rule) {
	push := c.now.Push
	key := onceKey{rule, c.where(rule.Event.Once, rule.Event.Plan)}
	if key.where == "" {
		return
	}
	if earlier := c.onces[key]; earlier != nil {
		c.now.Report(rules.DuplicateEvent, "once", rules.Finding{}, nil, "scope", string(rule.Event.Once), "origins", words.Origins(earlier, push))
		return
	}
	if len(c.onces) >= maxOnces {
		clear(c.onces)
	}
	c.onces[key] = push
}

// where returns a key for the part of the session that a scope refers to at this
// message; "" if it isn't known.
func (c *Judge) where(s plan.Scope, p *plan.Plan) string {
	switch s {
	case plan.InPage:
		return "page " + c.now.Push.Page
	case plan.InSession:
		return "session"
	}
	if id := c.conversationID(p); id != "" {
		return "conversation " + id
	}
	return ""
}

// conversationID returns the ID in the message, or else the last one.
func (c *Judge) conversationID(plan *plan.Plan) string {
	if plan.Conversation.ID == "" {
		return ""
	}
	for i := range c.now.Fields {
		if f := &c.now.Fields[i]; f.Name == plan.Conversation.ID {
			return f.Value.Text
		}
	}
	if c.now.Layer.Begun {
		return ""
	}
	return c.now.Layer.Conversation
}
