package probe

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"layertap/datalayer"
	"layertap/probe/probetest"
)

// A policy that forbids beacons would report them to the site. What a page with such a
// policy pushes while unloading is therefore not sent, which is reported; other pages
// are not affected.
func TestPolicies(t *testing.T) {
	var reports atomic.Int64
	page := func(policy string) string {
		return policy + `<script>
			addEventListener('securitypolicyviolation', (e) => localStorage.violation = e.blockedURI);
			dataLayer = []; dataLayer.push({event: 'home'});
			addEventListener('pagehide', () => dataLayer.push({event: 'left'}))</script>`
	}
	s := serve(t, map[string]string{
		"/header":      page("#Content-Security-Policy: default-src 'none'; script-src 'unsafe-inline'; report-uri /report\n"),
		"/report-only": page("#Content-Security-Policy-Report-Only: connect-src 'self'; report-uri /report\n"),
		"/meta":        page(`<meta http-equiv=Content-Security-Policy content="connect-src 'self'">`),
		"/open":        page("#Content-Security-Policy: connect-src https:; report-uri /report\n"),
		"/next":        pushing("next"),
	})
	inner := s.Config.Handler
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/report" {
			reports.Add(1)
		}
		inner.ServeHTTP(w, r)
	})
	for path, forbids := range map[string]bool{"/header": true, "/report-only": true, "/meta": true, "/open": false} {
		t.Run(path, func(t *testing.T) {
			d := newTab(t, chrome)
			w := watch(t, d, chrome)
			d.open(s.URL + path)
			w.see("home")
			if forbids {
				w.untilFrames("t1 127.0.0.1" + path + ", dataLayer held: messages that it pushes while unloading are not captured, because its content security policy blocks the beacon")
			}
			d.open(s.URL + "/next")
			w.see("next")
			w.settle()
			left, frameLines := false, false
			for _, p := range w.pushes() {
				left = left || p.Event == "left"
			}
			for _, g := range probetest.Only[*datalayer.Gap](w.entries) {
				frameLines = frameLines || strings.Contains(g.Why, "content security policy")
			}
			if left == forbids || frameLines != forbids {
				t.Errorf("what it pushed while unloading came: %v; that it did not was reported: %v", left, frameLines)
			}
			if got := d.run(`String(localStorage.violation)`); got != `"undefined"` {
				t.Errorf("the page received a violation report: %s", got)
			}
		})
	}
	if n := reports.Load(); n != 0 {
		t.Errorf("%d violations were reported to the site", n)
	}
}
