package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/report"
)

// The reports list the consent commands in order, with the state after each.
func TestConsentInReports(t *testing.T) {
	command := func(at time.Duration, message string) *datalayer.Push {
		p := &datalayer.Push{Place: datalayer.Place{T: at}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindGtag, Message: []byte(message)}
		return p
	}
	f := file(t, "consent", "https://shop.example/", page(0, "p1", "https://shop.example/", datalayer.CauseLoad),
		&datalayer.Hit{Place: datalayer.Place{T: 5 * ms}, Page: "p1", Vendor: "ga4", ID: "G-ABC1234567", Event: "page_view", Status: 204},
		command(10*ms, `["consent","default",{"ad_storage":"denied","analytics_storage":"denied","wait_for_update":500}]`),
		command(20*ms, `["consent","default",{"ad_storage":"granted","region":["US","CA"]}]`),
		command(2000*ms, `["consent","update",{"ad_storage":"granted","<b>|x":"granted"}]`),
	)
	var markdown, html bytes.Buffer
	if _, err := (report.Check{Files: report.Of(f)}).Markdown(&markdown); err != nil {
		t.Fatal(err)
	}
	if err := report.HTML(&html, "layertap", f, false); err != nil {
		t.Fatal(err)
	}
	_, got, _ := strings.Cut(markdown.String(), "\nConsent:\n\n")
	want := `- 0:00.010 \#3 default: ad\_storage denied, analytics\_storage denied (waits 500 ms for the update); then ad\_storage denied, analytics\_storage denied; 1 hit to Google before it
- 0:00.020 \#4 default: ad\_storage granted (in US, CA); then ad\_storage unknown, analytics\_storage denied; 1 hit to Google before it
- 0:02.000 \#5 update: ad\_storage granted, \<b\>\|x granted; then ad\_storage granted, analytics\_storage denied, \<b\>\|x granted
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for _, part := range []string{`<a href="#consent">`, `href="#m3">#3</a>`, "waits 500 ms for the update", "in US, CA", "1 to Google before it", "&lt;b&gt;|x granted"} {
		if !strings.Contains(html.String(), part) {
			t.Errorf("the document has no %q", part)
		}
	}
	html.Reset()
	if err := report.HTML(&html, "layertap", visit(t), false); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(html.String(), `id="consent"`) {
		t.Error("a visit without consent commands has the section")
	}
}
