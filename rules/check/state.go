package check

import (
	"strconv"

	"layertap/datalayer"
	"layertap/rules"
)

// layerKey names a data layer of a frame of a tab.
type layerKey struct{ target, frame, layer string }

// layerState is what the checker keeps of a data layer while its document
// lives.
type layerState struct {
	page         string // the ID of the page that its document is at now
	messages     int
	assigned     bool            // the last message came with an assignment
	gtm          bool            // GTM has begun to listen
	consent      map[string]bool // by type, whether it is granted
	conversation string
	begun        bool // a conversation began whose id is not known yet

	gtag       bool                // a gtag command came
	snippet    bool                // the snippet of Google Tag Manager ran
	configured map[string]bool     // the destinations of config commands
	groups     map[string][]string // of destinations
	pending    []*pendingTarget
	spread     *datalayer.Push // the latest command that came as single arguments
	defaulted  bool            // consent has a default
	before     string          // what came before that should not have, in words
}

// maxLayers bounds how many data layers are kept in mind.
const maxLayers = 1024

// layer returns the state of the data layer of the current message.
func (c *Checker) layer() *layerState {
	page, push := c.now.page, c.now.push
	key := layerKey{page.Target, push.Frame, push.Layer}
	state := c.layers[key]
	if state != nil && state.page == page.ID {
		return state
	}
	if state != nil && page.Cause == datalayer.CauseHistory {
		state.page = page.ID
		return state
	}
	if len(c.layers) >= maxLayers {
		clear(c.layers)
	}
	state = &layerState{page: page.ID}
	c.layers[key] = state
	return state
}

// take notes what a message changes.
func (s *layerState) take(m *datalayer.Message, push *datalayer.Push) {
	s.messages++
	s.assigned = push.Via == datalayer.ViaAssign
	s.gtm = s.gtm || m.Event == "gtm.js" || m.Event == "gtm.init"
	if m.Effect.Consent != nil {
		if s.consent == nil {
			s.consent = map[string]bool{}
		}
		for _, f := range m.Effect.Consent {
			s.consent[f.Name] = f.Value.Text == "granted"
		}
	}
}

// delivery judges by which way a message came: whether GTM gets to see it.
func (c *Checker) delivery() {
	state, push := c.now.layer, c.now.push
	switch push.Via {
	case datalayer.ViaAssign:
		if state.messages > 0 && !state.assigned {
			c.reportOn(rules.LayerReassigned, "plain", rules.Finding{}, nil, nil, "layer", push.Layer)
		}
	case datalayer.ViaUnshift, datalayer.ViaSplice, datalayer.ViaIndex:
		if state.gtm {
			ways := map[datalayer.Via]string{datalayer.ViaUnshift: "unshift", datalayer.ViaSplice: "splice", datalayer.ViaIndex: "its index"}
			c.reportOn(rules.PushOverridden, "plain", rules.Finding{}, nil, nil, "layer", push.Layer, "actual", ways[push.Via])
		}
	}
}

// eventKey judges an event key that isn't a string. What is not true in JavaScript
// makes no event, and none was meant.
func (c *Checker) eventKey(v datalayer.Value) {
	if c.now.message.Kind == datalayer.KindGtag || v.Kind != datalayer.Object && v.Kind != datalayer.Instance {
		return
	}
	event, ok := v.Get("event")
	if !ok || event.Kind == datalayer.String || event.Opaque() || isFalse(event) {
		return
	}
	c.reportOn(rules.EventNotString, "plain", rules.Finding{Path: "event"}, nil, nil,
		"actual", kindWord(event), "value", strconv.Quote(c.now.push.Event))
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
