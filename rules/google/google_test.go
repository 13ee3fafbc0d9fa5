package google_test

import (
	"testing"

	"layertap/rules/google"
)

func TestIsPlaceholder(t *testing.T) {
	for id, want := range map[string]bool{
		"G-XXXXXXXXXX": true, "GT-XXXXXX": true, "AW-XXXXXXXXX": true, "GTM-XXXXXXX": true, "UA-XXXXX-Y": true, "XXXXXXXXX": true, "g-xxxxxxxxxx": true,
		"G-ABC1234567": false, "G-XXXX123456": false, "G-1XXXXXXXXX": false, "G-XXXXXXXXX1": false, "AW-000000000": false, "000000000": false, "G-XXX": false, "": false,
	} {
		if got := google.IsPlaceholder(id); got != want {
			t.Errorf("%q: %v", id, got)
		}
	}
}

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
