package google_test

import (
	"testing"

	"layertap/rules/google"
)

func TestRepeats(t *testing.T) {
	for event, want := range map[string]bool{
		"user_typing": true, "videoProgress": true, "chat-ping": true, "keepAlivePing": true, "player.tick": true, "scrollDepth": true, "heartbeat": true,
		"add_shipping_info": false, "ticket_opened": false, "shopping_cart": false, "begin_checkout": false, "apollo_ready": false, "": false,
	} {
		if got := google.Repeats(event); got != want {
			t.Errorf("%s: %v", event, got)
		}
	}
}
