package visit

import (
	"strings"
	"testing"
)

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{"https://shop.example/p?a=1#x", "https://shop.example/p?a=1#x"},
		{"http://localhost:8080", "http://localhost:8080"},
		{"file:///srv/page.html", "file:///srv/page.html"},
		{"about:blank", "about:blank"},
		{"data:text/html,<p>x", "data:text/html,<p>x"},
		{"shop.example", "https://shop.example"},
		{"shop.example:8443/p/3", "https://shop.example:8443/p/3"},
		{"bücher.example/ä", "https://bücher.example/ä"},
		{"localhost:3000/x", "http://localhost:3000/x"},
		{"127.0.0.1:3000", "http://127.0.0.1:3000"},
		{"192.168.1.5", "http://192.168.1.5"},
		{"[::1]:3000", "http://[::1]:3000"},
		{"203.0.113.9", "https://203.0.113.9"},
	} {
		if got, err := Address(tt.typed); got != tt.want || err != nil {
			t.Errorf("address(%q) = %q, %v; want %q", tt.typed, got, err, tt.want)
		}
	}
	for _, tt := range []struct{ typed, want string }{
		{"chek", "neither a URL nor a layertap command"},
		{"", "neither a URL nor a layertap command"},
		{"https://", "neither a URL"},
		{"my shop.example", "not a valid URL"},
		{"http://[::1", "neither a URL"},
		{"javascript:alert(1)", "opening"},
		{"a.session.jsonl", "layertap open a.session.jsonl"},
	} {
		if got, err := Address(tt.typed); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("address(%q) = %q, %v; want an error with %q", tt.typed, got, err, tt.want)
		}
	}
}
