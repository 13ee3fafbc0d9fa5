package engine_test

import (
	"fmt"
	"testing"
)

// The effects of a page's allowlist and blocklist on a Custom HTML tag (0), a Custom
// Image (1), a GA4 event (2), a LinkedIn tag (3), a template (4) and a tag of an
// unknown type (5). See
// https://developers.google.com/tag-platform/tag-manager/restrict.
func TestRestrictions(t *testing.T) {
	const all = `{"function":"__html"},{"function":"__img"},{"function":"__gaawe"},{"function":"__bzi"},{"function":"__cvt_1_2"},{"function":"__zzz"}`
	for _, tt := range []struct{ lists, want string }{
		{`{"a":1}`, "0 1 2 3 4 5"},
		{`{"gtm.blocklist":[]}`, "0 1 2 3 4 5"},
		{`{"gtm.blocklist":["html"]}`, "1 2 3 4 5"},
		{`{"gtm.blocklist":["gaawe","img"]}`, "0 3 4 5"},
		{`{"gtm.blacklist":["html"]}`, "1 2 3 4 5"},
		{`{"gtm.blocklist":["img"],"gtm.blacklist":["html"]}`, "0 2 3 4 5"},
		{`{"gtm.blocklist":["customScripts"]}`, "1 2 3 5?"},
		{`{"gtm.blocklist":["customPixels"]}`, "2 3 5?"},
		{`{"gtm.blocklist":["nonGooglePixels"]}`, "2 5?"},
		{`{"gtm.blocklist":["nonGoogleScripts"]}`, "1 2 5?"},
		{`{"gtm.blocklist":"html"}`, "0 1 2 3 4 5"},
		{`{"gtm.allowlist":["google"]}`, "2 5?"},
		{`{"gtm.whitelist":["google"]}`, "2 5?"},
		{`{"gtm.allowlist":["google","html"]}`, "0 1 2 3 5?"},
		{`{"gtm.allowlist":["google","sandboxedScripts"]}`, "2 4 5?"},
		{`{"gtm.allowlist":["google","customScripts"],"gtm.blocklist":["html"]}`, "1 2 3 5?"},
		{`{"gtm.allowlist":["html"]}`, ""}, // not even the event can be read
		{`{"gtm.allowlist":["html","e"]}`, "0 1 3 5?"},
	} {
		b := newBench(t, tagged(all, `[["if",0],["add",0,1,2,3,4,5]]`))
		b.push(tt.lists)
		if got := outcome(b.push(`{"event":"t"}`)); got != tt.want {
			t.Errorf("%s: tags %q, want %q", tt.lists, got, tt.want)
		}
	}
}

// "matches URL" resolves both values as a browser resolves a link's href on the page
// https://www.shop.example/p/3?q=a.
func TestMatchesURL(t *testing.T) {
	for _, tt := range []struct{ value, pattern, want string }{
		{"https://shop.example/p/3", "https://www.shop.example/P/3/?x#y", "yes"},
		{"https://www.shop.example:443/", "https://shop.example", "yes"},
		{"http://shop.example/", "https://shop.example/", "no"},
		{"https://shop.example:8080/", "https://shop.example/", "no"},
		{"/p/3", "https://shop.example/p/3", "yes"},
		{"4", "https://shop.example/p/4", "yes"},
		{"../cart", "/cart", "yes"},
		{"//shop.example/a", "https://shop.example/a", "yes"},
		{"?q=b", "/p/3", "yes"},
		{"", "https://shop.example/p/3", "yes"},
		{"#top", "/p/3", "yes"},
		{" https://shop.example/a b ", "/a%20b", "yes"},
		{"mailto:a@b.example", "/p/a@b.example", "no"},
		{"https://", "/p/3", "unknown"},
	} {
		message := fmt.Sprintf(`{"event":"t","v":%q}`, tt.value)
		if got := verdicts(t, comparing("_um", fmt.Sprintf("%q", tt.pattern)), message); got[:len(tt.want)] != tt.want {
			t.Errorf("%q matches %q: %s, want %s", tt.value, tt.pattern, got, tt.want)
		}
	}
}
