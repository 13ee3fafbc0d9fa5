package rules

import "layertap/datalayer"

// ownKeys are keys that GTM and gtag() read themselves, so they aren't parameters
// (https://developers.google.com/tag-platform/tag-manager/datalayer,
// https://developers.google.com/tag-platform/gtagjs/reference/parameters; _clear and
// eventModel were observed in the container's engine).
var ownKeys = map[string]bool{
	"event": true, "eventCallback": true, "eventTimeout": true, "eventModel": true, "_clear": true,
	"event_callback": true, "event_timeout": true, "send_to": true, "groups": true, "debug_mode": true,
	"non_interaction": true,
}

// IsOwnKey reports whether a key is for Google Tag Manager or gtag, so that it isn't a
// parameter.
func IsOwnKey(name string) bool { return ownKeys[name] || datalayer.IsGTMName(name) }
