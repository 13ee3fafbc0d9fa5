package rules

import (
	"strings"

	"layertap/datalayer"
)

// Message is a pushed message as the rules read it.
type Message struct {
	Event  string
	Fields []datalayer.Field // the parameters
	Gtag   bool
}

// Read finds the parameters of a message: an object's own keys, or the third
// argument of gtag("event", name, parameters). Whatever else a data layer takes
// has none.
func Read(push *datalayer.Push, v datalayer.Value) Message {
	m := Message{Event: push.Event}
	switch {
	case push.Kind == datalayer.KindGtag:
		m.Gtag = true
		if len(v.Items) > 2 && v.Items[0].Text == "event" {
			m.Fields = v.Items[2].Fields
		}
	case v.Kind == datalayer.Object || v.Kind == datalayer.Instance:
		m.Fields = v.Fields
	}
	return m
}

// IsGTMs says whether a name is one of Google Tag Manager's own.
func IsGTMs(name string) bool { return strings.HasPrefix(name, "gtm.") }

// ownKeys are what GTM and gtag() read in a message themselves; they are no
// parameters (https://developers.google.com/tag-platform/tag-manager/datalayer,
// https://developers.google.com/tag-platform/gtagjs/reference/parameters, and
// what the container's engine was seen to read: _clear, eventModel).
var ownKeys = map[string]bool{
	"event": true, "eventCallback": true, "eventTimeout": true, "eventModel": true, "_clear": true,
	"event_callback": true, "event_timeout": true, "send_to": true, "groups": true, "debug_mode": true,
	"non_interaction": true,
}

func IsOwnKey(name string) bool { return ownKeys[name] || IsGTMs(name) }
