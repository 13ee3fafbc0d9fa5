package eventkey_test

import (
	"testing"

	"layertap/rules/eventkey"
)

func TestKeysAndNames(t *testing.T) {
	for key, want := range map[string]bool{"event": true, "Event": true, "evnt": true, "events": false, "eventName": false, "vent_id": false, "element": false} {
		if got := eventkey.IsNear(key); got != want {
			t.Errorf("IsNear(%q) = %v", key, got)
		}
	}
	if !eventkey.IsNear(" event") {
		t.Error("a space hides the key")
	}
	for key, want := range map[string]bool{"eventName": true, "event_name": true, "EVENT-NAME": true, "eventNames": false, "event": false} {
		if got := eventkey.IsEventName(key); got != want {
			t.Errorf("IsEventName(%q) = %v", key, got)
		}
	}
	for text, want := range map[string]bool{"chat_opened": true, "gtm4wp.x": true, "a:b-c": true, "A sentence": false, "1st": false, "": false} {
		if got := eventkey.IsName(text); got != want {
			t.Errorf("IsName(%q) = %v", text, got)
		}
	}
}
