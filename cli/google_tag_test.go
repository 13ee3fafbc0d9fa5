//go:build unix

package cli_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gtagPage has the snippet of a Google tag, and no container of Google Tag Manager.
const gtagPage = `<!doctype html><title>Shop</title>
<script async src="/gtag/js?id=G-ABC1234567"></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  gtag('js', new Date());
  gtag('config', 'G-ABC1234567');
  gtag('event', 'generate_lead', {value: 3, currency: 'EUR'});
</script>`

// gtagScript has the shape of a Google tag's script: its settings are tags of a container.
// The rest does what a real one does to the data layer, and sends a page view.
const gtagScript = `
// Copyright 2012 Google Inc. All rights reserved.
(function(){
var data = {
"resource": {
  "version":"1",
  "macros":[{"function":"__e"},{"function":"__c","vtp_value":"google.de"},{"function":"__c","vtp_value":0}],
  "tags":[{"function":"__ogt_1p_data_v2","priority":15,"vtp_isAutoEnabled":true,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":17},{"function":"__ccd_ga_first","priority":14,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":20},{"function":"__ogt_google_signals","priority":13,"vtp_googleSignals":"DISABLED","vtp_instanceDestinationId":"G-ABC1234567","tag_id":19},{"function":"__ccd_em_page_view","priority":9,"vtp_historyEvents":true,"vtp_includeParams":true,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":16},{"function":"__ccd_em_scroll","priority":8,"vtp_includeParams":true,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":15},{"function":"__ccd_conversion_marking","priority":2,"vtp_conversionRules":["list",["map","matchingRules","{\"type\":5,\"args\":[{\"stringValue\":\"purchase\"},{\"contextValue\":{\"namespaceType\":1,\"keyParts\":[\"eventName\"]}}]}"],["map","matchingRules","{\"type\":5,\"args\":[{\"stringValue\":\"generate_lead\"},{\"contextValue\":{\"namespaceType\":1,\"keyParts\":[\"eventName\"]}}]}"]],"vtp_instanceDestinationId":"G-ABC1234567","tag_id":13},{"function":"__dest_aw","vtp_destinationId":"AW-123456789","tag_id":9},{"function":"__gct","vtp_trackingId":"G-ABC1234567","vtp_sessionDuration":0,"vtp_foreignTld":["macro",1],"vtp_restrictDomain":["macro",2],"vtp_eventSettings":["map"],"tag_id":7},{"function":"__ccd_ga_last","priority":0,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":12}],
  "predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"},{"function":"_eq","arg0":["macro",0],"arg1":"gtm.init"}],
  "rules":[[["if",0],["add",7]],[["if",1],["add",0,8,1,2,3,4,5,6]]]
},
"runtime":[]};
var layer = window.dataLayer, push = layer.push, id = "G-ABC1234567", other = "GTM-OTHER12";
window.google_tag_manager = window.google_tag_manager || {};
window.google_tag_manager[id] = {dataLayer: {name: 'dataLayer'}, resource: data.resource, other: other};
layer.push = function() { return push.apply(layer, arguments); };
var collect = '/g/collect?v=2&tid=' + id + '&cid=1.2&sid=1795424400&_s=1&en=page_view';
fetch(collect, {method: 'POST', keepalive: true, mode: 'no-cors'}).then(function() { document.title = 'sent'; });
})();`

// The Google tag of a page without Google Tag Manager is recorded with its settings. It
// isn't taken for a container.
func TestRecordsAGoogleTag(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(gtagPage))
		case "/gtag/js":
			w.Header().Set("Content-Type", "application/javascript")
			_, _ = w.Write([]byte(gtagScript))
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	}))
	t.Cleanup(site.Close)
	const flow = `
		{"type": "navigate", "url": "https://shop.example/"}
		{"type": "waitForExpression", "expression": "document.title === 'sent'"}`
	record := program(t, "record", site.URL, "--flow", "flow.json", "--headless", "--for", "200ms", "-o", "a.session.jsonl")
	writeFlow(t, record.Dir, flow)
	if out, err := record.CombinedOutput(); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	file := filepath.Join(record.Dir, "a.session.jsonl")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]int{"google-tag": 1, "container": 0, "hit": 1} {
		if got := strings.Count(string(text), `{"type":"`+kind+`"`); got != want {
			t.Errorf("the recording has %d lines of type %s, want %d", got, kind, want)
		}
	}

	settings := []string{
		"Enhanced measurement: page views on history changes: on", "Enhanced measurement: scrolls", "Key events: purchase, generate_lead",
		"Google signals: DISABLED", "User-provided data", "Linked destination: AW-123456789",
	}
	var check struct {
		Files []struct {
			Triggers, Findings []map[string]any
			GoogleTags         []struct {
				ID, Layer string
				Settings  []struct{ Destination, Name, Value string }
			}
		}
	}
	out, err := program(t, "check", "--all", "--plan", "none", "--fail-on", "never", "--format", "json", file).Output()
	if err == nil {
		err = json.Unmarshal(out, &check)
	}
	if err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	checked := check.Files[0]
	if len(checked.Triggers) > 0 || strings.Contains(string(out), "gtm-not-running") {
		t.Errorf("it is taken for a container, or for a missing one: %v, %v", checked.Triggers, checked.Findings)
	}
	var listed []string
	for _, tag := range checked.GoogleTags {
		if tag.ID != "G-ABC1234567" || tag.Layer != "dataLayer" {
			t.Errorf("listed as %+v", tag)
		}
		for _, s := range tag.Settings {
			listed = append(listed, strings.TrimSuffix(s.Name+": "+s.Value, ": "))
		}
	}
	if diff := cmp.Diff(settings, listed); diff != "" {
		t.Errorf("its settings (-want +got):\n%s", diff)
	}

	report := filepath.Join(record.Dir, "a.html")
	for _, tt := range [][]string{{"doctor", file}, {"open", "--plain", file}, {"report", file, "-o", report}} {
		out, err := program(t, tt...).CombinedOutput()
		if err == nil && tt[0] == "report" {
			out, err = os.ReadFile(report)
		}
		if err != nil {
			t.Errorf("%s: %v:\n%s", tt[0], err, out)
		}
		for _, part := range append([]string{"G-ABC1234567"}, settings...) {
			if !strings.Contains(string(out), part) {
				t.Errorf("%s doesn't say %q:\n%.3000s", tt[0], part, out)
			}
		}
	}
}
