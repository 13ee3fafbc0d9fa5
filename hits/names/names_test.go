package names_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/hits"
	"layertap/hits/names"
)

// text formats what a hit contains, one row per line.
func text(hit *datalayer.Hit) string {
	var b strings.Builder
	row := func(indent string, r names.Row) {
		fmt.Fprintf(&b, "%s%s: %s", indent, r.Name, datalayer.Encode(nil, r.Value))
		if r.Words != "" {
			fmt.Fprintf(&b, " (%s)", r.Words)
		}
		fmt.Fprintf(&b, " [%s]\n", r.Wire)
	}
	for _, g := range names.Describe(hit) {
		fmt.Fprintln(&b, g.Kind)
		for _, r := range g.Rows {
			row("  ", r)
		}
		for i, item := range g.Item {
			fmt.Fprintf(&b, "  %d\n", i+1)
			for _, r := range item {
				row("    ", r)
			}
		}
	}
	return b.String()
}

func TestDescribe(t *testing.T) {
	tests := []struct{ name, url, body, want string }{
		{"GA4", "https://www.google-analytics.com/g/collect?v=2&tid=G-T35T000001&gcs=G101&gcd=13p3q3r3t5l1&npa=1&dma=1&dma_cps=sy&pscdl=noapi&cid=1.2&sid=1795424400&ul=en-gb&sr=1280x720&dl=https%3A%2F%2Fshop.example%2F&en=purchase&_c=1&ep.transaction_id=T-1&epn.value=99.5&cu=EUR&up.plan=gold&pr1=idSKU1~nmChair~pr50~qt1~k0size~v0L&pr2=idSKU2~nmLamp&_fv=1&zzz=1", "", `Event parameters
  Event name: "purchase" [en]
  Key event: "1" (yes) [_c]
  transaction_id: "T-1" [ep.transaction_id]
  Value: "99.5" [epn.value]
  Currency: "EUR" [cu]
Items
  1
    Item ID: "SKU1" [pr1.id]
    Item name: "Chair" [pr1.nm]
    Price: "50" [pr1.pr]
    Quantity: "1" [pr1.qt]
    size: "L" [pr1.v0]
  2
    Item ID: "SKU2" [pr2.id]
    Item name: "Lamp" [pr2.nm]
User properties
  plan: "gold" [up.plan]
Consent
  Consent Mode state: "G101" [gcs]
  ad_storage: "0" (denied) [gcs]
  analytics_storage: "1" (granted) [gcs]
  Consent Mode, each type: "13p3q3r3t5l1" [gcd]
  ad_storage: "p" (denied by default, no update) [gcd]
  analytics_storage: "q" (denied by default, denied by update) [gcd]
  ad_user_data: "r" (denied by default, granted by update) [gcd]
  ad_personalization: "t" (granted by default, no update) [gcd]
  Non-personalized ads: "1" (personalized ads are not allowed) [npa]
  Digital Markets Act: "1" (the visitor is in a region where the Digital Markets Act applies) [dma]
  Google services with consent: "sy" (Search, YouTube) [dma_cps]
  Privacy Sandbox label: "noapi" (the browser has no cookie deprecation label) [pscdl]
Page
  Page URL: "https://shop.example/" [dl]
Session
  Client ID: "1.2" [cid]
  Session ID: "1795424400" [sid]
  First visit: "1" (yes) [_fv]
Device
  Language: "en-gb" [ul]
  Screen size: "1280x720" [sr]
Protocol
  Protocol version: "2" [v]
  Measurement ID: "G-T35T000001" [tid]
  zzz: "1" [zzz]
`},
		{"TikTok", "https://analytics.tiktok.com/api/v2/pixel", `{"event":"Purchase","context":{"pixel":{"code":"C1"},"page":{"url":"https://shop.example/"},"user":{"email":"abc"}},"properties":{"value":1,"mine":true,"contents":[{"content_id":"SKU1","price":5}]}}`, `Event parameters
  Event name: "Purchase" [event]
  Value: 1 [properties.value]
  mine: true [properties.mine]
Items
  1
    Item ID: "SKU1" [properties.contents[0].content_id]
    Price: 5 [properties.contents[0].price]
User properties
  Email (hashed): "abc" [context.user.email]
Page
  Page URL: "https://shop.example/" [context.page.url]
Protocol
  Pixel ID: "C1" [context.pixel.code]
`},
		{"Meta, whose items are JSON in a parameter", "https://www.facebook.com/tr/?id=1&ev=Purchase&cd[value]=5&cd[mine]=x&cd[contents]=%5B%7B%22id%22%3A%22SKU1%22%2C%22quantity%22%3A2%7D%5D", "", `Event parameters
  Event name: "Purchase" [ev]
  Value: "5" [cd[value]]
  mine: "x" [cd[mine]]
Items
  1
    Item ID: "SKU1" [cd[contents][0].id]
    Quantity: 2 [cd[contents][0].quantity]
Protocol
  Pixel ID: "1" [id]
`},
		{"Matomo, whose items are arrays", "https://stats.example/matomo.php?idsite=3&rec=1&idgoal=0&ec_id=N-1&ec_items=%5B%5B%22SKU1%22%2C%22Chair%22%2C%22%22%2C50%2C1%5D%5D", "", `Event parameters
  Goal ID: "0" [idgoal]
  Order ID: "N-1" [ec_id]
Items
  1
    Item ID: "SKU1" [ec_items[0][0]]
    Item name: "Chair" [ec_items[0][1]]
    Category: "" [ec_items[0][2]]
    Price: 50 [ec_items[0][3]]
    Quantity: 1 [ec_items[0][4]]
Protocol
  Site ID: "3" [idsite]
  Recorded: "1" [rec]
`},
		{"Microsoft", "https://bat.bing.com/action/0?ti=1&Ver=2&evt=custom&ea=opened&asc=G&p=https%3A%2F%2Fshop.example%2F", "", `Event parameters
  Event type: "custom" [evt]
  Event action: "opened" [ea]
Consent
  Ad storage consent: "G" (granted) [asc]
Page
  Page URL: "https://shop.example/" [p]
Protocol
  Tag ID: "1" [ti]
  Protocol version: "2" [Ver]
`},
		{"a vendor without names", "https://q.quora.com/_/ad/q0ra/pixel?tag=Purchase&value=12.5", "", `Event parameters
  tag: "Purchase" [tag]
  value: "12.5" [value]
`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := new(hits.Reader).Decode(hits.Request{Method: "POST", URL: tt.url, Body: []byte(tt.body)})
			if len(found) != 1 {
				t.Fatalf("%d hits", len(found))
			}
			if diff := cmp.Diff(tt.want, text(found[0])); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// Every letter that Google documents for consent has a description; other letters have
// none.
func TestConsentInWords(t *testing.T) {
	want := map[string]string{
		"l": "default not set, no update", "m": "default not set, denied by update", "n": "default not set, granted by update",
		"p": "denied by default, no update", "q": "denied by default, denied by update", "r": "denied by default, granted by update",
		"t": "granted by default, no update", "u": "granted by default, denied by update", "v": "granted by default, granted by update",
		"w": "not known: w",
	}
	for letter, words := range want {
		for at, part := range []string{"ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"} {
			letters := []string{"l", "l", "l", "l"}
			letters[at] = letter
			hit := &datalayer.Hit{Vendor: "google-ads", Params: fmt.Appendf(nil, `{"gcd":"13%s5"}`, strings.Join(letters, "3"))}
			groups := names.Describe(hit)
			if len(groups) != 1 || groups[0].Kind != names.Consent || len(groups[0].Rows) != 5 {
				t.Fatalf("%s: %v", hit.Params, groups)
			}
			if row := groups[0].Rows[at+1]; row.Name != part || row.Words != words {
				t.Errorf("%s: %s is %q, want %q", hit.Params, row.Name, row.Words, words)
			}
		}
	}
	for _, odd := range []string{"", "13", "13l3l3l3", "xyz"} {
		if g := names.Describe(&datalayer.Hit{Vendor: "ga4", Params: fmt.Appendf(nil, `{"gcd":%q}`, odd)}); len(g) != 1 || len(g[0].Rows) != 1 {
			t.Errorf("gcd %q: %v", odd, g)
		}
	}
}

// The vendors in names.yaml are vendors that are recognized.
func TestVendorsOfNames(t *testing.T) {
	for _, vendor := range []string{"ga4", "google-ads", "meta", "linkedin", "tiktok", "microsoft-uet", "pinterest", "snapchat", "x", "matomo"} {
		hit := &datalayer.Hit{Vendor: vendor, Params: []byte(`{"__none__":"1"}`)}
		if g := names.Describe(hit); len(g) != 1 || g[0].Kind != names.Protocol {
			t.Errorf("%s has no names: %v", vendor, g)
		}
	}
	if names.Note("universal-analytics") == "" || names.Note(hits.Unknown) == "" || names.Note("ga4") != "" {
		t.Error("the notes are not those of the vendors")
	}
}

// Any recorded hit is described or left out, within the bounds.
func FuzzDescribe(f *testing.F) {
	f.Add("ga4", []byte(`{"en":"a","pr1":"idA~k0x~v0y","gcd":"13l3l3l3l1"}`))
	f.Add("tiktok", []byte(`{"properties":{"contents":[{"a":1},[1],2]}}`))
	f.Add("matomo", []byte(`{"ec_items":"[[1,2,3,4,5,6],{}]"}`))
	f.Fuzz(func(t *testing.T, vendor string, params []byte) {
		rows := 0
		for _, g := range names.Describe(&datalayer.Hit{Vendor: vendor, Params: params}) {
			if rows += len(g.Rows); len(g.Rows)+len(g.Item) == 0 {
				t.Errorf("an empty group %s", g.Kind)
			}
		}
		if rows > 1100 {
			t.Errorf("%d rows", rows)
		}
	})
}
