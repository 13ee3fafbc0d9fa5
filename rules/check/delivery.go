package check

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/words"
)

// Open adds a page, in its order among the messages.
func (c *Checker) Open(page *datalayer.Page) { c.reach.Open(page) }

// Layer adds a change of a data layer.
func (c *Checker) Layer(change *datalayer.LayerChange) {
	c.reach.Layer(change)
	if page := c.reach.Page(change.Page); page != nil && change.What == datalayer.LayerTaken {
		c.layers.Of(page, &datalayer.Push{Frame: change.Frame, Layer: change.Layer}).Taken(change.Container)
	}
}

// Script adds an error in one of the page's scripts.
func (c *Checker) Script(e *datalayer.ScriptError) { c.reach.Script(e) }

// Loaded adds a container.
func (c *Checker) Loaded(container *datalayer.Container) { c.reach.Container(container) }

// Dropped adds a message that a wrapper of push didn't pass on.
func (c *Checker) Dropped(push *datalayer.Push) { c.reach.Drop(push, c.isForGTM(push.Event)) }

// isForGTM reports whether an event is certainly for Google Tag Manager: its own first
// one, or one of a plan.
func (c *Checker) isForGTM(event string) bool {
	return event == "gtm.js" || c.plans.Event(event) != nil
}

// delivered judges whether Google Tag Manager received the message.
func (c *Checker) delivered() {
	push := c.now.Push
	if _, snippet := c.now.Value.Get("gtm.start"); snippet && push.Event == "gtm.js" {
		c.now.Layer.Snippet = true
		c.reach.Snippet(push)
	}
	stamped := current.Has(c.now.Fields, "gtm.uniqueEventId")
	if form := c.reach.Push(push, c.isForGTM(push.Event), stamped); form != "" {
		c.now.ReportOn(rules.NotReceived, form, rules.Finding{}, nil, nil, "layer", words.Quote(push.Layer))
	}
}

// delivery judges the way in which a message got into the data layer: whether GTM sees
// it.
func (c *Checker) delivery() {
	state, push := c.now.Layer, c.now.Push
	switch push.Via {
	case datalayer.ViaAssign:
		if state.Messages > 0 && !state.Assigned {
			c.now.ReportOn(rules.LayerReassigned, "plain", rules.Finding{}, nil, nil, "layer", push.Layer)
		}
	case datalayer.ViaUnshift, datalayer.ViaSplice, datalayer.ViaIndex:
		if state.GTM {
			ways := map[datalayer.Via]string{datalayer.ViaUnshift: "unshift", datalayer.ViaSplice: "splice", datalayer.ViaIndex: "its index"}
			c.now.ReportOn(rules.PushOverridden, "plain", rules.Finding{}, nil, nil, "layer", push.Layer, "actual", ways[push.Via])
		}
	}
}
