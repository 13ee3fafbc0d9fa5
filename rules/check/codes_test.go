package check_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
)

// shop is a plan that uses what the widget's doesn't.
const shop = `
plan: shop
namespace: ^shop_
conversation: {id: talk, begins: [shop_talk_begun]}
triggers: [^shop_]
events:
  shop_loaded: {required: true, parameters: {version: {type: string, pattern: ^v\d+$}}}
  shop_order:
    after: [shop_loaded]
    once: page
    tags: [GA4 - order]
    parameters:
      currency: {type: string, required: false, required_with: [value]}
      value?: {type: number, min: 0.01, max: 10000}
      kind: {type: string, enum: [gift, own, business]}
      company: {type: string, required: false, required_when: {kind: [business]}}
      paid?: boolean
      at?: {type: timestamp, unit: milliseconds, ahead: 10m}
      items[].sku?: string
      order.lines[].price?: number
      notes?: {type: string, empty: true}
      sku: {type: string, required: false, required_without: [order_id]}
      order_id: {type: string, required: false, required_without: [sku]}
  shop_viewed: {before: [shop_order], consent: [analytics_storage], duplicates: off, extra: true}
  shop_talk_begun:
  shop_talked:
    parameters:
      talk: {type: string, constant: conversation}
      turn: {type: integer, grows: conversation}
      visitor?: {type: string, constant: session}
`

const order = `{"event":"shop_order","kind":"gift","sku":"a"`

// For each code, messages of which the last has the finding, and similar ones without
// it.
var codeTests = []struct {
	code  rules.Code
	plan  string // empty for the widget's
	raise []string
	near  []string
	path  string // of the finding
}{
	{code: rules.MissingParameter, path: "timestamp",
		raise: []string{`{"event":"widget_opened","widget_platform":"web"}`},
		near:  []string{`{"event":"widget_opened","widget_platform":"web","timestamp":null}`}},
	{code: rules.MissingParameter, plan: shop, path: "currency",
		raise: []string{order + `,"value":3}`},
		near:  []string{order + `}`, order + `,"value":3,"currency":"EUR"}`}},
	{code: rules.MissingParameter, plan: shop, path: "company",
		raise: []string{`{"event":"shop_order","sku":"a","kind":"business"}`},
		near:  []string{`{"event":"shop_order","sku":"a","kind":"own"}`, `{"event":"shop_order","sku":"a","kind":"business","company":"x"}`}},
	{code: rules.MissingParameter, plan: shop, path: "sku",
		raise: []string{`{"event":"shop_order","kind":"own"}`},
		near:  []string{`{"event":"shop_order","order_id":"a","kind":"own"}`}},
	{code: rules.MisspelledParameter, path: "link_txt",
		raise: []string{`{"event":"widget_chat_clicked","widget_platform":"web","timestamp":1795424401523,"link_url":"/","link_type":"x","link_txt":"x"}`},
		near:  []string{`{"event":"widget_chat_clicked","link_title":"x"}`, `{"event":"widget_loaded","widget_name":"x"}`}},
	{code: rules.MisspelledParameter, plan: shop, path: "order.lines[0].prise",
		raise: []string{order + `,"order":{"lines":[{"prise":3}]}}`},
		near:  []string{order + `,"order":{"lines":[{"price":3,"prise":3}]}}`}},
	{code: rules.MisspelledParameter, path: "events",
		raise: []string{`{"events":"widget_opened"}`},
		near:  []string{`{"events":"hello"}`, `{"events":["widget_opened"]}`}},
	{code: rules.MisspelledParameter, path: "evnt",
		raise: []string{`{"evnt":"widget_opened"}`},
		near:  []string{`{"evnt":"hello"}`, `{"name":"widget_opened"}`}},
	{code: rules.MisspelledEvent,
		raise: []string{`{"event":"widget_conversation_start"}`},
		near:  []string{`{"event":"conversation_started"}`, `{"event":"widget_conversation_closed"}`}},
	{code: rules.WrongType, path: "total_messages",
		raise: []string{`{"event":"widget_user_left","total_messages":"3"}`},
		near:  []string{`{"event":"widget_user_left","total_messages":3}`}},
	{code: rules.WrongType, plan: shop, path: "paid",
		raise: []string{order + `,"paid":1}`},
		near:  []string{order + `,"paid":false}`}},
	{code: rules.WrongType, path: "total_messages",
		raise: []string{`{"event":"widget_user_left","total_messages":1.5}`},
		near:  []string{`{"event":"widget_user_left","total_messages":1.0}`}},
	{code: rules.InvalidValue, path: "total_messages",
		raise: []string{`{"event":"widget_user_left","total_messages":-1}`},
		near:  []string{`{"event":"widget_user_left","total_messages":0}`}},
	{code: rules.InvalidValue, path: "total_messages",
		raise: []string{`{"event":"widget_user_left","total_messages":{"$":"number","value":"NaN"}}`}},
	{code: rules.InvalidValue, path: "link_url",
		raise: []string{`{"event":"widget_chat_clicked","link_url":"htp://shop.example"}`},
		near: []string{`{"event":"widget_chat_clicked","link_url":"whatsapp://send?phone=31201234567"}`,
			`{"event":"widget_chat_clicked","link_url":"tel:+31201234567"}`, `{"event":"widget_chat_clicked","link_url":"/chat"}`,
			`{"event":"widget_chat_clicked","link_url":"https://wa.me/31201234567?text=Hi%20there"}`}},
	{code: rules.InvalidValue, path: "timestamp",
		raise: []string{`{"event":"widget_closed","timestamp":"23/11/2026"}`},
		near: []string{`{"event":"widget_closed","timestamp":"2026-11-23T09:00:00+01:00"}`, `{"event":"widget_closed","timestamp":1795424401}`,
			`{"event":"widget_closed","timestamp":"1795424401523"}`, `{"event":"widget_closed","timestamp":{"$":"date","value":"2026-11-23T09:00:00.000Z"}}`}},
	{code: rules.InvalidValue, path: "timestamp",
		raise: []string{`{"event":"widget_closed","timestamp":12345}`}},
	{code: rules.InvalidValue, plan: shop, path: "at",
		raise: []string{order + `,"at":1795424401}`},
		near:  []string{order + `,"at":1795424401000}`}},
	{code: rules.InvalidValue, plan: shop, path: "at",
		raise: []string{order + `,"at":1795428001000}`},
		near:  []string{order + `,"at":1795424700000}`}},
	{code: rules.InvalidValue, plan: shop, path: "kind",
		raise: []string{`{"event":"shop_order","kind":"present"}`},
		near:  []string{`{"event":"shop_order","kind":"own"}`}},
	{code: rules.InvalidValue, plan: shop, path: "version",
		raise: []string{`{"event":"shop_loaded","version":"3"}`},
		near:  []string{`{"event":"shop_loaded","version":"v3"}`}},
	{code: rules.InvalidValue, plan: shop, path: "value",
		raise: []string{order + `,"value":0,"currency":"EUR"}`},
		near:  []string{order + `,"value":10000,"currency":"EUR"}`}},
	{code: rules.InvalidValue, path: "total_messages", // it decreases
		raise: []string{`{"event":"widget_user_left","widget_conversation_id":"a","total_messages":5}`, `{"event":"widget_user_left","widget_conversation_id":"a","total_messages":4}`},
		near: []string{`{"event":"widget_user_left","widget_conversation_id":"a","total_messages":5}`, `{"event":"widget_user_left","widget_conversation_id":"a","total_messages":5}`,
			`{"event":"widget_start_conversation_clicked","widget_conversation_id":"b","total_messages":0}`, `{"event":"widget_conversation_deleted","widget_conversation_id":"b","total_messages":0}`}},
	{code: rules.InvalidValue, path: "widget_conversation_id", // it changes
		raise: []string{`{"event":"widget_user_left","widget_conversation_id":"a"}`, `{"event":"widget_user_joined","widget_conversation_id":"b"}`},
		near: []string{`{"event":"widget_user_left","widget_conversation_id":"a"}`, `{"event":"widget_conversation_started"}`,
			`{"event":"widget_user_joined","widget_conversation_id":"b"}`, `{"event":"widget_conversation_archived","widget_conversation_id":"a"}`}},
	{code: rules.InvalidValue, path: "widget_conversation_id", // an invalid ID isn't another conversation
		raise: []string{`{"event":"widget_user_left","widget_conversation_id":"a"}`, `{"event":"widget_user_left","widget_conversation_id":"undefined"}`, `{"event":"widget_user_joined","widget_conversation_id":"b"}`},
		near: []string{`{"event":"widget_start_conversation_clicked","widget_conversation_id":"undefined"}`,
			`{"event":"widget_user_joined","widget_conversation_id":"b"}`}},
	{code: rules.InvalidValue, plan: shop, path: "visitor",
		raise: []string{`{"event":"shop_talked","talk":"a","turn":1,"visitor":"v1"}`, `{"event":"shop_talked","talk":"a","turn":1,"visitor":"v2"}`},
		near:  []string{`{"event":"shop_talked","talk":"a","turn":1,"visitor":"v1"}`, `{"event":"shop_talked","talk":"a","turn":2,"visitor":"v1"}`}},
	{code: rules.StringifiedValue, path: "widget_platform",
		raise: []string{`{"event":"widget_closed","widget_platform":"undefined"}`},
		near:  []string{`{"event":"widget_closed","widget_platform":"an undefined platform"}`}},
	{code: rules.StringifiedValue, path: "basket",
		raise: []string{`{"event":"widget_closed","basket":"[object Object]"}`},
		near:  []string{`{"event":"widget_closed","basket":"[object that we sell]"}`, `{"event":"other","basket":"null"}`}},
	{code: rules.EventNotString, path: "event",
		raise: []string{`{"event":{"name":"widget_opened"}}`},
		near:  []string{`{"event":null}`, `{"event":""}`, `{"event":0}`, `{"other":1}`}},
	{code: rules.UnknownEvent,
		raise: []string{`{"event":"widget_opened"}`, `{"event":"widget_survey_shown"}`},
		near:  []string{`{"event":"widget_survey_shown"}`, `{"event":"survey_shown"}`, `{"event":"mywidget_survey"}`}},
	{code: rules.EmptyValue, path: "widget_platform",
		raise: []string{`{"event":"widget_closed","widget_platform":" "}`},
		near:  []string{`{"event":"widget_closed","widget_platform":"0"}`}},
	{code: rules.EmptyValue, plan: shop, path: "kind",
		raise: []string{`{"event":"shop_order","kind":{"$":"undefined"},"notes":""}`},
		near:  []string{order + `,"notes":""}`}},
	{code: rules.OutOfOrder, plan: shop,
		raise: []string{order + `}`},
		near:  []string{`{"event":"shop_loaded","version":"v1"}`, order + `}`}},
	{code: rules.OutOfOrder, plan: shop,
		raise: []string{`["consent","default",{"analytics_storage":"granted"}]`, `{"event":"shop_loaded","version":"v1"}`, order + `}`, `{"event":"shop_viewed"}`},
		near:  []string{`["consent","default",{"analytics_storage":"granted"}]`, `{"event":"shop_viewed"}`, `{"event":"shop_loaded","version":"v1"}`, order + `}`}},
	{code: rules.OutOfOrder, plan: shop,
		raise: []string{`["consent","default",{"analytics_storage":"denied"}]`, `{"event":"shop_viewed"}`},
		near:  []string{`["consent","default",{"analytics_storage":"denied"}]`, `["consent","update",{"analytics_storage":"granted"}]`, `{"event":"shop_viewed"}`}},
	{code: rules.DuplicateEvent, plan: shop, // once per page
		raise: []string{order + `}`, order + `,"paid":true}`}},
	{code: rules.TypeChanged, path: "basket",
		raise: []string{`{"event":"widget_closed","basket":3}`, `{"event":"widget_opened","basket":"3"}`},
		near:  []string{`{"event":"widget_closed","basket":3}`, `{"event":"widget_opened","basket":4.5}`, `{"event":"widget_opened","basket":null}`}},
	{code: rules.TypeChanged, plan: "events: {a: {parameters: [x]}, b: {parameters: [x]}}", path: "x",
		raise: []string{`{"event":"a","x":3}`, `{"event":"b","x":"3"}`},
		near:  []string{`{"event":"a","x":3}`, `{"event":"c","x":"3"}`, `{"event":"b","x":""}`}},
	{code: rules.PersonalData, path: "user.contact",
		raise: []string{`{"event":"signup","user":{"contact":"jane.doe@example.com"}}`},
		near: []string{`{"event":"signup","user":{"contact":"jane at example"}}`, `{"event":"signup","user":{"contact":"widget@2.1.0"}}`,
			`{"event":"widget_email_clicked","link_url":"mailto:info@shop.example","link_text":"info@shop.example"}`}},
	{code: rules.PersonalData, path: "a",
		raise: []string{`{"event":"signup","a":"+31 20 123 45 67"}`},
		near:  []string{`{"event":"signup","a":"+3 points"}`, `{"event":"signup","a":"1795424401523"}`, `{"event":"signup","a":1795424401523}`}},
	{code: rules.PersonalData, path: "tel",
		raise: []string{`{"event":"signup","tel":"06-12345678"}`},
		near:  []string{`{"event":"signup","sku":"06-12345678"}`, `{"event":"signup","tel":"none"}`, `{"event":"signup","telescope":"0612345678"}`}},
	{code: rules.PersonalData, path: "a",
		raise: []string{`{"event":"signup","a":"4111 1111 1111 1111"}`},
		near:  []string{`{"event":"signup","a":"4111 1111 1111 1112"}`}},
	{code: rules.PersonalData, path: "a",
		raise: []string{`{"event":"signup","a":"NL91 ABNA 0417 1643 00"}`},
		near:  []string{`{"event":"signup","a":"NL92 ABNA 0417 1643 00"}`}},
	{code: rules.PersonalData, path: "access_token",
		raise: []string{`{"event":"signup","access_token":"b7f3a9c2d1"}`},
		near:  []string{`{"event":"signup","access_token":"none"}`, `{"event":"signup","token_count":12}`}},
	{code: rules.PersonalData, path: "firstName",
		raise: []string{`{"event":"signup","firstName":"Jane"}`},
		near:  []string{`{"event":"signup","name":"Spring sale"}`, `{"event":"widget_feedback_submitted","agent_name":"Robin"}`}},
	{code: rules.UnexpectedParameter, path: "reason",
		raise: []string{`{"event":"widget_closed","reason":"idle"}`},
		near: []string{`{"event":"widget_closed","gtm.uniqueEventId":4,"eventCallback":{"$":"function","name":"f"},"eventTimeout":2000,"_clear":true}`,
			`{"event":"other","reason":"idle"}`}},
	{code: rules.UnexpectedParameter, plan: shop, path: "reason",
		raise: []string{order + `,"reason":"idle"}`},
		near:  []string{`{"event":"shop_viewed","reason":"idle"}`}},
	{code: rules.NameDrift, path: "basket_sizes",
		raise: []string{`{"event":"widget_closed","basketSize":3}`, `{"event":"widget_opened","basket_sizes":3}`},
		near:  []string{`{"event":"widget_closed","basketSize":3}`, `{"event":"widget_opened","basketSize":3}`, `{"event":"widget_opened","basket_colour":3}`}},
	{code: rules.NameDrift, path: "linkText",
		raise: []string{`{"event":"widget_chat_clicked","link_text":"a","linkText":"a"}`}},
}

func TestCodes(t *testing.T) {
	for _, tt := range codeTests {
		t.Run(string(tt.code)+" "+tt.path, func(t *testing.T) {
			plan := widget(t)
			if tt.plan != "" {
				plan = parse(t, tt.plan)
			}
			var last []rules.Finding
			b := newBench(t, plan)
			b.Begin(time.UnixMilli(1795424400000))
			for _, message := range tt.raise {
				last = b.push(message)
			}
			at := slices.IndexFunc(last, func(f rules.Finding) bool { return f.Code == tt.code && f.Path == tt.path })
			if at < 0 {
				t.Fatalf("no %s %s, but %q", tt.code, tt.path, codes(last))
			}
			checkTexts(t, last[at])

			b = newBench(t, plan)
			b.Begin(time.UnixMilli(1795424400000))
			for _, message := range tt.near {
				for _, f := range b.push(message) {
					if f.Code == tt.code && strings.HasPrefix(f.Path, tt.path) {
						t.Errorf("%s: %s", message, f.Message)
					}
				}
			}
		})
	}
}

// unfilled is a placeholder that the checker should have replaced.
var unfilled = regexp.MustCompile(`\{(event|path|value|other|actual|expected|suggestion|layer|time|scope|what|origins?|earlier|plan)\}`)

// checkTexts checks that a finding's texts are one sentence each, with all placeholders
// replaced.
func checkTexts(t *testing.T, f rules.Finding) {
	t.Helper()
	for _, text := range []string{f.Message, f.Fix} {
		if text == "" || unfilled.MatchString(text) || !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "?") || strings.Contains(text, "  ") {
			t.Errorf("%s says %q", f.Code, text)
		}
	}
	if f.Severity == rules.Off {
		t.Errorf("%s has no severity", f.Code)
	}
}

func parse(t testing.TB, source string) *plan.Plan {
	t.Helper()
	plan, err := plan.Parse([]byte(source), "plan.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestDuplicates(t *testing.T) {
	const opened = `{"event":"widget_opened","widget_platform":"web","timestamp":%s}`
	message := func(timestamp string) string { return strings.Replace(opened, "%s", timestamp, 1) }
	stack := func(url string, line int) func(*datalayer.Push) {
		return func(p *datalayer.Push) { p.Stack = []datalayer.StackFrame{{URL: url, Line: line}} }
	}
	for name, tt := range map[string]struct {
		second string
		after  time.Duration
		want   string // in the message; empty for none
		change func(*datalayer.Push)
	}{
		"the same again":            {message("1795424401523"), 40 * time.Millisecond, "twice in 40 ms", stack("https://cdn.example/widget.js?v=3", 41)},
		"another time":              {message("1795424401563"), 40 * time.Millisecond, "both times from widget.js:41", stack("https://cdn.example/widget.js", 41)},
		"from another script":       {message("1795424401563"), 40 * time.Millisecond, "once from widget.js:41, once from copy.js:7", stack("https://cdn.example/copy.js", 7)},
		"from somewhere":            {message("1795424401563"), 40 * time.Millisecond, "once from widget.js:41, once from an unknown script", func(*datalayer.Push) {}},
		"later than a double click": {message("1795424401523"), 501 * time.Millisecond, "", func(*datalayer.Push) {}},
		"other parameters":          {strings.Replace(message("1795424401523"), "web", "app", 1), 0, "", func(*datalayer.Push) {}},
		"on another data layer":     {message("1795424401523"), 0, "", func(p *datalayer.Push) { p.Layer = "other" }},
		"found again in the page":   {message("1795424401523"), 0, "", func(p *datalayer.Push) { p.Recovered = true }},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, widget(t))
			b.pushAs(message("1795424401523"), stack("https://cdn.example/widget.js?v=3", 41))
			b.now += tt.after
			found := b.pushAs(tt.second, tt.change)
			at := slices.IndexFunc(found, func(f rules.Finding) bool { return f.Code == rules.DuplicateEvent })
			switch {
			case tt.want == "" && at >= 0:
				t.Errorf("got %q", found[at].Message)
			case tt.want != "" && (at < 0 || !strings.Contains(found[at].Message, tt.want)):
				t.Errorf("got %+v, want %q", found, tt.want)
			}
		})
	}
}

func TestDelivery(t *testing.T) {
	via := func(via datalayer.Via) func(*datalayer.Push) { return func(p *datalayer.Push) { p.Via = via } }
	type step struct {
		message string
		via     datalayer.Via
	}
	const start, hello = `{"event":"gtm.js"}`, `{"event":"hello"}`
	for name, tt := range map[string]struct {
		steps []step
		want  rules.Code
	}{
		"assigned again after a push":       {[]step{{hello, "push"}, {hello, "assign"}}, rules.LayerReassigned},
		"assigned at the beginning":         {[]step{{hello, "assign"}, {hello, "assign"}}, ""},
		"put at an index while GTM listens": {[]step{{start, "push"}, {hello, "index"}}, rules.PushOverridden},
		"put at an index before GTM came":   {[]step{{hello, "index"}}, ""},
		"pushed":                            {[]step{{start, "push"}, {hello, "push"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, widget(t))
			var found []rules.Finding
			for _, s := range tt.steps {
				found = b.pushAs(s.message, via(s.via))
			}
			if tt.want == "" && len(found) > 0 || tt.want != "" && (len(found) != 1 || found[0].Code != tt.want) {
				t.Errorf("got %+v, want %q", found, tt.want)
			}
		})
	}
}

func TestNoTrigger(t *testing.T) {
	const message = `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`
	b := newBench(t, widget(t))
	if found := b.push(message); has(found, rules.NoTrigger) {
		t.Errorf("a trigger matches, but %+v", found)
	}
	b.trigger = gtm.Outcome{}
	if found := b.push(message); !has(found, rules.NoTrigger) {
		t.Errorf("no trigger matches, but %+v", found)
	}
	ga4, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	b = newBench(t, ga4)
	b.trigger = gtm.Outcome{}
	if found := b.push(`{"event":"login"}`); len(found) > 0 {
		t.Errorf("there are no triggers to listen, but %+v", found)
	}
	b = newBench(t, parse(t, shop))
	b.trigger.Tags = []gtm.Firing{{Tag: &gtm.Tag{Name: "another"}, Fires: gtm.Yes}}
	if found := b.push(order + `}`); !has(found, rules.NoTag) {
		t.Errorf("the tag does not fire, but %+v", found)
	}
	b.trigger.Tags[0].Tag.Name = "GA4 - order"
	if found := b.push(order + `}`); has(found, rules.NoTag) {
		t.Errorf("the tag fires, but %+v", found)
	}
}

func TestFinish(t *testing.T) {
	b := newBench(t, parse(t, shop))
	if found := b.Finish(0); len(found) != 1 || found[0].Code != rules.RequiredEventMissing || !strings.Contains(found[0].Message, "shop_loaded") {
		t.Errorf("got %+v", found)
	}
	b.push(`{"event":"shop_loaded","version":"v1"}`)
	if found := b.Finish(0); len(found) > 0 {
		t.Errorf("got %+v", found)
	}
}

func TestGTMsOwnEventsHaveNoFindings(t *testing.T) {
	b := newBench(t, widget(t))
	for _, message := range []string{
		`{"event":"gtm.js","gtm.start":1795424400041}`,
		`{"event":"gtm.click","gtm.element":{"$":"element","value":"a"},"gtm.elementUrl":"mailto:jane@example.com"}`,
		`{"gtm.start":1795424400041}`,
		`["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`,
		`["config","G-ABC123",{"send_page_view":false}]`,
		`["event","widget_opened",{"widget_platform":"web","timestamp":1795424401523,"send_to":"G-ABC123"}]`,
		`{"$":"function","name":"f"}`, `null`, `[]`, `{}`,
	} {
		if found := b.push(message); len(found) > 0 {
			t.Errorf("%s: %+v", message, found)
		}
	}
}

// Every code of the rules has texts, and every text is that of a code.
func TestExplanations(t *testing.T) {
	var source []byte
	for _, file := range []string{"../finding.go", "../container.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source = append(source, text...)
	}
	for _, code := range rules.Codes() {
		e, ok := rules.Explain(code)
		if !ok || e.Title == "" || e.Means == "" || e.Matters == "" || e.Fix == "" || e.Example == "" && !rules.OnContainers(code) || e.Severity == rules.Off {
			t.Errorf("%s: %+v", code, e)
		}
		if !strings.Contains(string(source), `Code = "`+string(code)+`"`) {
			t.Errorf("%s has a text but is not declared", code)
		}
	}
	if declared := strings.Count(string(source), "Code = \""); declared != len(rules.Codes()) {
		t.Errorf("%d codes are declared, %d have texts", declared, len(rules.Codes()))
	}
	if _, ok := rules.Explain("mising-parameter"); ok || rules.Nearest("mising-parameter") != rules.MissingParameter {
		t.Error("a misspelled code is not helped")
	}
}

func TestOrderNamesTheOrigin(t *testing.T) {
	b := newBench(t, parse(t, shop))
	found := b.pushAs(order+`}`, func(p *datalayer.Push) {
		p.Stack = []datalayer.StackFrame{{URL: "https://cdn.example/order.js", Line: 7}}
	})
	at := slices.IndexFunc(found, func(f rules.Finding) bool { return f.Code == rules.OutOfOrder })
	if at < 0 || !strings.Contains(found[at].Message, `by order.js:7 before "shop_loaded"`) {
		t.Errorf("got %+v", found)
	}
}

// Messages from before attaching weren't captured, so rules about the order don't
// apply.
func TestOrderAfterAttaching(t *testing.T) {
	b := newBench(t, parse(t, shop))
	b.page.Cause = datalayer.CauseAttach
	if found := b.push(order + `}`); has(found, rules.OutOfOrder) {
		t.Errorf("got %+v", found)
	}
}

func TestOncePerConversation(t *testing.T) {
	b := newBench(t, parse(t, `
conversation: {id: talk, begins: [begun]}
events:
  begun:
  rated: {once: conversation, duplicates: off, parameters: [talk?]}
`))
	for _, step := range []struct {
		message string
		again   bool
	}{
		{`{"event":"rated","talk":"a"}`, false},
		{`{"event":"rated","talk":"b"}`, false},
		{`{"event":"rated","talk":"a"}`, true},
		{`{"event":"begun"}`, false},
		{`{"event":"rated"}`, false}, // the conversation isn't known
	} {
		if found := b.push(step.message); has(found, rules.DuplicateEvent) != step.again {
			t.Errorf("%s: %+v", step.message, found)
		}
	}
}
