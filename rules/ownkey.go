package rules

import "layertap/datalayer"

// ownKeys are what GTM and gtag() read in a message themselves; they are no
// parameters (https://developers.google.com/tag-platform/tag-manager/datalayer,
// https://developers.google.com/tag-platform/gtagjs/reference/parameters, and
// what the container's engine was seen to read: _clear, eventModel).
var ownKeys = map[string]bool{
	"event": true, "eventCallback": true, "eventTimeout": true, "eventModel": true, "_clear": true,
	"event_callback": true, "event_timeout": true, "send_to": true, "groups": true, "debug_mode": true,
	"non_interaction": true,
}

// IsOwnKey reports whether a key of a message is for Google Tag Manager or gtag, so that it is
// no parameter.
func IsOwnKey(name string) bool { return ownKeys[name] || datalayer.IsGTMName(name) }
