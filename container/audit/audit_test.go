package audit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"layertap/container/audit"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/plan"
)

// export is an export with the given parts. By default it has a GA4 event tag for
// widget_opened, which sends widget_platform.
type export struct{ tag, trigger, variable string }

const (
	idSetting = `{"type":"TEMPLATE","key":"measurementIdOverride","value":"G-ABC1234567"}`
	platform  = `{"type":"LIST","key":"eventSettingsTable","list":[{"type":"MAP","map":[{"type":"TEMPLATE","key":"parameter","value":"widget_platform"},{"type":"TEMPLATE","key":"parameterValue","value":"{{DLV}}"}]}]}`
)

func name(text string) string {
	return fmt.Sprintf(`{"type":"TEMPLATE","key":"eventName","value":%q}`, text)
}

// tag returns a tag with a type, settings and triggers; more are further fields.
func tag(id, typ, settings, triggers, more string) string {
	return fmt.Sprintf(`{"tagId":%q,"name":"T%s","type":%q,"parameter":[%s],"firingTriggerId":[%s]%s}`, id, id, typ, settings, triggers, more)
}

func ga4(id, event, triggers, more string) string {
	return tag(id, "gaawe", idSetting+","+name(event)+","+platform, triggers, more)
}

func trigger(id, operator, pattern, more string) string {
	return fmt.Sprintf(`{"triggerId":%q,"name":"R%s","type":"CUSTOM_EVENT","customEventFilter":[{"type":%q,"parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{_event}}"},{"type":"TEMPLATE","key":"arg1","value":%q}]}]%s}`, id, id, operator, pattern, more)
}

func dlv(name, key, version string) string {
	return fmt.Sprintf(`{"name":%q,"type":"v","parameter":[{"type":"INTEGER","key":"dataLayerVersion","value":%q},{"type":"TEMPLATE","key":"name","value":%q}]}`, name, version, key)
}

func constant(name, value string) string {
	return fmt.Sprintf(`{"name":%q,"type":"c","parameter":[{"type":"TEMPLATE","key":"value","value":%q}]}`, name, value)
}

func (e export) text() []byte {
	if e.tag == "" {
		e.tag = ga4("1", "widget_opened", `"1"`, "")
	}
	if e.trigger == "" {
		e.trigger = trigger("1", "EQUALS", "widget_opened", "")
	}
	if e.variable == "" {
		e.variable = dlv("DLV", "widget_platform", "2")
	}
	return fmt.Appendf(nil, `{"exportFormatVersion":2,"containerVersion":{"container":{"publicId":"GTM-TEST","usageContext":["WEB"]},"tag":[%s],"trigger":[%s],"variable":[%s]}}`, e.tag, e.trigger, e.variable)
}

const shop = `
plan: shop
events:
  widget_opened:
    parameters:
      widget_platform: {type: string}
      box: {type: object, parameters: {size: {type: string}}}
`

const small = `
plan: small
events:
  widget_opened:
    parameters:
      widget_platform: {type: string}
`

func check(t *testing.T, text []byte, planText string) []rules.Finding {
	t.Helper()
	c, err := parse.Container(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	var plans []*plan.Plan
	if planText != "" {
		p, err := plan.Parse([]byte(planText), "test.yaml", nil)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, p)
	}
	findings, err := audit.Check(t.Context(), c, plans...)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

const (
	one   = `"1"`
	pages = `"2147479553"`
)

func html(code string) string {
	text, _ := json.Marshal(code)
	return `{"type":"TEMPLATE","key":"html","value":` + string(text) + `}`
}

// sending returns a GA4 event tag with one parameter of a name.
func sending(name string) string {
	return tag("1", "gaawe", idSetting+`,{"type":"TEMPLATE","key":"eventName","value":"widget_opened"},`+
		strings.Replace(platform, `"widget_platform"`, fmt.Sprintf("%q", name), 1), one, "")
}

// shared is a GA4 event tag whose parameters are in the variable from settings.
var shared = tag("1", "gaawe", idSetting+`,{"type":"TEMPLATE","key":"eventName","value":"widget_opened"},{"type":"TEMPLATE","key":"eventSettingsVariable","value":"{{Shared}}"}`, one, "")

func settings(name string) string {
	return dlv("DLV", "widget_platform", "2") + `,{"name":"Shared","type":"gtes","parameter":[` + strings.Replace(platform, `"widget_platform"`, fmt.Sprintf("%q", name), 1) + `]}`
}

// published returns a published container with the given number of bytes of custom
// HTML.
func published(bytes int) []byte {
	return fmt.Appendf(nil, `{"resource":{"version":"1","macros":[{"function":"__e"}],"tags":[{"function":"__html","vtp_html":%q,"tag_id":1}],"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"a"}],"rules":[[["if",0],["add",0]]]}}`,
		strings.Repeat("x", bytes))
}

// Google Tag Manager warns from 70 % of 200 KB on; an export has a different size
// because of names and notes. See
// https://www.cognetik.com/blog/zone-architecture-paving-the-way-for-problem-solving-your-container-errors/.
func TestContainerSize(t *testing.T) {
	large := export{tag: tag("1", "html", html("{{DLV}}"+strings.Repeat("x", 300<<10)), one, "")}
	for name, test := range map[string]struct {
		text []byte
		want string
	}{
		"close to the limit": {published(145 << 10), "The published container is 145 KB; GTM refuses more than 200 KB."},
		"well below it":      {published(138 << 10), ""},
		"a large export":     {large.text(), ""},
	} {
		got := ""
		for _, f := range check(t, test.text, "") {
			if f.Code == rules.ContainerSize {
				got += f.Message
			}
		}
		if got != test.want {
			t.Errorf("%s: found %q, want %q", name, got, test.want)
		}
	}
}

// Each rule has a container with the finding and two similar ones without it.
func TestRules(t *testing.T) {
	good := ga4("1", "widget_opened", one, "")
	opened := trigger("1", "EQUALS", "widget_opened", "")
	host := func(id string) string {
		return trigger(id, "EQUALS", "widget_opened", `,"filter":[{"type":"EQUALS","parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{Page Hostname}}"},{"type":"TEMPLATE","key":"arg1","value":"x"}]}]`)
	}
	meta := html("<script src='https://connect.facebook.net/en_US/fbevents.js'></script>")
	consent := func(types string) string {
		return `,"consentSettings":{"consentStatus":"NEEDED","consentType":{"type":"LIST","list":[{"type":"TEMPLATE","value":"` + types + `"}]}}`
	}
	for _, test := range []struct {
		code   rules.Code
		plan   string
		raises export
		near   [2]export
	}{
		{rules.TagWithoutTrigger, "", export{tag: ga4("1", "a", "", "")},
			[2]export{{}, {tag: ga4("1", "a", "", `,"paused":true`)}}},
		{rules.UnknownTrigger, "", export{tag: ga4("1", "a", `"9"`, "")},
			[2]export{{}, {tag: ga4("1", "a", pages, "")}}},
		{rules.UnusedTrigger, "", export{trigger: opened + "," + trigger("2", "EQUALS", "x", "")},
			[2]export{{}, {tag: ga4("1", "widget_opened", one, `,"blockingTriggerId":["2"]`), trigger: opened + "," + host("2")}}},
		{rules.UnusedVariable, "", export{variable: dlv("DLV", "a", "2") + "," + dlv("B", "b", "2")},
			[2]export{{}, {variable: dlv("DLV", "a", "2") + "," + constant("B", "b"), tag: tag("1", "html", html("{{B}} {{DLV}}"), one, "")}}},
		{rules.UnknownVariable, "", export{variable: dlv("DLW", "a", "2")},
			[2]export{{}, {tag: tag("1", "html", html("{{Page URL}}"), one, "")}}},
		{rules.VariableCycle, "", export{variable: constant("DLV", "{{B}}") + "," + constant("B", "{{DLV}}")},
			[2]export{{}, {variable: constant("DLV", "{{B}}{{C}}") + "," + constant("B", "{{C}}") + "," + constant("C", "c")}}},
		{rules.InvalidPattern, "", export{trigger: trigger("1", "MATCH_REGEX", "^widget_(", "")},
			[2]export{{trigger: trigger("1", "MATCH_REGEX", "^widget_(?!x)", "")}, {trigger: trigger("1", "EQUALS", "widget_(", "")}}},
		{rules.PatternMatchesAll, "", export{trigger: trigger("1", "MATCH_REGEX", ".*", "")},
			[2]export{{trigger: trigger("1", "MATCH_REGEX", "^widget_.*", "")}, {trigger: trigger("1", "MATCH_REGEX", ".*", `,"filter":[{"type":"EQUALS","parameter":[{"type":"TEMPLATE","key":"arg0","value":"{{DLV}}"},{"type":"TEMPLATE","key":"arg1","value":"x"}]}]`)}}},
		{rules.EqualTriggers, "", export{trigger: opened + "," + trigger("2", "EQUALS", "widget_opened", "")},
			[2]export{{trigger: opened + "," + trigger("2", "EQUALS", "widget_closed", "")}, {trigger: opened + "," + host("2")}}},
		{rules.SentTwice, "", export{tag: good + "," + ga4("2", "widget_opened", one, "")},
			[2]export{{tag: good + "," + ga4("2", "widget_open", one, "")}, {tag: good + "," + ga4("2", "widget_opened", one, `,"paused":true`)}}},
		{rules.SentTwice, small, export{tag: good + "," + ga4("2", "widget_opened", `"2"`, ""), trigger: opened + "," + trigger("2", "MATCH_REGEX", "_opened$", "")},
			[2]export{{tag: good + "," + ga4("2", "other", `"2"`, ""), trigger: opened + "," + trigger("2", "MATCH_REGEX", "_opened$", "")},
				{tag: good + "," + ga4("2", "widget_opened", `"2"`, ""), trigger: opened + "," + trigger("2", "MATCH_REGEX", "_closed$", "")}}},
		{rules.IneffectiveBlock, "", export{tag: ga4("1", "widget_opened", one, `,"blockingTriggerId":["2"]`), trigger: opened + "," + trigger("2", "EQUALS", "widget_closed", "")},
			[2]export{{tag: ga4("1", "widget_opened", one, `,"blockingTriggerId":["2"]`), trigger: opened + "," + host("2")},
				{tag: ga4("1", "widget_opened", one, `,"blockingTriggerId":["2"]`), trigger: opened + "," + trigger("2", "MATCH_REGEX", "^widget", "")}}},
		{rules.PausedTag, "", export{tag: ga4("1", "a", one, `,"paused":true`)},
			[2]export{{}, {tag: ga4("1", "a", one, `,"paused":false`)}}},
		{rules.RefusedEventName, "", export{tag: ga4("1", "widget-opened", one, "")},
			[2]export{{tag: ga4("1", "Öffnen_1", one, "")}, {tag: ga4("1", "{{Event}}", one, "")}}},
		{rules.RefusedParameter, "", export{tag: sending("widget-platform")},
			[2]export{{tag: sending("{{DLV}}")}, {tag: sending("größe_1")}}},
		{rules.RefusedParameter, "", export{tag: sending("ga_platform")},
			[2]export{{tag: sending("gaplatform")}, {tag: sending("google_business_vertical")}}},
		{rules.RefusedParameter, "", export{tag: sending(strings.Repeat("a", 41))},
			[2]export{{tag: sending(strings.Repeat("ä", 40))}, {tag: tag("1", "html", html("widget-platform"), one, "")}}},
		{rules.RefusedParameter, "", export{tag: shared, variable: settings("widget platform")},
			[2]export{{tag: shared, variable: settings("widget_platform")}, {variable: settings("widget platform")}}},
		{rules.MissingID, "", export{tag: tag("1", "gaawe", name("a"), one, "")},
			[2]export{{}, {tag: tag("1", "gaawe", name("a")+`,{"type":"TAG_REFERENCE","key":"measurementId","value":"GA4 config"}`, one, "")}}},
		{rules.InvalidID, "", export{tag: tag("1", "googtag", `{"type":"TEMPLATE","key":"tagId","value":"UA-1234-1"}`, pages, "")},
			[2]export{{tag: tag("1", "googtag", `{"type":"TEMPLATE","key":"tagId","value":"AW-123456789"}`, pages, "")}, {tag: tag("1", "googtag", `{"type":"TEMPLATE","key":"tagId","value":"{{DLV}}"}`, pages, "")}}},
		{rules.InvalidID, "", export{tag: tag("1", "googtag", `{"type":"TEMPLATE","key":"tagId","value":"G-XXXXXXXXXX"}`, pages, "")},
			[2]export{{tag: tag("1", "googtag", `{"type":"TEMPLATE","key":"tagId","value":"G-XXXX123456"}`, pages, "")}, {tag: tag("1", "awct", `{"type":"TEMPLATE","key":"conversionId","value":"000000000"}`, one, "")}}},
		{rules.ConsentNotSet, "", export{tag: tag("1", "html", meta, pages, "")},
			[2]export{{tag: tag("1", "html", meta, pages, consent("ad_storage"))}, {tag: tag("1", "html", meta, one, "")}}},
		{rules.ConsentDiffers, "", export{tag: ga4("1", "a", one, consent("ad_storage")) + "," + ga4("2", "b", one, consent("analytics_storage"))},
			[2]export{{tag: ga4("1", "a", one, consent("ad_storage")) + "," + ga4("2", "b", one, consent("ad_storage"))}, {tag: ga4("1", "a", one, consent("ad_storage")) + "," + tag("2", "googtag", idSetting, one, consent("analytics_storage"))}}},
		{rules.HTMLPushesEvent, "", export{tag: tag("1", "html", html(`<script>window.dataLayer.push({a: 1, 'event': 'chat'})</script>`), one, "")},
			[2]export{{tag: tag("1", "html", html(`<script>dataLayer.push({a: 'event'})</script>`), one, "")}, {tag: tag("1", "html", html(`<script>queue.push({event: 'chat'})</script>`), one, "")}}},
		{rules.UniversalAnalytics, "", export{tag: tag("1", "ua", "", one, "")},
			[2]export{{}, {tag: tag("1", "ua", "", one, `,"paused":true`)}}},
		{rules.EventWithoutTrigger, small, export{trigger: trigger("1", "EQUALS", "widget_open", "")},
			[2]export{{}, {trigger: trigger("1", "MATCH_REGEX", "^widget_", "")}}},
		{rules.EventWithoutTag, small, export{tag: ga4("1", "a", pages, "")},
			[2]export{{}, {tag: tag("1", "html", html("{{DLV}}"), one, "")}}},
		{rules.EventSentRenamed, small, export{tag: ga4("1", "chat_widget_opened", one, "")},
			[2]export{{}, {tag: ga4("1", "{{Event}}", one, "")}}},
		{rules.ParameterNotRead, small, export{variable: dlv("DLV", "other", "2")},
			[2]export{{}, {variable: dlv("DLV", "widget_platform.name", "2")}}},
		{rules.ParameterNotSent, small, export{tag: tag("1", "gaawe", idSetting+","+name("widget_opened"), one, "")},
			[2]export{{}, {tag: tag("1", "gaawe", idSetting+","+name("widget_opened"), one, "") + "," + tag("2", "html", html("{{DLV}}"), one, "")}}},
		{rules.ParameterMisread, small, export{variable: dlv("DLV", "widet_platform", "2")},
			[2]export{{}, {variable: dlv("DLV", "widget_language", "2")}}},
		{rules.ParameterVersion, shop, export{variable: dlv("DLV", "box.size", "1")},
			[2]export{{variable: dlv("DLV", "box.size", "2")}, {variable: dlv("DLV", "box", "1")}}},
	} {
		raised := func(e export) bool {
			return slices.ContainsFunc(check(t, e.text(), test.plan), func(f rules.Finding) bool {
				return f.Code == test.code && f.Message != "" && !strings.Contains(f.Message, "{event}")
			})
		}
		if !raised(test.raises) {
			t.Errorf("%s is not raised: %v", test.code, check(t, test.raises.text(), test.plan))
		}
		for i, near := range test.near {
			if raised(near) {
				t.Errorf("%s is raised by near container %d", test.code, i+1)
			}
		}
	}
}

// All placeholders in the findings' sentences are replaced.
func TestSentencesAreFilledIn(t *testing.T) {
	for _, code := range rules.Codes() {
		if e, ok := rules.Explain(code); rules.OnContainers(code) && (!ok || e.Severity == rules.Off) {
			t.Errorf("%s has no severity", code)
		}
	}
}

// A plan can turn a rule off.
func TestPlansSwitchRulesOff(t *testing.T) {
	text := export{tag: ga4("1", "widget_opened", one, "") + "," + ga4("2", "x", one, `,"paused":true`)}.text()
	if f := check(t, text, small+"findings: {paused-tag: off}\n"); len(f) != 0 {
		t.Errorf("found %v", f)
	}
	if f := check(t, text, small+"findings: {paused-tag: error}\n"); len(f) != 1 || f[0].Severity != rules.Error {
		t.Errorf("found %v", f)
	}
}

// The findings about publicly available exports, each verified by reading the export:
// mammothgrowth's tags refer to two variables by names that aren't in the export;
// nivmalach's IDs are placeholders; rayl4n's web export has only a tag, which sends
// ga_user_id; trevorfox's is for Universal Analytics.
func TestPublishedContainers(t *testing.T) {
	want := map[string]map[rules.Code]int{
		"mammothgrowth-mg-gtm-guide":        {rules.UnknownVariable: 2, rules.UnusedVariable: 3},
		"nivmalach-gtm-container-generator": {rules.InvalidID: 13, rules.EqualTriggers: 4},
		"rayl4n-whatsapp-web":               {rules.UnknownVariable: 26, rules.TagWithoutTrigger: 1, rules.RefusedParameter: 1},
		"trevorfox-enhanced-ecommerce-demo": {rules.UniversalAnalytics: 6},
	}
	for file, want := range want {
		text, err := os.ReadFile(filepath.Join("../../gtm/testdata/containers", file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		got := map[rules.Code]int{}
		for _, f := range check(t, text, "") {
			got[f.Code]++
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: found %v, want %v", file, got, want)
		}
	}
}
