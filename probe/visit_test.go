package probe

import (
	"strings"
	"testing"

	"layertap/probe/browser"
	"layertap/probe/visit"
)

// Pages see each setting.
func TestVisit(t *testing.T) {
	s := serve(t, map[string]string{"/": "<title>Visit</title>"})
	d := firstPage(t, launchOwn(t, browser.Options{Headless: true, Visit: visit.Visit{
		UserAgent: "Tester/1.0", Language: "de-DE", TimeZone: "Asia/Tokyo", Flags: []string{"--force-device-scale-factor=2"},
	}}))
	d.open(s.URL)
	seen := d.run(`[navigator.userAgent, navigator.languages.join(), Intl.DateTimeFormat().resolvedOptions().timeZone, devicePixelRatio].join(' ')`)
	if want := "Tester/1.0 de-DE,de Asia/Tokyo 2"; !strings.Contains(seen, want) {
		t.Errorf("a page sees %s, not %s", seen, want)
	}
}
