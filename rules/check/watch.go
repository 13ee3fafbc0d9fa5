package check

import (
	"slices"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// trackedKey is a parameter in a stretch of the session in which it is watched.
type trackedKey struct{ name, where string }

// maxTracked bounds how many values are kept in mind.
const maxTracked = 1 << 16

// watch compares the parameters that may not change, or not go down, with what
// they were before.
func (c *Checker) watch(rule *eventRule) {
	talk := &rule.event.Plan.Conversation
	begins := slices.Contains(talk.Begins, rule.event.Name)
	ends := slices.Contains(talk.Ends, rule.event.Name)
	state := c.now.layer
	if begins {
		state.begun = true
	}
	for _, i := range rule.watched {
		p := rule.level.slots[i].parameter
		v, ok := c.parameter(p)
		if !ok || v.Opaque() || plan.Emptiness(v) != "" || datalayer.IsStringified(v.Text) {
			continue // it says nothing about the conversation
		}
		switch {
		case p.Name == talk.ID && p.Constant == plan.InConversation:
			c.sameConversation(p, v, ends)
		case p.Constant != plan.Nowhere:
			c.constant(rule, p, v)
		}
		if p.Grows != plan.Nowhere && !ends {
			c.grows(rule, p, v, begins)
		}
	}
	if ends {
		state.begun = true
	}
}

// parameter returns the current message's value of a parameter on its top level.
func (c *Checker) parameter(p *plan.Parameter) (datalayer.Value, bool) {
	for i := range c.now.message.Fields {
		f := &c.now.message.Fields[i]
		if f.Name == p.Name || slices.Contains(p.Aliases, f.Name) {
			return f.Value, true
		}
	}
	return datalayer.Value{}, false
}

// sameConversation says where the id of the conversation changed without a new
// one having begun. What ends a conversation may be about an older one.
func (c *Checker) sameConversation(p *plan.Parameter, v datalayer.Value, ends bool) {
	state := c.now.layer
	if state.conversation != "" && state.conversation != v.Text && !state.begun && !ends {
		c.report(rules.InvalidValue, "changed", rules.Finding{Path: p.Name}, p,
			"value", words.Preview(v), "other", words.Preview(datalayer.StringOf(state.conversation)), "scope", string(plan.InConversation))
	}
	if !ends {
		state.conversation, state.begun = v.Text, false
	}
}

func (c *Checker) constant(rule *eventRule, p *plan.Parameter, v datalayer.Value) {
	last, ok := c.last(rule, p, p.Constant, v)
	if ok && last.Text != v.Text {
		c.report(rules.InvalidValue, "changed", rules.Finding{Path: p.Name}, p,
			"value", words.Preview(v), "other", words.Preview(last), "scope", string(p.Constant))
	}
}

func (c *Checker) grows(rule *eventRule, p *plan.Parameter, v datalayer.Value, begins bool) {
	now, ok := v.Num()
	if !ok {
		return
	}
	last, seen := c.last(rule, p, p.Grows, v)
	if before, _ := last.Num(); seen && !begins && now < before {
		c.report(rules.InvalidValue, "fell", rules.Finding{Path: p.Name}, p,
			"value", v.Text, "other", last.Text, "scope", string(p.Grows))
	}
}

// last returns what a parameter was before in its scope, and keeps what it is
// now.
func (c *Checker) last(rule *eventRule, p *plan.Parameter, s plan.Scope, v datalayer.Value) (datalayer.Value, bool) {
	where := c.where(s, rule.event.Plan)
	if where == "" {
		return datalayer.Value{}, false
	}
	key := trackedKey{p.Name, where}
	last, ok := c.tracked[key]
	if !ok && len(c.tracked) >= maxTracked {
		clear(c.tracked)
	}
	c.tracked[key] = v
	return last, ok
}
