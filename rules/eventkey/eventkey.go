// Package eventkey recognizes keys of a message that were probably meant to be event,
// and texts that can be an event's name.
package eventkey

import (
	"strings"
	"unicode"

	"layertap/rules/spelling"
)

// IsNear reports whether a key is a misspelling of event: Event, evnt, " event".
func IsNear(key string) bool {
	return spelling.Distance(spelling.Split(key).Folded, []rune("event"), spelling.CostDrop) < spelling.Far
}

// IsEventName reports whether a key is event and name in any notation: eventName,
// event_name.
func IsEventName(key string) bool { return string(spelling.Split(key).Folded) == "eventname" }

// IsName reports whether a text looks like an event's name.
func IsName(s string) bool {
	if s == "" || len(s) > 60 {
		return false
	}
	for i, r := range s {
		if !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !strings.ContainsRune("_-.:", r)) {
			return false
		}
	}
	return true
}
