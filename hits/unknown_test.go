package hits_test

import (
	"testing"

	"layertap/hits"
)

// Requests that must not be reported as measurement.
var ordinary = []struct{ kind, method, url, body string }{
	{"Document", "GET", "https://shop.example/track?order=7", ""},
	{"Script", "GET", "https://cdn.example/analytics.js", ""},
	{"Script", "GET", "https://cdn.example/pixel?id=1&url=https%3A%2F%2Fshop.example%2F&ref=x&cid=1.2&event=load", ""},
	{"Stylesheet", "GET", "https://shop.example/stats.css?v=2", ""},
	{"Font", "GET", "https://fonts.example/t/v2.woff2", ""},
	{"Media", "GET", "https://media.example/track/1.mp3?uid=1&title=Song", ""},
	{"Image", "GET", "https://shop.example/logo.png?v=3", ""},
	{"Image", "GET", "https://shop.example/_next/image?url=%2Fchair.jpg&w=640&q=75", ""},
	{"Image", "GET", "https://images.example/resize?u=https%3A%2F%2Fshop.example%2Fa.jpg&w=200&h=100&title=Chair", ""},
	{"Image", "GET", "https://shop.example/spacer.gif", ""},
	{"Image", "GET", "https://shop.example/pixel.gif", ""},
	{"Image", "GET", "https://maps.example/tile/p?x=1&y=2&z=3", ""},
	{"Image", "GET", "https://maps.googleapis.com/maps/api/staticmap?center=1,2&zoom=3&size=600x300&key=k", ""},
	{"Image", "GET", "https://www.gravatar.com/avatar/0?s=80&d=mp&r=g", ""},
	{"Image", "GET", "https://shop.example/events/summer.png?width=300&ts=1", ""},
	{"Image", "GET", "https://cdn.example/t/200x200/chair.webp?token=abc&e=1795424400", ""},
	{"Image", "GET", "https://img.example/i.gif?token=abc&sw=200", ""},
	{"Fetch", "GET", "https://shop.example/api/events?from=2026-01-01&to=2026-02-01", ""},
	{"Fetch", "GET", "https://shop.example/api/events?page=2&location=berlin", ""},
	{"Fetch", "POST", "https://shop.example/api/events", `{"title":"Lunch","location":"Canteen","date":"2026-11-30","url":"https://meet.example/1"}`},
	{"Fetch", "POST", "https://shop.example/api/track", `{"order_id":"N-1","email":"x@shop.example"}`},
	{"Fetch", "POST", "https://shop.example/api/tracking", `{"carrier":"dhl","number":"00340"}`},
	{"Fetch", "POST", "https://shop.example/api/stats", `{"range":"7d","token":"abc"}`},
	{"Fetch", "POST", "https://shop.example/graphql", `{"operationName":"Cart","variables":{"sessionId":"s","url":"/"},"query":"{cart}"}`},
	{"Fetch", "POST", "https://shop.example/api/login", `{"user_id":"u","session_id":"s","title":"x","url":"https://shop.example/"}`},
	{"Fetch", "POST", "https://shop.example/api/collect", `{"parcel":"P-1","name":"Jo","address":"Street 1"}`},
	{"Fetch", "GET", "https://shop.example/api/metrics", ""},
	{"Fetch", "GET", "https://shop.example/ping", ""},
	{"XHR", "GET", "https://chat.example/socket.io/?EIO=4&transport=polling&t=abc&sid=s", ""},
	{"XHR", "POST", "https://shop.example/wp-admin/admin-ajax.php", "action=heartbeat&_nonce=1&screen_id=front&has_focus=true"},
	{"XHR", "POST", "https://shop.example/cart/add.js", `{"items":[{"id":1,"quantity":1}]}`},
	{"XHR", "GET", "https://search.example/p?q=lamp&title=lamp&session_id=s", ""},
	{"Fetch", "POST", "https://o1.ingest.sentry.io/api/1/envelope/", `{"event_id":"e","sent_at":"t","url":"https://shop.example/","sid":"s"}`},
	{"Ping", "POST", "https://bam.nr-data.net/events/1/abc?a=1&ref=https://shop.example/&u=1", `x`},
	{"Ping", "POST", "https://shop.example/csp-report", `{"csp-report":{"document-uri":"https://shop.example/","referrer":"x","event":"y"}}`},
	{"Ping", "POST", "https://shop.example/logout", `{"session_id":"s"}`},
	{"Ping", "POST", "https://shop.example/api/draft", `{"title":"Draft","text":"…"}`},
	{"Ping", "POST", "https://shop.example/cart/unlock", ""},
	{"Ping", "POST", "https://0123456789abcdef.invalid/", `[{"url":"https://shop.example/","title":"Shop","event":"x","referrer":"y"}]`},
	{"Ping", "POST", "https://shop.example/cdn-cgi/rum?", `{"location":"https://shop.example/","referrer":"","event":"x"}`},
	{"", "GET", "https://shop.example/api/pixel/list?page=1", ""},
	{"Ping", "POST", "https://stats.g.doubleclick.net/g/collect?v=2&tid=G-T35T000001&cid=1.2&aip=1", ""},
	{"Image", "GET", "https://www.google.com/ads/ga-audiences?v=1&t=sr&tid=G-T35T000001&cid=1.2&dl=https%3A%2F%2Fshop.example%2F&en=x", ""},
	{"Image", "GET", "https://www.facebook.com/privacy_sandbox/pixel/register/trigger/?id=1&ev=PageView&dl=https%3A%2F%2Fshop.example%2F&rl=&sw=1280&fbp=f", ""},
	{"Fetch", "POST", "https://analytics.tiktok.com/api/v2/pixel/perf", `{"event":"x","url":"https://shop.example/","session_id":"s","ref":"r"}`},
	{"Image", "GET", "https://tr.snapchat.com/cm/i?pid=1&u_scsid=s&ev=x&pl=y", ""},
	{"Ping", "POST", "https://www.googletagmanager.com/a?id=GTM-1&t=x&e=gtm.js&url=u", ""},
	{"Fetch", "POST", "https://shop.example/api/appointments/event", `{"event_id":7,"title":"Haircut","user_id":3}`},
	{"Fetch", "POST", "https://shop.example/api/games/hit", `{"session_id":"s","action":"hit"}`},
	{"Image", "GET", "https://shop.example/qr.png?url=https%3A%2F%2Fshop.example%2Fp%2F1&title=Chair&size=200&ref=x", ""},
	{"Image", "GET", "https://i.ytimg.com/vi/abc/hqdefault.jpg?sqp=x&rs=y", ""},
	{"Fetch", "GET", "https://shop.example/recommendations/event?page_url=%2Fchair&limit=4", ""},
	{"Fetch", "POST", "https://api.stripe.com/v1/payment_pages/for_ga", `{"client_id":"x","url":"https://shop.example/"}`},
	{"CSPViolationReport", "POST", "https://shop.example/collect", `{"url":"https://shop.example/","event":"x","sid":"s"}`},
	{"Preflight", "OPTIONS", "https://metrics.example/collect?url=x&event=y&cid=1&sid=2", ""},
	{"EventSource", "GET", "https://shop.example/events?session_id=s&url=x&title=y", ""},
	{"WebSocket", "GET", "wss://shop.example/track?cid=1&event=x&url=y", ""},
}

func TestOrdinaryRequestsAreNotHits(t *testing.T) {
	for _, tt := range ordinary {
		r := hits.Request{Method: tt.method, URL: tt.url, Body: []byte(tt.body), Type: tt.kind}
		for _, hit := range new(hits.Reader).Decode(r) {
			t.Errorf("%s %s %s is a hit: %s", tt.kind, tt.url, tt.body, describe(hit))
		}
	}
}

func TestUnknown(t *testing.T) {
	tests := []struct{ name, kind, url, body, id, event string }{
		{"a beacon", "Ping", "https://metrics.shop.example/v1/collect", `{"type":"x","event_name":"chat_opened","url":"https://shop.example/","client_id":"1.2"}`, "metrics.shop.example/v1/collect", "chat_opened"},
		{"a beacon to any path", "Ping", "https://shop.example/api/x7", `{"page_url":"https://shop.example/","referrer":"https://search.example/","eventName":"view"}`, "shop.example/api/x7", "view"},
		{"a beacon with a batch", "Ping", "https://m.example/events", `{"events":[{"name":"scroll","session_id":"s","properties":{"page_url":"https://shop.example/"}}]}`, "m.example/events", "scroll"},
		{"a beacon as a form", "Ping", "https://m.example/log/hit", "u=https%3A%2F%2Fshop.example%2F&ev=open", "m.example/log/hit", "open"},
		{"an image", "Image", "https://px.example/pixel.gif?dl=https%3A%2F%2Fshop.example%2F&ref=x&cid=1.2", "", "px.example/pixel.gif", ""},
		{"an image of any name", "Image", "https://px.example/1x1.png?url=https%3A%2F%2Fshop.example%2F&referrer=x&visitor_id=v&sr=1280x720&event=view", "", "px.example/1x1.png", "view"},
		{"an image of an advertiser", "Image", "https://ad.example/conversion?pixel_id=7&event=purchase&value=5", "", "ad.example/conversion", "purchase"},
		{"a fetch", "Fetch", "https://shop.example/api/track", `{"event":"chat_opened","anonymousId":"a","properties":{"url":"https://shop.example/","title":"Shop"}}`, "shop.example/api/track", "chat_opened"},
		{"an XHR", "XHR", "https://t.example/event", `{"event":"view","distinct_id":"d","api_key":"k"}`, "t.example/event", "view"},
		{"of a type that isn't known, while the page unloads", "", "https://t.example/collect", `{"url":"https://shop.example/","title":"Shop","session_id":"s","event":"leave"}`, "t.example/collect", "leave"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := hits.Request{Method: "GET", URL: tt.url, Body: []byte(tt.body), Type: tt.kind}
			if tt.body != "" {
				r.Method = "POST"
			}
			found := new(hits.Reader).Decode(r)
			if len(found) != 1 || found[0].Vendor != hits.Unknown || found[0].ID != tt.id || found[0].Event != tt.event || found[0].Params == nil {
				t.Errorf("got %v", texts(found))
				for _, hit := range found {
					t.Log(describe(hit))
				}
			}
			if r.Body = nil; !new(hits.Reader).Concerns(r) {
				t.Error("its body would not be asked for")
			}
		})
	}
}

func TestEndpoints(t *testing.T) {
	tests := []struct{ name, endpoint, url, body, want string }{
		{"of GA4", "shop.example/data=ga4", "https://shop.example/data?v=2&tid=G-T35T000001&en=page_view", "", "ga4 G-T35T000001 page_view"},
		{"below a path", "https://shop.example/gtm=google-ads", "https://shop.example/gtm/pagead/conversion/1000000001/?label=x", "", "google-ads AW-1000000001 conversion [key]"},
		{"in JSON", "shop.example/s=segment", "https://shop.example/s/v1/t", `{"type":"track","event":"Paid","writeKey":"wk1"}`, "segment wk1 Paid"},
		{"that is read as it is", "shop.example/q=quora", "https://shop.example/q?x=1", "", "quora  "},
		{"of Plausible", "shop.example/js/e=plausible", "https://shop.example/js/e", `{"n":"pageview","u":"https://shop.example/","d":"shop.example"}`, "plausible shop.example page view"},
		{"of what isn't known", "shop.example/m=unknown", "https://shop.example/m?x=1", "", "unknown  "},
		{"another path", "shop.example/data=ga4", "https://shop.example/database", "", ""},
		{"another host", "shop.example/data=ga4", "https://www.shop.example/data", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := hits.ParseEndpoint(tt.endpoint)
			if err != nil {
				t.Fatal(err)
			}
			r, got := hits.NewReader([]hits.Endpoint{e}), ""
			for _, hit := range r.Decode(hits.Request{Method: "POST", URL: tt.url, Body: []byte(tt.body)}) {
				got += describe(hit)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if concerns := r.Concerns(hits.Request{URL: tt.url}); tt.want != "" && !concerns {
				t.Error("its body would not be asked for")
			}
		})
	}
	for _, bad := range []string{"", "shop.example/data", "=ga4", "/data=ga4", "shop.example/data=ga5", "shop.example/data?x=1=ga4", "%zz=ga4"} {
		if e, err := hits.ParseEndpoint(bad); err == nil {
			t.Errorf("%q is the endpoint %v", bad, e)
		}
	}
}
