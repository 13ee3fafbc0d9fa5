package hits_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"testing"

	"github.com/google/go-cmp/cmp"

	"layertap/hits"
)

// shape is a request as in a vendor's documentation or as sent by its script, with
// made-up IDs.
type shape struct {
	name, url, body string
	want            []string
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(text))
	_ = w.Close()
	return b.String()
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func one(what string) []string { return []string{what} }

// shapes are requests of the vendors for which [TestVendors] has too few. Each vendor
// has at least three.
var shapes = []shape{
	{"Floodlight, a counter in an image", "https://ad.doubleclick.net/ddm/activity/src=1000002;type=count0;cat=chat00;ord=7?", "", one("floodlight DC-1000002 count0/chat00")},
	{"Floodlight, without cookies", "https://ad.doubleclick.net/activity;src=1000002;type=count0;cat=chat00;ord=7?", "", one("floodlight DC-1000002 count0/chat00")},
	{"Floodlight, in a frame", "https://1000002.fls.doubleclick.net/activityi;dc_pre=x;src=1000002;type=visit0;cat=home00;num=3?", "", one("floodlight DC-1000002 visit0/home00")},
	{"Meta, a custom event", "https://www.facebook.com/tr/?id=100000000000001&ev=widget_opened&cd[widget_platform]=web&eid=e-1", "", one("meta 100000000000001 widget_opened")},

	{"LinkedIn, a page visit", "https://px.ads.linkedin.com/wa/", base64Of(zipped(`{"pids":[1000003],"scriptVersion":190,"time":1795424400041,"domain":"shop.example","url":"https://shop.example/","pageTitle":"Shop","websiteSignalRequestId":"00000000-0000-4000-8000-000000000007","signalType":"PAGE_VISIT","hem":null}`)),
		one("linkedin 1000003 PAGE_VISIT")},
	{"LinkedIn, a click, as it is", "https://px4.ads.linkedin.com/wa/", `{"pids":[1000003,1000009],"url":"https://shop.example/","signalType":"CLICK","href":"#"}`, one("linkedin 1000003 CLICK")},
	{"LinkedIn, what cannot be read", "https://px.ads.linkedin.com/wa/", "H4sIAAAAAAAA/broken", one("linkedin  website signal")},
	{"LinkedIn, attribution", "https://px.ads.linkedin.com/attribution_trigger?pid=1000003&time=1795424400041&url=https%3A%2F%2Fshop.example%2F", "", one("linkedin 1000003 attribution")},

	{"Microsoft, a purchase", "https://bat.bing.net/actionp/0?ti=1000004&Ver=2&ea=purchase&gv=20&gc=EUR&evt=custom", "", one("microsoft-uet 1000004 purchase")},
	{"HubSpot, a custom event", "https://track.hubspot.com/__ptq.gif?k=3&a=1000005&id=chat+opened&v=1.1", "", one("hubspot 1000005 chat opened")},
	{"HubSpot, an identity", "https://track.hubspot.com/__ptq.gif?k=15&a=1000005&i=abc", "", one("hubspot 1000005 ")},

	{"TikTok, in the newer tracker", "https://analytics.tiktok.com/api/v2/track/", `{"event":"CompletePayment","context":{"pixel":{"code":"C000000000000000TEST"}},"properties":{"currency":"EUR","value":12.5}}`, one("tiktok C000000000000000TEST CompletePayment")},
	{"TikTok, a page view", "https://analytics.tiktok.com/api/v2/pixel/", `{"event":"Pageview","context":{"pixel":{"code":"C000000000000000TEST"}}}`, one("tiktok C000000000000000TEST Pageview")},

	{"Pinterest, with the user", "https://ct.pinterest.com/user/?event=pagevisit&ed=%7B%22np%22%3A%22gtm%22%7D&tid=2600000000001&cb=1795424400041", "", one("pinterest 2600000000001 pagevisit")},
	{"Pinterest, an add to cart with the user", "https://ct.pinterest.com/user/?tid=2600000000001&event=addtocart&ed=%7B%22value%22%3A9%2C%22currency%22%3A%22EUR%22%7D&cb=2", "", one("pinterest 2600000000001 addtocart")},
	{"Pinterest, who the user is", "https://ct.pinterest.com/user/?tid=2600000000001&cb=1795424400041", "", nil},
	{"Pinterest, the start", "https://ct.pinterest.com/v3/?tid=2600000000001&event=init&ad=%7B%22loc%22%3A%22https%3A%2F%2Fshop.example%2F%22%7D&cb=3", "", one("pinterest 2600000000001 init")},

	{"Snapchat, as JSON", "https://tr.snapchat.com/p", `{"pid":"00000000-0000-4000-8000-000000000001","ev":"PURCHASE","pl":"https://shop.example/","e_pr":"99.5","e_cur":"EUR","ts":1795424400041}`, one("snapchat 00000000-0000-4000-8000-000000000001 PURCHASE")},
	{"Snapchat, several as JSON", "https://tr.snapchat.com/p", `{"pid":"00000000-0000-4000-8000-000000000001","v":"3.5","req":[{"ev":"PAGE_VIEW"},{"ev":"ADD_CART","e_ni":1}]}`,
		[]string{"snapchat 00000000-0000-4000-8000-000000000001 PAGE_VIEW [0 of 2]", "snapchat 00000000-0000-4000-8000-000000000001 ADD_CART [1 of 2]"}},
	{"Snapchat, as an image", "https://tr.snapchat.com/p?pid=00000000-0000-4000-8000-000000000001&ev=PAGE_VIEW&noscript=1", "", one("snapchat 00000000-0000-4000-8000-000000000001 PAGE_VIEW")},
	{"Snapchat, a match of cookies", "https://tr.snapchat.com/cm/i?pid=00000000-0000-4000-8000-000000000001", "", nil},

	{"X, an event of the Events Manager", "https://t.co/1/i/adsct?bci=4&eci=3&event=%7B%22value%22%3A%2210%22%2C%22currency%22%3A%22EUR%22%7D&event_id=00000000-0000-4000-8000-000000000002&p_id=Twitter&pl_id=00000000-0000-4000-8000-000000000003&tw_document_href=https%3A%2F%2Fshop.example%2F&txn_id=tw-t35t1-t35t2&type=javascript&version=2.3.33", "", one("x t35t1 tw-t35t1-t35t2")},
	{"X, the same to its other host", "https://analytics.twitter.com/1/i/adsct?bci=4&eci=3&event=%7B%22value%22%3A%2210%22%2C%22currency%22%3A%22EUR%22%7D&event_id=00000000-0000-4000-8000-000000000002&p_id=Twitter&pl_id=00000000-0000-4000-8000-000000000003&tw_document_href=https%3A%2F%2Fshop.example%2F&txn_id=tw-t35t1-t35t2&type=javascript&version=2.3.33", "", one("x t35t1 tw-t35t1-t35t2")},
	{"X, a page view", "https://t.co/1/i/adsct?bci=4&eci=3&event=%7B%7D&event_id=00000000-0000-4000-8000-000000000004&p_id=Twitter&txn_id=t35t1&type=javascript", "", one("x t35t1 page view")},
	{"X, a page view, older", "https://analytics.twitter.com/i/adsct?p_id=Twitter&p_user_id=0&txn_id=t35t1&events=%5B%5B%22pageview%22%2C%7B%7D%5D%5D", "", one("x t35t1 pageview")},

	{"Reddit, a page visit", "https://alb.reddit.com/rp.gif?ts=1&id=a2_test&event=PageVisit&uuid=u", "", one("reddit a2_test PageVisit")},
	{"Reddit, a purchase", "https://alb.reddit.com/rp.gif?ts=1&id=a2_test&event=Purchase&m.value=12", "", one("reddit a2_test Purchase")},
	{"Criteo, a sale", "https://sslwidget.criteo.com/event?a=10006&p0=e%3Dvc%26id%3DN-1%26p%3Dalba", "", one("criteo 10006 trackTransaction [key]")},
	{"Criteo, the home page", "https://widget.criteo.com/event?a=10006&p0=e%3Dvh", "", one("criteo 10006 viewHome")},

	{"Universal Analytics, a page view", "https://www.google-analytics.com/j/collect?v=1&_v=j101&t=pageview&tid=UA-1000007-1&cid=1.2&dl=https%3A%2F%2Fshop.example%2F", "", one("universal-analytics UA-1000007-1 page view")},
	{"Universal Analytics, an event", "https://www.google-analytics.com/collect", "v=1&t=event&ec=chat&ea=opened&el=web&tid=UA-1000007-1&cid=1.2", one("universal-analytics UA-1000007-1 opened")},
	{"Universal Analytics, several", "https://www.google-analytics.com/batch", "v=1&t=pageview&tid=UA-1000007-1&cid=1.2\nv=1&t=timing&tid=UA-1000007-1&cid=1.2\n",
		[]string{"universal-analytics UA-1000007-1 page view [0 of 2]", "universal-analytics UA-1000007-1 timing [1 of 2]"}},

	{"Adobe Analytics, a page view", "https://shop.sc.omtrdc.net/b/ss/shoprsid/1/JS-2.22.0/s1234?AQB=1&ndh=1&pageName=home&g=https%3A%2F%2Fshop.example%2F&events=event1&v1=web&AQE=1", "", one("adobe-analytics shoprsid page view")},
	{"Adobe Analytics, a link", "https://metrics.shop.example/b/ss/shoprsid,shopglobal/10/JS-2.22.0/s5678?AQB=1&pe=lnk_o&pev2=chat%20opened&AQE=1", "", one("adobe-analytics shoprsid,shopglobal chat opened")},
	{"Adobe Analytics, a purchase, in the body", "https://shop.sc.omtrdc.net/b/ss/shoprsid/1/JS-2.22.0/s9", "AQB=1&pageName=thanks&events=purchase,event7&products=%3BSKU1%3B1%3B50&AQE=1", one("adobe-analytics shoprsid purchase [key]")},

	{"Adobe Web SDK, a page view", "https://edge.adobedc.net/ee/v1/interact?configId=00000000-0000-4000-8000-000000000005&requestId=r", `{"meta":{"state":{}},"events":[{"xdm":{"eventType":"web.webpagedetails.pageViews","web":{"webPageDetails":{"URL":"https://shop.example/"}}}}]}`, one("adobe-web-sdk 00000000-0000-4000-8000-000000000005 web.webpagedetails.pageViews")},
	{"Adobe Web SDK, a purchase through the site's own host", "https://data.shop.example/ee/or2/v1/interact?configId=00000000-0000-4000-8000-000000000005", `{"events":[{"xdm":{"eventType":"commerce.purchases","commerce":{"purchases":{"value":1}}}}]}`, one("adobe-web-sdk 00000000-0000-4000-8000-000000000005 commerce.purchases [key]")},
	{"Adobe Web SDK, while the page unloads", "https://edge.adobedc.net/ee/v1/collect?configId=00000000-0000-4000-8000-000000000005", `{"events":[{"xdm":{"eventType":"web.webinteraction.linkClicks"}},{"xdm":{}}]}`,
		[]string{"adobe-web-sdk 00000000-0000-4000-8000-000000000005 web.webinteraction.linkClicks [0 of 2]", "adobe-web-sdk 00000000-0000-4000-8000-000000000005 event [1 of 2]"}},

	{"Piwik PRO, a page view", "https://shop.piwik.pro/ppms.php?action_name=Shop&idsite=00000000-0000-4000-8000-000000000006&rec=1&r=1&url=https%3A%2F%2Fshop.example%2F", "", one("piwik-pro 00000000-0000-4000-8000-000000000006 page view")},
	{"Piwik PRO, an event", "https://shop.containers.piwik.pro/ppms.php", "e_c=chat&e_a=opened&idsite=00000000-0000-4000-8000-000000000006&rec=1", one("piwik-pro 00000000-0000-4000-8000-000000000006 opened")},
	{"Piwik PRO, several", "https://shop.piwik.pro/ppms.php", `{"requests":["?idsite=s&rec=1&idgoal=g-1","?idsite=s&rec=1&search=lamp"]}`, []string{"piwik-pro s goal g-1 [key, 0 of 2]", "piwik-pro s site search [1 of 2]"}},

	{"Segment, an event", "https://api.segment.io/v1/t", `{"type":"track","event":"Chat Opened","properties":{"platform":"web"},"anonymousId":"a","writeKey":"wk1"}`, one("segment wk1 Chat Opened")},
	{"Segment, a page", "https://api.segment.io/v1/p", `{"type":"page","name":"Home","properties":{"url":"https://shop.example/"},"writeKey":"wk1"}`, one("segment wk1 page view")},
	{"Segment, several", "https://events.eu1.segmentapis.com/v1/b", `{"writeKey":"wk1","batch":[{"type":"identify","userId":"u"},{"type":"track","event":"Paid"}]}`, []string{"segment wk1 identify [0 of 2]", "segment wk1 Paid [1 of 2]"}},
	{"Segment, settings", "https://cdn-settings.segment.com/v1/projects/wk1/settings", "", nil},

	{"RudderStack, an event", "https://shop.dataplane.rudderstack.com/v1/track", `{"type":"track","event":"Chat Opened","anonymousId":"a","channel":"web"}`, one("rudderstack  Chat Opened")},
	{"RudderStack, a page", "https://shop.dataplane.rudderstack.com/v1/page", `{"type":"page","name":"Home","anonymousId":"a"}`, one("rudderstack  page view")},
	{"RudderStack, as a beacon", "https://shop.dataplane.rudderstack.com/beacon/v1/batch?writeKey=wk2", `{"batch":[{"type":"track","event":"A"},{"type":"group"}]}`, []string{"rudderstack wk2 A [0 of 2]", "rudderstack wk2 group [1 of 2]"}},

	{"Snowplow, a page view", "https://collector.shop.example/i?e=pv&url=https%3A%2F%2Fshop.example%2F&page=Shop&tv=js-3.24.0&tna=sp&aid=shop&p=web&eid=e", "", one("snowplow shop page view")},
	{"Snowplow, self-describing events", "https://collector.shop.example/com.snowplowanalytics.snowplow/tp2",
		`{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[{"e":"ue","ue_px":"` + base64Of(`{"schema":"iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0","data":{"schema":"iglu:example.shop/chat_opened/jsonschema/1-0-0","data":{"platform":"web"}}}`) + `","tv":"js-3.24.0","p":"web","aid":"shop"},{"e":"se","se_ca":"chat","se_ac":"closed","tv":"js-3.24.0","p":"web","aid":"shop"}]}`,
		[]string{"snowplow shop chat_opened [0 of 2]", "snowplow shop closed [1 of 2]"}},
	{"Snowplow, a path of the site's own", "https://shop.example/com.shop/track", `{"schema":"iglu:com.snowplowanalytics.snowplow/payload_data/jsonschema/1-0-4","data":[{"e":"pp","tv":"js-4.0.0","p":"web","aid":"shop","eid":"e","dtm":"1795424400041"}]}`, one("snowplow shop page ping")},

	{"Amplitude, events", "https://api2.amplitude.com/2/httpapi", `{"api_key":"ak1","events":[{"event_type":"chat opened","device_id":"d"},{"event_type":"[Amplitude] Page Viewed","device_id":"d"}]}`, []string{"amplitude ak1 chat opened [0 of 2]", "amplitude ak1 [Amplitude] Page Viewed [1 of 2]"}},
	{"Amplitude, in Europe", "https://api.eu.amplitude.com/2/httpapi", `{"api_key":"ak1","events":[{"event_type":"$identify"}],"options":{}}`, one("amplitude ak1 $identify")},
	{"Amplitude, the older script", "https://api.amplitude.com/", "checksum=x&client=ak1&e=%5B%7B%22event_type%22%3A%22chat%20opened%22%7D%5D&v=2", one("amplitude ak1 chat opened")},

	{"Mixpanel, an event", "https://api-js.mixpanel.com/track/?verbose=1&ip=1", "data=%5B%7B%22event%22%3A%22Chat%20Opened%22%2C%22properties%22%3A%7B%22token%22%3A%22mp1%22%7D%7D%5D", one("mixpanel mp1 Chat Opened")},
	{"Mixpanel, in base64", "https://api.mixpanel.com/track/?data=" + base64Of(`{"event":"$mp_web_page_view","properties":{"token":"mp1"}}`), "", one("mixpanel mp1 page view")},
	{"Mixpanel, a profile", "https://api-eu.mixpanel.com/engage/", "data=%5B%7B%22%24token%22%3A%22mp1%22%2C%22%24set%22%3A%7B%22plan%22%3A%22gold%22%7D%7D%5D", one("mixpanel mp1 profile update")},

	{"PostHog, a page view", "https://eu.i.posthog.com/i/v0/e/?ip=1&ver=1.2", `{"event":"$pageview","properties":{"token":"phc_1","$current_url":"https://shop.example/"}}`, one("posthog phc_1 page view")},
	{"PostHog, compressed", "https://us.i.posthog.com/e/?compression=gzip-js", zipped(`[{"event":"chat opened","properties":{"token":"phc_1"}},{"event":"$autocapture","properties":{"token":"phc_1"}}]`), []string{"posthog phc_1 chat opened [0 of 2]", "posthog phc_1 $autocapture [1 of 2]"}},
	{"PostHog, several", "https://app.posthog.com/batch/", `{"api_key":"phc_1","batch":[{"event":"a"},{"event":"b"}]}`, []string{"posthog phc_1 a [0 of 2]", "posthog phc_1 b [1 of 2]"}},

	{"PostHog, a recording", "https://us.i.posthog.com/s/?ip=1", `{"event":"$snapshot","properties":{"token":"phc_1","$snapshot_data":[1,2,3]}}`, one("posthog phc_1 recording")},

	{"Plausible, a page view", "https://plausible.io/api/event", `{"n":"pageview","u":"https://shop.example/","d":"shop.example","r":null}`, one("plausible shop.example page view")},
	{"Plausible, a goal through the site", "https://shop.example/stats/api/event", `{"n":"Chat opened","u":"https://shop.example/","d":"shop.example","p":{"platform":"web"}}`, one("plausible shop.example Chat opened")},
	{"Plausible, with the names of its documentation", "https://plausible.io/api/event", `{"name":"pageview","url":"https://shop.example/","domain":"shop.example"}`, one("plausible shop.example page view")},
	{"an event of a calendar", "https://shop.example/api/event", `{"name":"Lunch","date":"2026-11-30"}`, nil},

	{"Clarity", "https://z.clarity.ms/collect", `{"e":["0.7.58",1,0,512,"clar1ty0id","u","s",1,0,0,0,"https://shop.example/"],"a":[],"p":[]}`, one("microsoft-clarity clar1ty0id recording")},
	{"Clarity, compressed", "https://q.clarity.ms/collect", zipped(`{"e":["0.7.58",2,0,99,"clar1ty0id","u","s",1,1,0,0,"https://shop.example/"],"a":[]}`), one("microsoft-clarity clar1ty0id recording")},
	{"Clarity, in Europe, without a body", "https://n.clarity.ms/eus2/collect", "", one("microsoft-clarity  recording")},
	{"Clarity's script", "https://www.clarity.ms/tag/clar1ty0id", "", nil},

	{"Hotjar, a visit", "https://in.hotjar.com/api/v2/client/sites/1000008/visit-data?sv=7", `{"page":"/"}`, one("hotjar 1000008 visit-data")},
	{"Hotjar, content of a recording", "https://content.hotjar.io/?site_id=1000008&gzip=1", "", one("hotjar 1000008 recording")},
	{"Hotjar, a session", "https://vc.hotjar.io/sessions/1000008?s=0.25&r=0.1", "", one("hotjar 1000008 session")},

	{"Klaviyo, an event", "https://a.klaviyo.com/client/events/?company_id=KLV001", `{"data":{"type":"event","attributes":{"metric":{"data":{"type":"metric","attributes":{"name":"Chat Opened"}}}}}}`, one("klaviyo KLV001 Chat Opened")},
	{"Klaviyo, a profile", "https://a.klaviyo.com/client/profiles/?company_id=KLV001", `{"data":{"type":"profile"}}`, one("klaviyo KLV001 identify")},
	{"Klaviyo, the older API", "https://a.klaviyo.com/api/track?data=" + base64Of(`{"token":"KLV001","event":"Viewed Product","customer_properties":{}}`), "", one("klaviyo KLV001 Viewed Product")},
	{"Klaviyo, on the site", "https://a.klaviyo.com/onsite/track-analytics?company_id=KLV001", `{}`, one("klaviyo KLV001 track-analytics")},

	{"Tealium, an event", "https://collect.tealiumiq.com/event", `{"tealium_account":"shop","tealium_profile":"main","tealium_event":"chat_opened"}`, one("tealium shop/main chat_opened")},
	{"Tealium, as a query", "https://collect.tealiumiq.com/event?tealium_account=shop&tealium_profile=main&tealium_event=page_view", "", one("tealium shop/main page_view")},
	{"Tealium, the Collect tag", "https://collect-eu-central-1.tealiumiq.com/shop/main/2/i.gif", "------WebKitFormBoundaryT\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{\"data\":{\"tealium_event\":\"view\"}}\r\n------WebKitFormBoundaryT--\r\n", one("tealium shop/main view")},

	{"Braze, an event", "https://sdk.iad-01.braze.com/api/v3/data/", `{"api_key":"bz1","device_id":"d","events":[{"name":"ce","time":1,"data":{"n":"chat opened"}}],"respond_with":{}}`, one("braze bz1 chat opened")},
	{"Braze, a purchase", "https://sdk.fra-01.braze.eu/api/v3/data/", `{"api_key":"bz1","events":[{"name":"p","data":{"pid":"SKU1","c":"EUR","p":50,"q":1}},{"name":"ss"}]}`, []string{"braze bz1 purchase [key, 0 of 2]", "braze bz1 session start [1 of 2]"}},
	{"Braze, attributes", "https://sdk.iad-01.braze.com/api/v3/data/", `{"api_key":"bz1","attributes":[{"first_name":"x"}]}`, one("braze bz1 user attributes")},

	{"Taboola, a page view", "https://trc.taboola.com/1000010/log/3/unip?en=page_view&item-url=https%3A%2F%2Fshop.example%2F", "", one("taboola 1000010 page_view")},
	{"Taboola, a purchase", "https://trc-events.taboola.com/1000010/log/3/unip?en=make_purchase&revenue=12.5&currency=EUR&orderid=N-1", "", one("taboola 1000010 make_purchase")},
	{"Taboola, an action of the site's own", "https://trc.taboola.com/shop-sc/log/3/unip?en=chat_opened", "", one("taboola shop-sc chat_opened")},

	{"Outbrain, a page view", "https://tr.outbrain.com/unifiedPixel?marketerId=00ob&obApiVersion=1.1&name=PAGE_VIEW&dl=https%3A%2F%2Fshop.example%2F&optOut=false&bust=1", "", one("outbrain 00ob page view")},
	{"Outbrain, a purchase", "https://tr.outbrain.com/unifiedPixel?orderValue=12.25&currency=EUR&orderId=N-1&marketerId=00ob&name=purchase", "", one("outbrain 00ob purchase")},
	{"Outbrain, an image", "https://tr.outbrain.com/pixel?marketerId=00ob", "", one("outbrain 00ob page view")},

	{"The Trade Desk, the universal pixel", "https://insight.adsrvr.org/track/up?adv=ttd1&ref=https%3A%2F%2Fshop.example%2F&upid=up1&upv=1.1.0", "", one("the-trade-desk ttd1 universal pixel")},
	{"The Trade Desk, an image", "https://insight.adsrvr.org/track/pxl/?adv=ttd1&ct=0:tag1&fmt=3", "", one("the-trade-desk ttd1 pixel")},
	{"The Trade Desk, a conversion", "https://insight.adsrvr.org/track/conv/?adv=ttd1&ct=0:tag1&orderid=N-1&v=12.5&vf=EUR", "", one("the-trade-desk ttd1 conversion [key]")},

	{"Amazon Ads, a page view", "https://s.amazon-adsystem.com/iu3?pid=00000000-0000-4000-8000-000000000008&event=PageView&ts=1795424400041", "", one("amazon-ads 00000000-0000-4000-8000-000000000008 PageView")},
	{"Amazon Ads, a purchase", "https://s.amazon-adsystem.com/iu3?pid=00000000-0000-4000-8000-000000000008&event=Off-AmazonPurchases&value=12.5&currencyCode=EUR&ts=1", "", one("amazon-ads 00000000-0000-4000-8000-000000000008 Off-AmazonPurchases")},
	{"Amazon Ads, an older pixel", "https://s.amazon-adsystem.com/iui3?d=forester-did&ex-fargs=%3Fid%3Dx%26type%3D4&ex-fch=416613", "", one("amazon-ads forester-did conversion")},
	{"Amazon, an ad", "https://aax.amazon-adsystem.com/e/dtb/bid?src=1", "", nil},

	{"Quora, a page view", "https://q.quora.com/_/ad/q0ra/pixel?j=1&u=https%3A%2F%2Fshop.example%2F&tag=ViewContent&ts=1", "", one("quora q0ra ViewContent")},
	{"Quora, a purchase", "https://q.quora.com/_/ad/q0ra/pixel?j=1&tag=Purchase&value=12.5", "", one("quora q0ra Purchase")},
	{"Quora, without scripts", "https://q.quora.com/_/ad/q0ra/pixel?tag=Generic&noscript=1", "", one("quora q0ra Generic")},

	{"Spotify, a page view", "https://pixels.spotify.com/v1/ingest", `{"batch":[{"pid":"sp1","events":[{"action":"view","data":{"url":"https://shop.example/"}}]}]}`, one("spotify sp1 view")},
	{"Spotify, events", "https://pixels.spotify.com/v1/ingest", `{"pid":"sp1","events":[{"action":"lead"},{"action":"purchase"}]}`, []string{"spotify sp1 lead [0 of 2]", "spotify sp1 purchase [1 of 2]"}},
	{"Spotify, an image", "https://pixels.spotify.com/v1/pixel?pid=sp1&action=view", "", one("spotify sp1 view")},

	{"Comscore, a page view", "https://sb.scorecardresearch.com/b?c1=2&c2=1000011&c7=https%3A%2F%2Fshop.example%2F&c8=Shop&c9=&cv=4.0", "", one("comscore 1000011 page view")},
	{"Comscore, the page in the background", "https://sb.scorecardresearch.com/p?c1=2&c2=1000011&ns_type=hidden&cv=4.0&c4=https%3A%2F%2Fshop.example%2F", "", one("comscore 1000011 hidden")},
	{"Comscore, a video", "https://sb.scorecardresearch.com/p2?c1=19&c2=1000011&ns_st_ev=play", "", one("comscore 1000011 video play")},
	{"Comscore's script", "https://sb.scorecardresearch.com/beacon.js", "", nil},

	{"Parse.ly, a page view", "https://p1.parsely.com/plogger/?rand=1&plid=p&idsite=shop.example&url=https%3A%2F%2Fshop.example%2F&action=pageview", "", one("parsely shop.example page view")},
	{"Parse.ly, a heartbeat", "https://p1.parsely.com/px/?rand=1&idsite=shop.example&action=heartbeat&inc=5", "", one("parsely shop.example heartbeat")},
	{"Parse.ly, a conversion through the site's own host", "https://fpa-events.shop.example/px/?rand=1&idsite=shop.example&action=conversion&data=%7B%22_conversion_type%22%3A%22lead_capture%22%7D", "", one("parsely shop.example conversion [key]")},

	{"FullStory, a page", "https://rs.fullstory.com/rec/page", `{"OrgId":"FS1","Url":"https://shop.example/","Width":1280}`, one("fullstory FS1 page view")},
	{"FullStory, a recording", "https://rs.fullstory.com/rec/bundle/v2?OrgId=FS1&UserId=u&SessionId=s&PageId=p&Seq=1", `{"Seq":1,"When":0,"Evts":[]}`, one("fullstory FS1 recording")},
	{"FullStory, in Europe", "https://rs.eu1.fullstory.com/rec/integrations?OrgId=FS1", "", one("fullstory FS1 integrations")},

	{"Optimizely, an event", "https://logx.optimizely.com/v1/events", `{"account_id":"1000012","project_id":"1","visitors":[{"visitor_id":"v","snapshots":[{"decisions":[],"events":[{"entity_id":"1","key":"chat_opened","type":"custom"}]}]}]}`, one("optimizely 1000012 chat_opened")},
	{"Optimizely, a decision", "https://logx.optimizely.com/v1/events", `{"account_id":"1000012","visitors":[{"snapshots":[{"decisions":[{"campaign_id":"1"}],"events":[{"type":"campaign_activated"}]}]}]}`, one("optimizely 1000012 campaign_activated")},
	{"Optimizely, the older log", "https://1000012.log.optimizely.com/event?a=1000012&d=1&n=visit&u=oeu1", "", one("optimizely 1000012 visit")},

	{"Dynamic Yield, a page", "https://async-px.dynamicyield.com/uia?cnst=1&_=1&sec=1000013", "", one("dynamic-yield 1000013 page view")},
	{"Dynamic Yield, an event", "https://async-px.dynamicyield.com/dpx?cnst=1&_=1&name=Add%20to%20Cart&props=%7B%22dyType%22%3A%22add-to-cart-v1%22%7D&sec=1000013", "", one("dynamic-yield 1000013 Add to Cart")},
	{"Dynamic Yield, in Europe", "https://async-px-eu.dynamicyield.eu/var?sec=1000013&exps=1", "", one("dynamic-yield 1000013 variation impression")},
}

func TestShapes(t *testing.T) {
	for _, tt := range shapes {
		t.Run(tt.name, func(t *testing.T) {
			r := hits.Request{Method: "GET", URL: tt.url}
			if tt.body != "" {
				r.Method, r.Body = "POST", []byte(tt.body)
			}
			var got []string
			for _, hit := range new(hits.Reader).Decode(r) {
				got = append(got, describe(hit))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if tt.want != nil && !new(hits.Reader).Concerns(hits.Request{Method: r.Method, URL: r.URL}) {
				t.Error("its body would not be asked for")
			}
		})
	}
}

// Every vendor is tested with at least three requests.
func TestShapesOfEachVendor(t *testing.T) {
	seen := map[string]int{}
	add := func(url, body string) {
		for _, hit := range new(hits.Reader).Decode(hits.Request{URL: url, Body: []byte(body)}) {
			seen[hit.Vendor]++
			return
		}
	}
	for _, s := range shapes {
		add(s.url, s.body)
	}
	for _, r := range requests {
		add(r.url, r.body)
	}
	for _, vendor := range hits.Vendors() {
		if seen[vendor] < 3 {
			t.Errorf("%s is tested with %d requests", vendor, seen[vendor])
		}
	}
}

// An event that a script sends to two hosts is counted once, however often it is sent.
func TestCopies(t *testing.T) {
	const query = "?event=%7B%7D&p_id=Twitter&txn_id=tw-t35t1-t35t2&event_id="
	tests := []struct {
		name string
		urls []string
		want int
	}{
		{"to both hosts", []string{"https://t.co/1/i/adsct" + query + "1", "https://analytics.twitter.com/1/i/adsct" + query + "1"}, 1},
		{"to one host only", []string{"https://t.co/1/i/adsct" + query + "1"}, 1},
		{"two events", []string{"https://t.co/1/i/adsct" + query + "1", "https://t.co/1/i/adsct" + query + "2", "https://analytics.twitter.com/1/i/adsct" + query + "2", "https://analytics.twitter.com/1/i/adsct" + query + "1"}, 2},
		{"two events that are equal", []string{"https://t.co/i/adsct" + query, "https://t.co/i/adsct" + query, "https://analytics.twitter.com/i/adsct" + query, "https://analytics.twitter.com/i/adsct" + query}, 2},
		{"of a vendor without copies", []string{"https://alb.reddit.com/rp.gif?id=a&event=b", "https://alb.reddit.com/rp.gif?id=a&event=b"}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, n := new(hits.Reader), 0
			for _, url := range tt.urls {
				n += len(r.Decode(hits.Request{Method: "GET", URL: url}))
			}
			if n != tt.want {
				t.Errorf("%d hits, want %d", n, tt.want)
			}
		})
	}
}
