package engine_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/internal/golden"
)

// sent lists what the tags of a message send, one line per parameter: its name, and its
// value or why that isn't known.
func sent(tags []gtm.TagVerdict) []string {
	var lines []string
	for _, v := range tags {
		if v.Status == gtm.StatusNotTriggered {
			continue
		}
		for _, p := range v.Sends {
			switch {
			case p.Known:
				lines = append(lines, fmt.Sprintf("%s: %s", p.Name, datalayer.Encode(nil, p.Value)))
			case p.Partial != "":
				lines = append(lines, fmt.Sprintf("%s: ? %s (%s)", p.Name, p.Unknown(), p.Partial))
			default:
				lines = append(lines, fmt.Sprintf("%s: ? %s", p.Name, p.Unknown()))
			}
		}
	}
	return lines
}

// exported returns an export with variables and one tag that fires on every event.
func exported(typ, parameters string, variables ...string) string {
	return fmt.Sprintf(`{"containerVersion":{"container":{"publicId":"GTM-A1","usageContext":["WEB"]},
		"tag":[{"tagId":"1","name":"Tag","type":%q,"parameter":[%s],"firingTriggerId":["9"]},
			{"tagId":"2","name":"GA4 base","type":"gaawc","parameter":[{"type":"TEMPLATE","key":"measurementId","value":"G-BASE"}]}],
		"trigger":[{"triggerId":"9","name":"All","type":"CUSTOM_EVENT","customEventFilter":[{"type":"EQUALS","parameter":[
			{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":"t"}]}]}],
		"variable":[%s]}}`, typ, parameters, strings.Join(variables, ","))
}

func template(key, value string) string {
	return fmt.Sprintf(`{"type":"TEMPLATE","key":%q,"value":%q}`, key, value)
}

func boolean(key, value string) string {
	return fmt.Sprintf(`{"type":"BOOLEAN","key":%q,"value":%q}`, key, value)
}

// tableOf returns a table of two columns.
func tableOf(key, first, second string, pairs ...string) string {
	var rows []string
	for i := 0; i < len(pairs); i += 2 {
		rows = append(rows, fmt.Sprintf(`{"type":"MAP","map":[%s,%s]}`, template(first, pairs[i]), template(second, pairs[i+1])))
	}
	return fmt.Sprintf(`{"type":"LIST","key":%q,"list":[%s]}`, key, strings.Join(rows, ","))
}

func variableOf(name, typ string, parameters ...string) string {
	return fmt.Sprintf(`{"name":%q,"type":%q,"parameter":[%s]}`, name, typ, strings.Join(parameters, ","))
}

// dlv returns a data layer variable of version 2 that is named like its key.
func dlv(key string, more ...string) string {
	return variableOf(key, "v", append(more, template("name", key), `{"type":"INTEGER","key":"dataLayerVersion","value":"2"}`)...)
}

// What tags send, derived by hand from Google Tag Manager's rules.
func TestSends(t *testing.T) {
	const event = `{"event":"t","n":7,"s":"seven","yes":true,"nothing":null,"list":[1,"b"],"o":{"a":1,"b":"x"},"ecommerce":{"currency":"EUR","items":[{"item_id":"A"}]}}`
	all := []string{dlv("n"), dlv("s"), dlv("yes"), dlv("nothing"), dlv("missing"), dlv("list"), dlv("o"),
		dlv("fallback", boolean("setDefaultValue", "true"), template("defaultValue", "none")),
		variableOf("cookie", "k", template("name", "_ga")),
		variableOf("id", "c", template("value", "G-ONE")),
		variableOf("lookup", "smm", template("input", "{{s}}"), tableOf("map", "key", "value", "seven", "{{n}}", "eight", "8"), boolean("setDefaultValue", "false")),
		variableOf("regex", "remm", template("input", "{{s}}"), boolean("replaceAfterMatch", "true"), boolean("fullMatch", "false"), boolean("ignoreCase", "true"),
			tableOf("map", "key", "value", "(SEV)en", "$1-$1")),
		`{"name":"upper","type":"v","parameter":[{"type":"TEMPLATE","key":"name","value":"s"},{"type":"INTEGER","key":"dataLayerVersion","value":"2"}],"formatValue":{"caseConversionType":"uppercase"}}`,
		variableOf("settings", "gtes", tableOf("eventSettingsTable", "parameter", "parameterValue", "shared", "{{n}}", "own", "not this"),
			tableOf("userProperties", "name", "value", "plan", "{{s}}")),
		variableOf("config", "gtcs", tableOf("configSettingsTable", "parameter", "parameterValue", "send_page_view", "false")),
	}
	for _, tt := range []struct {
		name, typ, parameters string
		want                  []string
	}{
		{"GA4 event", "gaawe", template("measurementIdOverride", "{{id}}") + "," + template("eventName", "chat_{{Event}}") + "," + boolean("sendEcommerceData", "false") + "," +
			tableOf("eventSettingsTable", "parameter", "parameterValue", "n", "{{n}}", "text", "n is {{n}}, {{missing}}{{nothing}}.", "yes", "{{yes}}", "none", "{{nothing}}", "gone", "{{missing}}") + "," +
			tableOf("userProperties", "name", "value", "p_{{n}}", "{{s}}"), []string{
			`Measurement ID: "G-ONE"`, `Event Name: "chat_t"`, `Event Parameters.n: 7`, `Event Parameters.text: "n is 7, ."`, `Event Parameters.yes: true`,
			`Event Parameters.none: null`, `Event Parameters.gone: {"$":"undefined"}`, `User Properties.p_7: "seven"`}},
		{"GA4 event of the older form, that names its configuration tag", "gaawe", `{"type":"TAG_REFERENCE","key":"measurementId","value":"GA4 base"},` +
			template("eventName", "e") + "," + tableOf("eventParameters", "name", "value", "list", "{{list}}"), []string{
			`Measurement ID: "G-BASE"`, `Event Name: "e"`, `Event Parameters.list: [1,"b"]`}},
		{"GA4 event with a settings variable", "gaawe", template("eventName", "e") + "," + tableOf("eventSettingsTable", "parameter", "parameterValue", "own", "1") + "," +
			template("eventSettingsVariable", "{{settings}}"), []string{
			`Event Name: "e"`, `Event Parameters.own: "1"`, `Event Parameters.shared: 7`, `User Properties.plan: "seven"`}},
		{"ecommerce from the data layer", "gaawe", template("eventName", "purchase") + "," + boolean("sendEcommerceData", "true") + "," + template("getEcommerceDataFrom", "dataLayer"), []string{
			`Event Name: "purchase"`, `Send Ecommerce data: true`, `Ecommerce Data Source: "dataLayer"`, `Ecommerce.currency: "EUR"`, `Ecommerce.items: [{"item_id":"A"}]`}},
		{"ecommerce from a variable", "gaawe", template("eventName", "purchase") + "," + boolean("sendEcommerceData", "true") + "," + template("getEcommerceDataFrom", "customObject") + "," +
			template("ecommerceMacroData", "{{o}}"), []string{
			`Event Name: "purchase"`, `Send Ecommerce data: true`, `Ecommerce Data Source: "customObject"`, `Ecommerce.a: 1`, `Ecommerce.b: "x"`}},
		{"Google tag", "googtag", template("tagId", "{{id}}") + "," + tableOf("configSettingsTable", "parameter", "parameterValue", "user_id", "{{fallback}}") + "," +
			template("configSettingsVariable", "{{config}}") + "," + template("eventSettingsVariable", "{{settings}}"), []string{
			`Tag ID: "G-ONE"`, `Configuration Settings.user_id: "none"`, `Configuration Settings.send_page_view: "false"`,
			`Shared Event Settings.shared: 7`, `Shared Event Settings.own: "not this"`}},
		{"GA4 configuration", "gaawc", template("measurementId", "G-1") + "," + boolean("sendPageView", "true") + "," + tableOf("fieldsToSet", "name", "value", "debug_mode", "{{yes}}"), []string{
			`Measurement ID: "G-1"`, `Send a page view event when this configuration loads: true`, `Fields to Set.debug_mode: true`}},
		{"Ads conversion", "awct", template("conversionId", "123") + "," + template("conversionLabel", "abc") + "," + template("conversionValue", "{{n}}") + "," +
			template("orderId", "{{s}}") + "," + template("currencyCode", "EUR") + "," + boolean("rdp", "false"), []string{
			`Conversion ID: "123"`, `Conversion Label: "abc"`, `Conversion Value: 7`, `Transaction ID: "seven"`, `Currency Code: "EUR"`}},
		{"Ads remarketing", "sp", template("conversionId", "123") + "," + template("customParamsFormat", "USER_SPECIFIED") + "," + tableOf("customParams", "key", "value", "ecomm_total", "{{n}}"), []string{
			`Conversion ID: "123"`, `Custom Parameters: "USER_SPECIFIED"`, `Custom Parameters.ecomm_total: 7`}},
		{"Floodlight counter", "flc", template("groupTag", "g") + "," + template("activityTag", "a") + "," + template("advertiserId", "5") + "," + template("ordinalType", "STANDARD") + "," +
			tableOf("customVariable", "key", "value", "u1", "{{s}}"), []string{
			`Advertiser ID: "5"`, `Group Tag String: "g"`, `Activity Tag String: "a"`, `Counting Method: "STANDARD"`, `Custom Variables.u1: "seven"`}},
		{"Floodlight sales", "fls", template("advertiserId", "5") + "," + template("revenue", "{{n}}") + "," + template("orderId", "{{s}}"), []string{
			`Advertiser ID: "5"`, `Revenue: 7`, `Order ID: "seven"`}},
		{"HTML", "html", template("html", "<script>track('{{s}}', {{n}}, '{{nothing}}')</script>") + "," + boolean("supportDocumentWrite", "false"), []string{
			`html: "<script>track('seven', 7, '')</script>"`}},
		{"HTML of which a part is not known", "html", template("html", "<b>{{s}} {{cookie}} {{n}}</b>"), []string{
			`html: ? {{cookie}}: cookies were not captured (<b>seven {{cookie}} 7</b>)`}},
		{"image", "img", template("url", "//a.example/p?s={{s}}&n={{n}}") + "," + boolean("useCacheBuster", "true") + "," + template("cacheBusterQueryParam", "gtmcb"), []string{
			`Image URL: "//a.example/p?s=seven&n=7"`, `Enable Cache Busting: true`, `Cache Busting Query Parameter: "gtmcb"`}},
		{"lookup tables and formats", "gaawe", template("eventName", "e") + "," + tableOf("eventSettingsTable", "parameter", "parameterValue",
			"lookup", "{{lookup}}", "regex", "{{regex}}", "upper", "{{upper}}", "cookie", "{{cookie}}", "both", "{{n}}-{{cookie}}"), []string{
			`Event Name: "e"`, `Event Parameters.lookup: 7`, `Event Parameters.regex: "sev-sev"`, `Event Parameters.upper: "SEVEN"`,
			`Event Parameters.cookie: ? {{cookie}}: cookies were not captured`, `Event Parameters.both: ? {{cookie}}: cookies were not captured (7-{{cookie}})`}},
		{"a custom template, by its field names", "cvt_1_2", template("pixelId", "{{n}}") + "," + boolean("advanced", "false") + "," +
			tableOf("objectProperties", "name", "value", "content", "{{s}}") + `,{"type":"LIST","key":"list","list":[` + template("", "{{s}}") + `]}`, []string{
			`pixelId: 7`, `advanced: false`, `objectProperties.content: "seven"`, `list[0]: "seven"`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t, exported(tt.typ, tt.parameters, all...))
			b.push(event)
			explained, _ := b.engine.Explain(b.pushes[0])
			got, want := strings.Join(sent(explained.Tags), "\n"), strings.Join(tt.want, "\n")
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// What the tags of publicly available exports send.
func TestSendsOfPublicContainers(t *testing.T) {
	var got strings.Builder
	for _, name := range []string{"mammothgrowth-mg-gtm-guide", "nivmalach-gtm-container-generator", "rayl4n-whatsapp-web", "trevorfox-enhanced-ecommerce-demo"} {
		c := container(t, "../testdata/containers", name+".json")
		b := &bench{engine: engine.New(c)}
		fmt.Fprintf(&got, "%s\n", filepath.Base(name))
		events := []string{"gtm.js", "gtm.dom"}
		for _, trigger := range c.Triggers {
			if trigger.Type == "Custom Event" {
				for _, condition := range trigger.Conditions {
					if condition.Operator == gtm.Equals && condition.Predicate.OnEvent {
						events = append(events, condition.Expected)
					}
				}
			}
		}
		for _, event := range events {
			b.push(fmt.Sprintf(`{"event":%q,"ecommerce":{"currency":"EUR","value":9.5,"items":[{"item_id":"A"}]},"eventCategory":"cat","eventAction":"act","user_id":"u1"}`, event))
			explained, _ := b.engine.Explain(b.pushes[len(b.pushes)-1])
			for _, v := range explained.Tags {
				if v.Status == gtm.StatusNotTriggered {
					continue
				}
				fmt.Fprintf(&got, "  %s: %s %s (%s)\n", event, v.Tag.Name, v.Status, v.Reason)
				for _, line := range sent([]gtm.TagVerdict{v}) {
					if len(line) > 160 {
						line = line[:160] + "…"
					}
					fmt.Fprintf(&got, "    %s\n", line)
				}
			}
		}
	}
	golden.Compare(t, "../testdata/containers/sends.txt", got.String())
}

// The consent state after each command.
func TestConsent(t *testing.T) {
	b := newBench(t, tagged(`{"function":"__html","consent":["list","ad_storage"]}`, `[["if",0],["add",0]]`))
	for i, step := range []struct{ command, want string }{
		{`["consent","default",{"ad_storage":"denied","wait_for_update":500}]`, "ad_storage denied  denied by 1 wait 500"},
		{`["consent","default",{"ad_storage":"granted","region":["US","CA"]}]`, "ad_storage denied  unknown by 1 wait 500 US, CA granted"},
		{`["consent","default",{"analytics_storage":"granted"}]`, "ad_storage denied  unknown by 1 wait 500 US, CA granted; analytics_storage granted  granted by 3"},
		{`["consent","update",{"ad_storage":"granted"}]`, "ad_storage denied granted granted by 1 4 wait 500 US, CA granted; analytics_storage granted  granted by 3"},
		{`["consent","default",{"ad_storage":"denied"}]`, "ad_storage denied granted granted by 5 4 wait 500 US, CA granted; analytics_storage granted  granted by 3"},
	} {
		b.gtag(step.command)
		state, _ := b.engine.State(b.pushes[i])
		var parts []string
		for _, c := range state.Consent {
			part := fmt.Sprintf("%s %s %s %s by %d", c.Type, c.Default, c.Update, c.Effective, c.DefaultBy)
			if c.UpdateBy > 0 {
				part += fmt.Sprintf(" %d", c.UpdateBy)
			}
			if c.Wait > 0 {
				part += fmt.Sprintf(" wait %d", c.Wait)
			}
			for _, r := range c.Regional {
				part += " " + r.Regions + " " + r.Default
			}
			parts = append(parts, part)
		}
		if got := strings.Join(parts, "; "); got != step.want {
			t.Errorf("after %s:\n got %s\nwant %s", step.command, got, step.want)
		}
	}
}

// Tags that consent held back, and whether they fired later.
func TestHeldBack(t *testing.T) {
	b := newBench(t, tagged(`{"function":"__html","consent":["list","ad_storage"]},{"function":"__html","consent":["list","ad_user_data"]}`, `[["if",0],["add",0,1]]`))
	b.gtag(`["consent","default",{"ad_storage":"denied","ad_user_data":"denied"}]`)
	b.push(`{"event":"t"}`)
	b.push(`{"event":"t"}`)
	b.gtag(`["consent","update",{"ad_storage":"granted"}]`)
	b.push(`{"event":"t"}`)
	var got []string
	for _, h := range b.engine.HeldBack() {
		got = append(got, fmt.Sprintf("%d %s %d times from #%d, later #%d", h.Tag.Index, h.Consent, h.Count, h.First, h.Later))
	}
	want := "0 ad_storage 2 times from #2, later #5; 1 ad_user_data 3 times from #2, later #0"
	if joined := strings.Join(got, "; "); joined != want {
		t.Errorf("got %s, want %s", joined, want)
	}
}

// Where variables' values come from.
func TestOrigins(t *testing.T) {
	b := newBench(t, exported("html", template("html", "x"), dlv("a"), dlv("b"), dlv("c", boolean("setDefaultValue", "true"), template("defaultValue", "d")),
		variableOf("k", "k", template("name", "x"))))
	b.push(`{"event":"t","a":1}`)
	b.push(`{"event":"t","b":2}`)
	explained, _ := b.engine.Explain(b.pushes[1])
	var got []string
	for _, r := range explained.Variables {
		got = append(got, fmt.Sprintf("%s %s %d", r.Variable.Name, r.From, r.SetBy.Seq))
	}
	if joined := strings.Join(got, ", "); joined != "a left-over 1, b message 2, c default 0, k unknown 0, _event message 0" {
		t.Error(joined)
	}
}
