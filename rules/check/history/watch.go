package history

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/words"
)

// trackedKey is a parameter and the part of the session in which it is tracked.
type trackedKey struct{ name, where string }

// maxTracked bounds the stored values.
const maxTracked = 1 << 16

// Watch compares the parameters that must not change, or must not decrease, with their
// previous values.
func (c *Judge) Watch(rule *planned.Rule) {
	talk := &rule.Event.Plan.Conversation
	begins := slices.Contains(talk.Begins, rule.Event.Name)
	ends := slices.Contains(talk.Ends, rule.Event.Name)
	state := c.now.Layer
	if begins {
		state.Begun = true
	}
	for _, i := range rule.Watched {
		p := rule.Level.Slots[i].Parameter
		v, ok := c.parameter(p)
		if !ok || v.Opaque() || plan.Emptiness(v) != "" || datalayer.IsStringified(v.Text) {
			continue // it doesn't describe the conversation
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
		state.Begun = true
	}
}

// parameter returns the current message's value of a top-level parameter.
func (c *Judge) parameter(p *plan.Parameter) (datalayer.Value, bool) {
	for i := range c.now.Fields {
		f := &c.now.Fields[i]
		if f.Name == p.Name || slices.Contains(p.Aliases, f.Name) {
			return f.Value, true
		}
	}
	return datalayer.Value{}, false
}

// sameConversation reports a conversation ID that changed although no new conversation
// has begun. What ends a conversation may be about an earlier one.
func (c *Judge) sameConversation(p *plan.Parameter, v datalayer.Value, ends bool) {
	state := c.now.Layer
	if state.Conversation != "" && state.Conversation != v.Text && !state.Begun && !ends {
		c.now.Report(rules.InvalidValue, "changed", rules.Finding{Path: p.Name}, p,
			"value", words.Preview(v), "other", words.Preview(datalayer.StringOf(state.Conversation)), "scope", string(plan.InConversation))
	}
	if !ends {
		state.Conversation, state.Begun = strings.Clone(v.Text), false
	}
}

func (c *Judge) constant(rule *planned.Rule, p *plan.Parameter, v datalayer.Value) {
	last, ok := c.last(rule, p, p.Constant, v)
	if ok && last.Text != v.Text {
		c.now.Report(rules.InvalidValue, "changed", rules.Finding{Path: p.Name}, p,
			"value", words.Preview(v), "other", words.Preview(last), "scope", string(p.Constant))
	}
}

func (c *Judge) grows(rule *planned.Rule, p *plan.Parameter, v datalayer.Value, begins bool) {
	now, ok := v.Num()
	if !ok {
		return
	}
	last, seen := c.last(rule, p, p.Grows, v)
	if before, _ := last.Num(); seen && !begins && now < before {
		c.now.Report(rules.InvalidValue, "fell", rules.Finding{Path: p.Name}, p,
			"value", v.Text, "other", last.Text, "scope", string(p.Grows))
	}
}

// last returns a parameter's previous value in its scope, and stores the current one.
func (c *Judge) last(rule *planned.Rule, p *plan.Parameter, s plan.Scope, v datalayer.Value) (datalayer.Value, bool) {
	where := c.where(s, rule.Event.Plan)
	if where == "" {
		return datalayer.Value{}, false
	}
	key := trackedKey{p.Name, where}
	last, ok := c.tracked[key]
	if !ok && len(c.tracked) >= maxTracked {
		clear(c.tracked)
	}
	v.Text = strings.Clone(v.Text) // don't keep the whole message in memory
	c.tracked[key] = v
	return last, ok
}
