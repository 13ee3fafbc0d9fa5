package googletag_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm/googletag"
	"layertap/gtm/parse"
)

// script has the parts of a Google tag's script that settings are read from, with made-up
// IDs.
const script = `var data = {"resource":{"version":"1","macros":[{"function":"__e"},{"function":"__c","vtp_value":""}],
"tags":[{"function":"__ccd_ga_first","priority":9,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":20},
{"function":"__ogt_google_signals","vtp_googleSignals":"DISABLED","vtp_instanceDestinationId":"G-ABC1234567","tag_id":19},
{"function":"__ogt_session_timeout","vtp_sessionMinutes":["macro",1],"vtp_instanceDestinationId":"G-ABC1234567","tag_id":18},
{"function":"__ccd_em_page_view","vtp_historyEvents":true,"vtp_includeParams":true,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":17},
{"function":"__ccd_em_scroll","vtp_includeParams":true,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":16},
{"function":"__ccd_em_site_search","vtp_searchQueryParams":"q,s,search","vtp_instanceDestinationId":"G-ABC1234567","tag_id":15},
{"function":"__ccd_auto_redact","vtp_redactEmail":false,"vtp_instanceDestinationId":"G-ABC1234567","tag_id":14},
{"function":"__ccd_conversion_marking","vtp_conversionRules":["list",["map","matchingRules","{\"type\":5,\"args\":[{\"stringValue\":\"purchase\"},{\"contextValue\":{\"namespaceType\":1,\"keyParts\":[\"eventName\"]}}]}"],["map","matchingRules","{\"type\":1,\"args\":[{}]}"],["map","matchingRules","{"]],"vtp_instanceDestinationId":"G-ABC1234567","tag_id":13},
{"function":"__ogt_newer","vtp_instanceDestinationId":"AW-123456789","tag_id":12},
{"function":"__gct","vtp_trackingId":"G-ABC1234567","vtp_sessionDuration":0,"tag_id":7},
{"function":"__rep","vtp_containerId":"AW-123456789","vtp_remoteConfig":["map"],"tag_id":6},
{"function":"__zone","vtp_childContainers":["list",["map","publicId","G-ABC1234567"],["map","publicId","DC-1234567"],["map"]],"tag_id":5},
{"function":"__dest_aw","vtp_destinationId":"AW-123456789","tag_id":4}],
"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"}],"rules":[[["if",0],["add",0,1,2,3,4,5,6,7,8,9]]]},"runtime":[]}; (function(){ google_tag_manager["G-ABC1234567"]; })()`

func TestOf(t *testing.T) {
	c, err := parse.Container([]byte(script))
	if err != nil {
		t.Fatal(err)
	}
	const id = "G-ABC1234567"
	want := []googletag.Setting{
		{id, "Enhanced measurement: page views on history changes", "on"},
		{id, "Enhanced measurement: scrolls", ""},
		{id, "Enhanced measurement: site search", "q,s,search"},
		{id, "Key events", "purchase, events that a rule matches, events that a rule matches"},
		{id, "Google signals", "DISABLED"},
		{id, "Session timeout", "depends on the page"},
		{id, "Redaction of e-mail addresses", "off"},
		{id, "Linked destination", "AW-123456789"},
		{id, "Linked destination", "DC-1234567"},
		{"AW-123456789", "ogt_newer", ""},
	}
	if diff := cmp.Diff(want, googletag.Of(c)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := want[4].Describe(id) + "; " + want[len(want)-1].Describe(id); got != "Google signals: DISABLED; ogt_newer (AW-123456789)" {
		t.Errorf("in words: %s", got)
	}
	tag := &datalayer.GoogleTag{ID: id, Resource: c.Source}
	if got, err := googletag.Read(tag); err != nil || !cmp.Equal(got, want) {
		t.Errorf("of a session: %v, %v", got, err)
	}
	tag.Resource = []byte(`{}`)
	if got, err := googletag.Read(tag); err == nil || !strings.Contains(err.Error(), id) {
		t.Errorf("of another object: %v, %v", got, err)
	}
	if got := googletag.Of(nil); got != nil {
		t.Errorf("no container has %v", got)
	}
	c.ID = "GTM-ABC123"
	if got := googletag.Of(c); got != nil {
		t.Errorf("a container of Google Tag Manager has %v", got)
	}
}
