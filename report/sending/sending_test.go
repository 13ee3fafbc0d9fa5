package sending_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/report/sending"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
)

// export has a tag for each vendor that fires on "sent", and variables, one of them for the
// page's DOM, which wasn't captured.
const export = `{"exportFormatVersion":2,"containerVersion":{"container":{"publicId":"GTM-TEST","usageContext":["WEB"]},
"tag":[{"tagId":"1","name":"GA4","type":"gaawe","firingTriggerId":["1"],"parameter":[
  {"type":"TEMPLATE","key":"measurementIdOverride","value":"G-ABC1234567"},{"type":"TEMPLATE","key":"eventName","value":"sent"},
  {"type":"LIST","key":"eventSettingsTable","list":[%s]}]},
 {"tagId":"2","name":"Ads","type":"awct","firingTriggerId":["1"],"parameter":[{"type":"TEMPLATE","key":"conversionId","value":"123456789"},
  {"type":"TEMPLATE","key":"conversionLabel","value":"AbC"},{"type":"TEMPLATE","key":"conversionValue","value":"{{V}}"},{"type":"TEMPLATE","key":"currencyCode","value":"EUR"}]}],
"trigger":[{"triggerId":"1","name":"T","type":"CUSTOM_EVENT","customEventFilter":[{"type":"EQUALS","parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"sent"}]}]}],
"variable":[{"name":"V","type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},{"type":"TEMPLATE","key":"name","value":"v"}]},
 {"name":"None","type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},{"type":"TEMPLATE","key":"name","value":"none"}]},
 {"name":"Items","type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":"2"},{"type":"TEMPLATE","key":"name","value":"ecommerce.items"}]},
 {"name":"Dom","type":"d","parameter":[{"type":"TEMPLATE","key":"elementId","value":"x"}]}]}}`

func row(name, value string) string {
	return fmt.Sprintf(`{"type":"MAP","map":[{"type":"TEMPLATE","key":"parameter","value":%q},{"type":"TEMPLATE","key":"parameterValue","value":%q}]}`, name, value)
}

func compare(t *testing.T, message string, hit *datalayer.Hit) (sending.Comparison, bool) {
	t.Helper()
	rows := row("a", "{{V}}") + "," + row("b", "fixed") + "," + row("c", "gone") + "," + row("d", "{{None}}") + "," + row("e", "{{Dom}}") + "," + row("n", "10.0") + "," + row("currency", "EUR") + "," + row("items", "{{Items}}")
	container, err := parse.Container(fmt.Appendf(nil, export, rows))
	if err != nil {
		t.Fatal(err)
	}
	entries := sessiontest.Visit(t, "https://shop.example", []string{"/", message})
	hit.Page, hit.T, hit.Status = "p1", 10*time.Millisecond, 204
	hit.During = []datalayer.PushRef{{Seq: 2}}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New(container)})
	if err := s.Run(t.Context(), &sessiontest.Source{{Entries: append(entries, hit)}}); err != nil {
		t.Fatal(err)
	}
	return sending.Of(s.Snapshot(), hit)
}

func TestExpectedAndSent(t *testing.T) {
	got, ok := compare(t, `{"event":"sent","v":"x","other":1}`, &datalayer.Hit{Vendor: "ga4", ID: "G-ABC1234567", Event: "sent",
		Params: []byte(`{"en":"sent","ep.a":"x","ep.b":"changed","epn.n":"10","cu":"EUR","ep.debug":"1","_et":"5"}`)})
	want := sending.Comparison{
		Parameters: []sending.Parameter{
			{Name: "a", Expected: "x", Sent: "x", Verdict: sending.Same},
			{Name: "b", Expected: "fixed", Sent: "changed", Verdict: sending.Differs},
			{Name: "c", Expected: "gone", Verdict: sending.Missing},
			{Name: "currency", Expected: "EUR", Sent: "EUR", Verdict: sending.Same},
			{Name: "debug", Sent: "1", Verdict: sending.Added},
			{Name: "e", Verdict: sending.Unknown},
			{Name: "n", Expected: "10.0", Sent: "10", Verdict: sending.Same},
		},
		NotSent: []string{"other", "v"}, NotPushed: []string{"a", "b", "currency", "debug", "n"},
	}
	if i := slices.IndexFunc(got.Parameters, func(p sending.Parameter) bool { return p.Verdict == sending.Unknown }); i < 0 || got.Parameters[i].Reason == "" {
		t.Errorf("nothing says why e isn't known: %+v", got.Parameters)
	} else {
		got.Parameters[i].Reason = ""
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("%v (-want +got)\n%s", ok, diff)
	}
}

// The items of a tag are compared one by one, by the data layer's names for the codes in
// the hit.
func TestExpectedItems(t *testing.T) {
	items := func(t *testing.T, ecommerce, params string) []sending.Parameter {
		t.Helper()
		c, ok := compare(t, `{"event":"sent","v":"x","ecommerce":`+ecommerce+`}`, &datalayer.Hit{Vendor: "ga4", ID: "G-ABC1234567", Event: "sent", Params: []byte(params)})
		if !ok {
			t.Fatal("nothing is compared")
		}
		return slices.DeleteFunc(c.Parameters, func(p sending.Parameter) bool { return !strings.HasPrefix(p.Name, "items") })
	}
	const two = `{"items":[{"item_id":"SKU1","item_name":"Chair","price":50,"size":"L","coupon":""},{"item_id":"SKU2","quantity":2}]}`
	for name, tt := range map[string]struct {
		ecommerce, params string
		want              []sending.Parameter
	}{
		"as expected": {two, `{"en":"sent","pr1":"idSKU1~nmChair~pr50.0~k0size~v0L","pr2":"idSKU2~qt2"}`, []sending.Parameter{
			{Name: "items[0].item_id", Expected: "SKU1", Sent: "SKU1", Verdict: sending.Same},
			{Name: "items[0].item_name", Expected: "Chair", Sent: "Chair", Verdict: sending.Same},
			{Name: "items[0].price", Expected: "50", Sent: "50.0", Verdict: sending.Same},
			{Name: "items[0].size", Expected: "L", Sent: "L", Verdict: sending.Same},
			{Name: "items[1].item_id", Expected: "SKU2", Sent: "SKU2", Verdict: sending.Same},
			{Name: "items[1].quantity", Expected: "2", Sent: "2", Verdict: sending.Same},
		}},
		"one is gone, another changed": {two, `{"en":"sent","pr1":"idSKU1~nmChair~pr49~qt1~k0size~v0L"}`, []sending.Parameter{
			{Name: "items[0].item_id", Expected: "SKU1", Sent: "SKU1", Verdict: sending.Same},
			{Name: "items[0].item_name", Expected: "Chair", Sent: "Chair", Verdict: sending.Same},
			{Name: "items[0].price", Expected: "50", Sent: "49", Verdict: sending.Differs},
			{Name: "items[0].size", Expected: "L", Sent: "L", Verdict: sending.Same},
			{Name: "items[0].quantity", Sent: "1", Verdict: sending.Added},
			{Name: "items[1].item_id", Expected: "SKU2", Verdict: sending.Missing},
			{Name: "items[1].quantity", Expected: "2", Verdict: sending.Missing},
		}},
		"not a list":    {`{"items":"SKU1"}`, `{"en":"sent","pr1":"idSKU1"}`, []sending.Parameter{{Name: "items", Sent: "1 item", Verdict: sending.Unknown, Reason: "it is a string"}}},
		"none at all":   {`{"items":[]}`, `{"en":"sent"}`, nil},
		"none expected": {`{}`, `{"en":"sent","pr1":"idSKU1"}`, []sending.Parameter{{Name: "items[0].item_id", Sent: "SKU1", Verdict: sending.Added}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := items(t, tt.ecommerce, tt.params)
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestExpectedConversion(t *testing.T) {
	got, ok := compare(t, `{"event":"sent","v":12}`, &datalayer.Hit{Vendor: "google-ads", ID: "AW-123456789", Event: "conversion",
		Params: []byte(`{"label":"AbC","value":"13","currency_code":"EUR"}`)})
	want := []sending.Parameter{
		{Name: "Conversion Label", Expected: "AbC", Sent: "AbC", Verdict: sending.Same},
		{Name: "Conversion Value", Expected: "12", Sent: "13", Verdict: sending.Differs},
		{Name: "Currency Code", Expected: "EUR", Sent: "EUR", Verdict: sending.Same},
	}
	if diff := cmp.Diff(want, got.Parameters); diff != "" || !ok || len(got.NotSent) > 0 {
		t.Errorf("%v %v (-want +got)\n%s", ok, got.NotSent, diff)
	}
}

// Nothing is compared if the message isn't certain or the vendor isn't known.
func TestNotCompared(t *testing.T) {
	for name, hit := range map[string]*datalayer.Hit{
		"another vendor": {Vendor: "meta", Event: "sent", Params: []byte(`{}`)},
		"no message":     {Vendor: "ga4", Event: "sent", Params: []byte(`torn`)},
	} {
		if got, ok := compare(t, `{"event":"sent","v":"x"}`, hit); ok {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
