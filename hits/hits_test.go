package hits_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/hits"
)

// Requests as vendors' scripts send them, with made-up IDs, and the result: vendor, ID,
// event, and in brackets what else is shown in lists.
var requests = []struct {
	name, url, body string
	want            []string
}{
	{"GA4, one event",
		"https://region1.google-analytics.com/g/collect?v=2&tid=G-T35T000001&gtm=45je4b&_p=1795424400041&gcs=G111&gcd=13r3r3r3r5l1&cid=1.2&ul=en-gb&_s=1&dl=https%3A%2F%2Fshop.example%2F&en=page_view&_fv=1",
		"", []string{"ga4 G-T35T000001 page_view [consent: ads granted, analytics granted]"}},
	{"GA4, several events, of which one is a key event",
		"https://www.google-analytics.com/g/collect?v=2&tid=G-T35T000001&gcs=G101&sid=1795424400&_dbg=1",
		"en=scroll&epn.percent_scrolled=90&_et=4\r\nen=widget_whatsapp_clicked&_c=1&ep.link_text=Chat%20on%20WhatsApp&epn.value=3\r\n",
		[]string{
			"ga4 G-T35T000001 scroll [debug, 0 of 2, consent: ads denied, analytics granted]",
			"ga4 G-T35T000001 widget_whatsapp_clicked [key, debug, 1 of 2, consent: ads denied, analytics granted]",
		}},
	{"GA4 through a server of the site's own",
		"https://metrics.shop.example/data/g/collect?v=2&tid=G-T35T000001&en=widget_opened&ep.debug_mode=true&richsstsse",
		"", []string{"ga4 G-T35T000001 widget_opened [debug]"}},
	{"what only pings for Google Signals", "https://stats.g.doubleclick.net/g/collect?v=2&tid=G-T35T000001&cid=1.2&aip=1", "", nil},
	{"another's path of the same name", "https://shop.example/g/collect?list=stamps", "", nil},
	{"the Measurement Protocol", "https://www.google-analytics.com/mp/collect?measurement_id=G-T35T000001&api_secret=x",
		`{"client_id":"1.2","events":[{"name":"sign_up","params":{"method":"e-mail"}},{"name":"login","params":{"debug_mode":1}}]}`,
		[]string{"ga4 G-T35T000001 sign_up [0 of 2]", "ga4 G-T35T000001 login [debug, 1 of 2]"}},

	{"Google Ads, a conversion", "https://www.googleadservices.com/pagead/conversion/1000000001/?random=17954&cv=11&label=AbC-D_efG&value=12.5&currency_code=EUR&gcs=G111&en=conversion",
		"", []string{"google-ads AW-1000000001 conversion [key, consent: ads granted, analytics granted]"}},
	{"the same without third-party cookies", "https://www.google.com/pagead/1p-conversion/1000000001/?label=AbC-D_efG&gcs=G100",
		"", []string{"google-ads AW-1000000001 conversion [key, consent: ads denied, analytics denied]"}},
	{"remarketing", "https://googleads.g.doubleclick.net/pagead/viewthroughconversion/1000000001/?random=1&data=event%3Dview_item%3Bid%3Dalba&rfmt=3",
		"", []string{"google-ads AW-1000000001 view_item"}},
	{"remarketing, newer", "https://www.google.com/rmkt/collect/1000000001/?random=1&en=page_view", "", []string{"google-ads AW-1000000001 page_view"}},
	{"audiences", "https://www.google.com/pagead/1p-user-list/1000000001/?random=1", "", []string{"google-ads AW-1000000001 audience"}},
	{"enhanced conversions", "https://google.com/ccm/form-data/1000000001?em=tv.1&gcs=G111", "",
		[]string{"google-ads AW-1000000001 form data [consent: ads granted, analytics granted]"}},
	{"Consent Mode", "https://www.google.com/ccm/collect?frm=0&en=page_view&tid=AW-1000000001&gcs=G100", "",
		[]string{"google-ads AW-1000000001 page_view [consent: ads denied, analytics denied]"}},
	{"Floodlight", "https://1000002.fls.doubleclick.net/activityi;src=1000002;type=sales0;cat=thank0;ord=1;u1=a%20b;gcs=G111;~oref=https%3A%2F%2Fshop.example%2F?", "",
		[]string{"floodlight DC-1000002 sales0/thank0 [consent: ads granted, analytics granted]"}},
	{"a search", "https://www.google.com/search?q=conversion", "", nil},

	{"Meta", "https://www.facebook.com/tr/?id=100000000000001&ev=Contact&dl=https%3A%2F%2Fshop.example%2F&cd[content_name]=chat&v=2.9.179", "",
		[]string{"meta 100000000000001 Contact"}},
	{"Meta, as a form in parts", "https://www.facebook.com/tr/",
		"------WebKitFormBoundaryAbC\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n100000000000001\r\n------WebKitFormBoundaryAbC\r\nContent-Disposition: form-data; name=\"ev\"\r\n\r\nPageView\r\n------WebKitFormBoundaryAbC--\r\n",
		[]string{"meta 100000000000001 PageView"}},
	{"Meta's script", "https://connect.facebook.net/signals/config/100000000000001?v=2.9", "", nil},
	{"a host that only ends so", "https://notfacebook.com/tr/?id=1&ev=PageView", "", nil},

	{"LinkedIn", "https://px.ads.linkedin.com/collect?v=2&fmt=js&pid=1000003&time=1795424400041&url=https%3A%2F%2Fshop.example%2F", "", []string{"linkedin 1000003 page view"}},
	{"LinkedIn, a conversion", "https://px.ads.linkedin.com/collect/?pid=1000003&conversionId=20000&fmt=gif", "", []string{"linkedin 1000003 conversion 20000 [key]"}},
	{"Microsoft", "https://bat.bing.com/action/0?ti=1000004&Ver=2&mid=a-b&evt=pageLoad&asc=D&tl=Shop", "", []string{"microsoft-uet 1000004 pageLoad [consent: ads denied]"}},
	{"Microsoft, an event", "https://bat.bing.com/action/0?ti=1000004&Ver=2&ec=chat&ea=widget_opened&gv=1&asc=G&evt=custom", "", []string{"microsoft-uet 1000004 widget_opened [consent: ads granted]"}},
	{"Microsoft's script", "https://bat.bing.com/p/action/1000004.js", "", nil},

	{"Matomo", "https://stats.shop.example/matomo.php?action_name=Shop&idsite=3&rec=1&r=123&url=https%3A%2F%2Fshop.example%2F", "", []string{"matomo 3 page view"}},
	{"Matomo, an event, in the body", "https://stats.shop.example/piwik.php", "e_c=chat&e_a=widget_opened&idsite=3&rec=1", []string{"matomo 3 widget_opened"}},
	{"Matomo, several", "https://stats.shop.example/matomo.php",
		`{"requests":["?idsite=3&rec=1&idgoal=7","?idsite=3&rec=1&link=https%3A%2F%2Fwa.me%2F1","?idsite=3&rec=1&idgoal=0&ec_id=N-1"],"send_image":0}`,
		[]string{"matomo 3 goal 7 [key, 0 of 3]", "matomo 3 outlink [1 of 3]", "matomo 3 order [key, 2 of 3]"}},
	{"HubSpot", "https://track-eu1.hubspot.com/__ptq.gif?k=1&v=1.1&a=1000005&pu=https%3A%2F%2Fshop.example%2F&t=Shop", "", []string{"hubspot 1000005 page view"}},
	{"TikTok", "https://analytics.tiktok.com/api/v2/pixel", `{"event":"Contact","context":{"pixel":{"code":"C000000000000000TEST"},"page":{"url":"https://shop.example/"}},"properties":{"value":1}}`,
		[]string{"tiktok C000000000000000TEST Contact"}},
	{"TikTok, how fast it was", "https://analytics.tiktok.com/api/v2/pixel/perf", `{"event":"x"}`, nil},
	{"Pinterest", "https://ct.pinterest.com/v3/?tid=2600000000001&event=checkout&ed=%7B%22value%22%3A116%2C%22line_items%22%3A%5B%7B%22product_id%22%3A%22alba%22%7D%5D%7D&cb=1", "", []string{"pinterest 2600000000001 checkout"}},
	{"Snapchat", "https://tr.snapchat.com/p", "pid=00000000-0000-4000-8000-000000000001&ev=PAGE_VIEW&pl=https%3A%2F%2Fshop.example%2F", []string{"snapchat 00000000-0000-4000-8000-000000000001 PAGE_VIEW"}},
	{"X", "https://t.co/1/i/adsct?bci=4&events=%5B%5B%22purchase%22%2C%7B%22value%22%3A%2229.95%22%7D%5D%5D&p_id=Twitter&txn_id=t35t1", "", []string{"x t35t1 purchase"}},
	{"a short link", "https://t.co/AbCdEfGhIj", "", nil},
	{"Reddit", "https://alb.reddit.com/rp.gif?ts=1795424400041&id=a2_test&event=Custom&m.customEventName=widget_opened&m.value=", "", []string{"reddit a2_test widget_opened"}},
	{"Criteo", "https://sslwidget.criteo.com/event?a=10006&v=5.5.0&p0=e%3Dexd%26site_type%3Dd&p1=e%3Dvp%26p%3Dalba&p2=e%3Ddis&adce=1", "", []string{"criteo 10006 viewItem"}},

	{"a page", "https://shop.example/", "", nil},
	{"no address", "https://%zz/g/collect", "", nil},
	{"a page in the address", "data:text/html,/g/collect?v=2&tid=G-1&en=a", "", nil},
}

func TestVendors(t *testing.T) {
	for _, tt := range requests {
		t.Run(tt.name, func(t *testing.T) {
			r := hits.Request{Method: "GET", URL: tt.url}
			if tt.body != "" {
				r.Method, r.Body = "POST", []byte(tt.body)
			}
			var got []string
			for _, hit := range new(hits.Reader).Decode(r) {
				got = append(got, describe(hit))
				if hit.Method != r.Method || hit.URL != r.URL {
					t.Errorf("the hit's request is %s %s", hit.Method, hit.URL)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.want != nil && !new(hits.Reader).Concerns(r) {
				t.Error("its body would not be asked for")
			}
		})
	}
}

func describe(hit *datalayer.Hit) string {
	var more []string
	add := func(is bool, word string) {
		if is {
			more = append(more, word)
		}
	}
	add(hit.KeyEvent, "key")
	add(hit.Debug, "debug")
	add(hit.Batch.Of > 0, fmt.Sprintf("%d of %d", hit.Batch.Index, hit.Batch.Of))
	add(hit.Consent != "", "consent: "+hit.Consent)
	line := strings.Join([]string{hit.Vendor, hit.ID, hit.Event}, " ")
	if more != nil {
		line += " [" + strings.Join(more, ", ") + "]"
	}
	return line
}

func TestParameters(t *testing.T) {
	tests := []struct{ name, url, body, want string }{
		{"the body's count before the address's",
			"https://a.example/g/collect?v=2&tid=G-T&en=a&ep.x=1&sid=1", "en=b&ep.x=2&ep.%E2%82%AC=%e2%82%ac+1&ep.odd=100%",
			`{"v":"2","tid":"G-T","en":"b","ep.x":"2","sid":"1","ep.€":"€ 1","ep.odd":"100%"}`},
		{"one that holds JSON is opened",
			"https://ct.pinterest.com/v3/?tid=1&event=checkout&ed=%7B%22value%22%3A116%7D&ad=%7Bno", "",
			`{"tid":"1","event":"checkout","ed":{"value":116},"ad":"{no"}`},
		{"invalid UTF-8 is made valid", "https://a.example/g/collect?v=2&tid=G-T&en=a&ep.x=%ff%00&$=1", "",
			`{"$":"object","value":{"v":"2","tid":"G-T","en":"a","ep.x":"�\u0000","$":"1"}}`},
		{"recordings are not kept",
			"https://rs.fullstory.com/rec/bundle?OrgId=FS1", `{"Seq":1,"Evts":[{"Kind":1,"Args":["all that somebody typed"]}]}`, `{"OrgId":"FS1","Seq":1}`},
		{"a batch's own and what is common",
			"https://sslwidget.criteo.com/event?a=1&p0=e%3Dvb%26p%3D1", "", `{"a":"1","e":"vb","p":"1"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := new(hits.Reader).Decode(hits.Request{URL: tt.url, Body: []byte(tt.body)})
			if len(found) != 1 || string(found[0].Params) != tt.want {
				t.Errorf("got %s", texts(found))
			}
		})
	}
}

func texts(found []*datalayer.Hit) []string {
	var all []string
	for _, hit := range found {
		all = append(all, string(hit.Params))
	}
	return all
}

// docs/hits.md lists every vendor.
func TestVendorsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/hits.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, vendor := range hits.Vendors() {
		if !strings.Contains(string(doc), "\n| `"+vendor+"` |") {
			t.Errorf("%s is not in the table of docs/hits.md", vendor)
		}
	}
}

// Requests built to be expensive are cheap to read, and are still read.
func TestBounds(t *testing.T) {
	long := strings.Repeat("x", 1<<14)
	line := "en=a&" + strings.Repeat("&p=1", 1000) + "\n"
	var keys strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&keys, `"k%d":1,`, i)
	}
	tests := map[string]struct {
		hits.Request
		most int
	}{
		"many lines":         {hits.Request{URL: "https://a.example/g/collect?v=2&tid=G-T&ep.l=" + long, Body: []byte(strings.Repeat("en=a\n", 100_000))}, 200},
		"long lines":         {hits.Request{URL: "https://a.example/g/collect?v=2&tid=G-T", Body: []byte(strings.Repeat(line, 200))}, 200},
		"a large body":       {hits.Request{URL: "https://a.example/g/collect?v=2&tid=G-T&en=a", Body: make([]byte, 50<<20)}, 1},
		"a long address":     {hits.Request{URL: "https://a.example/g/collect?v=2&tid=G-T&en=a&x=" + strings.Repeat("x", 10<<20)}, 0},
		"deep JSON":          {hits.Request{URL: "https://www.google-analytics.com/mp/collect?measurement_id=G-T", Body: []byte(strings.Repeat("[", 100_000))}, 0},
		"many JSON elements": {hits.Request{URL: "https://a.example/matomo.php", Body: []byte(`{"requests":[` + strings.Repeat(`"?idsite=1&rec=1",`, 10_000) + `1]}`)}, 200},
		"many JSON keys":     {hits.Request{URL: "https://a.example/matomo.php?idsite=1&rec=1", Body: []byte(`{` + keys.String() + `"requests":[1]}`)}, 1},
		"a long name":        {hits.Request{URL: "https://a.example/g/collect?v=2&tid=G-T&en=" + long}, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			found := new(hits.Reader).Decode(tt.Request)
			runtime.ReadMemStats(&after)
			if len(found) != tt.most {
				t.Errorf("%d hits, want %d", len(found), tt.most)
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
				t.Errorf("%d MB of memory", used>>20)
			}
			size := 0
			for _, hit := range found {
				size += len(hit.Params) + len(hit.URL) + len(hit.ID) + len(hit.Event)
				if len(hit.ID) > 256 || len(hit.Event) > 256 {
					t.Errorf("an id of %d bytes, an event of %d", len(hit.ID), len(hit.Event))
				}
			}
			if size > 9<<20 {
				t.Errorf("%d bytes", size)
			}
		})
	}
}

// Any request is read or ignored, within the bounds.
func FuzzDecode(f *testing.F) {
	for _, tt := range requests {
		f.Add(tt.url, []byte(tt.body))
	}
	f.Fuzz(func(t *testing.T, address string, body []byte) {
		request := hits.Request{Method: "POST", URL: address, Body: body}
		found := new(hits.Reader).Decode(request)
		if len(found) > 0 && !new(hits.Reader).Concerns(request) {
			t.Error("its body would not be asked for")
		}
		for _, hit := range found {
			if hit.Vendor != hits.Unknown && !slices.Contains(hits.Vendors(), hit.Vendor) {
				t.Errorf("a hit for %q", hit.Vendor)
			}
			if _, err := datalayer.Decode(hit.Params); hit.Params != nil && err != nil {
				t.Errorf("%s: %v", hit.Params, err)
			}
		}
	})
}
