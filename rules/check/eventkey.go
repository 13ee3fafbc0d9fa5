package check

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/eventkey"
	"layertap/rules/words"
)

// eventKey judges an event key that isn't a string. A value that is false in JavaScript
// causes no event, and wasn't meant to.
func (c *Checker) eventKey(v datalayer.Value) {
	if c.now.Kind == datalayer.KindGtag || v.Kind != datalayer.Object && v.Kind != datalayer.Instance {
		return
	}
	event, ok := v.Get("event")
	if !ok || event.Kind == datalayer.String || event.Opaque() || isFalse(event) {
		return
	}
	c.now.ReportOn(rules.EventNotString, "plain", rules.Finding{Path: "event"}, nil, nil,
		"actual", rules.Article(event.Kind.String()), "value", strconv.Quote(c.now.Push.Event))
}

func isFalse(v datalayer.Value) bool {
	switch v.Kind {
	case datalayer.Undefined, datalayer.Null:
		return true
	case datalayer.Bool:
		return v.Text == "false"
	case datalayer.Number:
		return v.Text == "0" || v.Text == "-0" || v.Text == "NaN"
	case datalayer.BigInt:
		return v.Text == "0"
	}
	return false
}

// notAnEvent judges a message without an event that probably should have one.
func (c *Checker) notAnEvent(v datalayer.Value) {
	if c.now.Reader != datalayer.GoogleTagManager {
		return
	}
	switch push := c.now.Push; {
	case push.Kind == datalayer.KindObject:
		if !v.Opaque() {
			c.misnamedEventKey()
		}
	case v.Kind == datalayer.Array && push.Kind != datalayer.KindGtag:
		c.eventInArray(v)
	case v.Kind == datalayer.String && push.Kind == datalayer.KindOther:
		if state := c.now.Layer; !isPartOf(state.Spread, push) && state.Spread != push && strings.TrimSpace(v.Text) != "" {
			c.now.ReportOn(rules.EventKey, "text", rules.Finding{}, nil, nil, "value", words.Preview(v))
		}
	}
}

// isPartOf reports whether a message was pushed in the same call as an earlier one.
func isPartOf(earlier, push *datalayer.Push) bool {
	if earlier == nil || earlier.Page != push.Page {
		return false
	}
	return earlier.Call > 0 && earlier.Call == push.Call || earlier.Call == 0 && push.Call == 0 && push.T == earlier.T
}

// maxItems bounds the items of a list in which an event is searched for.
const maxItems = 64

// eventInArray finds an event in a list: push([{event: "x"}]).
func (c *Checker) eventInArray(v datalayer.Value) {
	if len(v.Items) == 0 {
		return
	}
	for i := range v.Items[:min(len(v.Items), maxItems)] {
		if event, ok := v.Items[i].Get("event"); ok && event.Kind == datalayer.String && strings.TrimSpace(event.Text) != "" {
			c.now.ReportOn(rules.EventKey, "array", rules.Finding{}, nil, nil, "value", words.Preview(event))
			return
		}
	}
	if first := v.Items[0]; first.Kind == datalayer.String && c.plans.Event(first.Text) != nil {
		c.now.ReportOn(rules.EventKey, "list", rules.Finding{}, nil, nil, "value", words.Preview(first))
	}
}

// misnamedEventKey judges an object whose event name is under another key or in a
// nested object.
func (c *Checker) misnamedEventKey() {
	fields := c.now.Fields
	if current.Has(fields, "event") {
		return
	}
	for i := range fields {
		f := &fields[i]
		if f.Value.Kind == datalayer.Object && c.eventInside(f) {
			return
		}
		if f.Value.Kind != datalayer.String || f.Name == "event" {
			continue
		}
		rule := c.plans.Event(f.Value.Text)
		switch near := eventkey.IsNear(f.Name); {
		case (near || f.Name == "events") && rule != nil:
			c.now.ReportOn(rules.MisspelledParameter, "event-key", rules.Finding{Path: f.Name, Suggestion: "event"}, rule.Event, nil,
				"value", words.Preview(f.Value), "path", words.Quote(f.Name))
			return
		case (near || eventkey.IsEventName(f.Name)) && eventkey.IsName(f.Value.Text):
			c.now.ReportOn(rules.EventKey, "key", rules.Finding{Path: f.Name, Suggestion: "event"}, nil, nil,
				"value", words.Preview(f.Value), "path", words.Quote(f.Name))
			return
		}
	}
}

// eventInside finds an event's name in an object of the message: {ecommerce: {event:
// "purchase"}}. Under other keys than GA4's, it has to be an event of a plan.
func (c *Checker) eventInside(f *datalayer.Field) bool {
	event, ok := f.Value.Get("event")
	if !ok || event.Kind != datalayer.String || !eventkey.IsName(event.Text) || f.Name != "ecommerce" && c.plans.Event(event.Text) == nil {
		return false
	}
	c.now.ReportOn(rules.EventKey, "inside", rules.Finding{Path: f.Name + ".event", Suggestion: "event"}, nil, nil,
		"value", words.Preview(event), "other", words.Quote(f.Name))
	return true
}
