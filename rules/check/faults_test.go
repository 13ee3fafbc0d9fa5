package check_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
)

// all returns all findings about a session: with its messages and at its end.
func (b *bench) all(messages ...string) []rules.Finding {
	b.t.Helper()
	var found []rules.Finding
	for _, message := range messages {
		found = append(found, b.push(message)...)
	}
	return append(found, b.Finish(b.now+time.Minute)...)
}

func ga4(t testing.TB) *plan.Plan {
	t.Helper()
	p, err := plan.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func long(n int) string { return strings.Repeat("x", n) }

func numbered(format string, n int) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ",")
}

const config = `["config","G-ABC123"]`

// The most common mistakes in data layers, and similar sessions without them.
func TestFaults(t *testing.T) {
	const snippet = `{"gtm.start":1795424400000,"event":"gtm.js"}`
	const purchase = `{"event":"purchase","ecommerce":{"transaction_id":"T-1","value":3,"currency":"EUR","items":[{"item_id":"A"}]}}`
	for _, tt := range []struct {
		code  rules.Code
		raise [][]string
		near  [][]string
	}{
		{rules.IgnoredCommand, [][]string{
			{`{"command":["event","login"]}`},
			{`{"0":"event","1":"purchase"}`},
			{`["evnt","login",{}]`},
			{`["send","event","x"]`},
			{`["event","login",{"a":1},"extra"]`},
			{`["event",{"name":"share"}]`},
			{`["config","GTM-ABC123"]`},
			{`["config",{"$":"undefined"}]`},
			{`[{"event":"login"}]`},
		}, [][]string{
			{`["event","login",{"$":"undefined"}]`}, {config, `["event","login"]`}, {`["set","user_id","u"]`}, {`["set",{"a":1}]`},
			{`["get","G-1","client_id",{"$":"function","name":"f"}]`}, {`["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`},
			{`["policy","all",{"$":"function","name":"f"}]`}, {`{"event":"x","command":"save"}`},
		}},
		{rules.ConsentCommand, [][]string{
			{`["consent","default",{"marketing":"denied"}]`},
			{`["consent","default",{"ad_storage":false}]`},
			{`["consent","update",{"analytics_storge":"granted"}]`},
			{`["consent","defaults",{"ad_storage":"denied"}]`},
			{`["consent","default",{"ad_storage":"denied","region":"ES"}]`},
		}, [][]string{
			{`["consent","default",{"ad_storage":"denied","wait_for_update":500,"region":["ES"]}]`},
			{`["consent","update",{"ad_storage":"granted","security_storage":"granted"}]`},
			{`{"event":"consent","marketing":true}`},
		}},
		{rules.ConsentOrder, [][]string{
			{config, `["consent","default",{"ad_storage":"denied"}]`},
			{`{"event":"page_x"}`, `["consent","default",{"ad_storage":"denied"}]`},
			{`["consent","update",{"ad_storage":"granted"}]`},
		}, [][]string{
			{`["consent","default",{"ad_storage":"denied"}]`, config, `["consent","update",{"ad_storage":"granted"}]`},
			{snippet, `["consent","default",{"ad_storage":"denied"}]`},
			{`["set","ads_data_redaction",true]`, `["consent","default",{"ad_storage":"denied","region":["ES"]}]`, `["consent","default",{"ad_storage":"granted"}]`},
		}},
		{rules.UnconfiguredTarget, [][]string{
			{config, `["event","login",{"send_to":"G-OTHER9"}]`},
			{`["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`, `["event","login",{}]`},
		}, [][]string{
			{config, `["event","login",{"send_to":"G-ABC123"}]`},
			{`["event","login",{"send_to":"G-ABC123"}]`, config},
			{`["config","AW-1"]`, `["event","conversion",{"send_to":"AW-1/label"}]`},
			{snippet, `["event","login",{}]`}, // the container may have configured it
			{config, `["event","login",{"send_to":"default"}]`},
		}},
		{rules.EventKey, [][]string{
			{`{"Event":"chat_opened"}`}, {`{"eventName":"chat_opened"}`}, {`{"event_name":"x_y"}`}, {`{" event":"x_y"}`},
			{`{"ecommerce":{"event":"purchase"}}`}, {`"chat_opened"`}, {`{"eventname":"add_to_cart"}`}, {`{"EVENT":"chat_opened"}`},
		}, [][]string{
			{`{"event":"x","eventName":"y"}`}, {`{"eventName":"A sentence, not a name"}`}, {`{"eventCategory":"chat"}`}, {`{"events":["a"]}`},
			{`{"ecommerce":null}`}, {`{"page":{"event":"summer sale"}}`}, {`{"event":""}`},
		}},
		{rules.GA4Name, [][]string{
			{`["event","chat-opened"]`}, {`["event","ga_chat"]`}, {`["event","1st"]`}, {`["event","` + long(41) + `"]`}, {`["event","session_start"]`},
			{`["event","x",{"firebase_x":1}]`}, {`["event","x",{"a-b":1}]`}, {`{"event":"error"}`}, {`{"event":"google_thing"}`},
		}, [][]string{
			{`["event","chat_opened",{"a_b":1}]`}, {`["event","page_view"]`}, {`["event","größe_gewählt"]`}, {`{"event":"chat-opened"}`},
			{`["config","AW-1"]`, `["event","chat-opened"]`}, {`["event","chat-opened",{"send_to":"AW-1"}]`}, {`["event","` + long(40) + `"]`},
		}},
		{rules.GA4Limit, [][]string{
			{`["event","x",{` + numbered(`"p%d":1`, 26) + `}]`}, {`["event","x",{"method":"` + long(101) + `"}]`},
			{`{"event":"login",` + numbered(`"p%d":1`, 26) + `}`}, {`["event","x",{"items":[` + numbered(`{"item_id":"%d"}`, 201) + `]}]`},
			{`["event","x",{"items":[{"item_name":"` + long(101) + `"}]}]`},
		}, [][]string{
			{`["event","x",{` + numbered(`"p%d":1`, 25) + `}]`}, {`["event","x",{"method":"` + long(100) + `"}]`}, {`["event","x",{"page_location":"` + long(999) + `"}]`},
			{`{"event":"other",` + numbered(`"p%d":1`, 40) + `}`}, {`["event","x",{"items":[` + numbered(`{"item_id":"%d"}`, 200) + `]}]`},
		}},
		{rules.DuplicateTransaction, [][]string{
			{purchase, `{"event":"hello"}`, purchase},
			{`{"event":"purchase","transaction_id":7}`, `{"event":"purchase","transaction_id":7,"value":3}`},
		}, [][]string{
			{purchase, strings.Replace(purchase, "T-1", "T-2", 1)},
			{`["event","purchase",{"transaction_id":"T","send_to":"G-1"}]`, `["event","purchase",{"transaction_id":"T","send_to":"AW-1/x"}]`},
			{`{"event":"purchase","transaction_id":""}`, `{"event":"purchase","transaction_id":"","value":1}`},
			{purchase, strings.Replace(purchase, `"purchase"`, `"refund"`, 1)},
		}},
		{rules.TemplateLeftover, [][]string{
			{`{"event":"x","a":"{{ product.title }}"}`}, {`{"event":"x","a":"${name}"}`}, {`{"event":"x","a":[{"b":"15&quot; screen"}]}`},
			{`{"event":"x","a":"CafÃ© crÃ¨me"}`}, {`{"event":"x","a":"%7B%7Bx%7D%7D"}`}, {`{"page":"<%= title %>"}`}, {`{"event":"x","a":"{brand}"}`},
			{`{"event":"x","a":"<?php echo $title ?>"}`}, {`{"event":"x","a":"<?= $title ?>"}`}, {"{\"event\":\"x\",\"a\":\"M\ufffdnchen\"}"},
		}, [][]string{
			{`{"event":"x","a":"H&M"}`}, {`{"event":"x","a":"{\"a\":{\"b\":1}}"}`}, {`{"event":"x","a":"Café, São Paulo, $5, 50% & more"}`},
			{`{"event":"x","a":"https://shop.example/?a=1&copy=2"}`}, {`{"event":"x","a":"[1] {2}"}`}, {`{"event":"x","a":"CAFÉ"}`},
			{`{"event":"x","a":"who? <b>"}`}, {`{"event":"x","a":"Größe, naïve, ﬁne"}`},
		}},
		{rules.ContainerTwice, [][]string{{snippet, snippet}}, [][]string{
			{snippet, `["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`}, {snippet, `{"event":"gtm.js"}`},
		}},
	} {
		t.Run(string(tt.code), func(t *testing.T) {
			for _, messages := range tt.raise {
				found := faultBench(t).all(messages...)
				i := slices.IndexFunc(found, func(f rules.Finding) bool { return f.Code == tt.code && f.Severity >= rules.Warning })
				if i < 0 {
					t.Errorf("%.200q: no %s, but %q", messages, tt.code, codes(found))
					continue
				}
				checkTexts(t, found[i])
			}
			for _, messages := range tt.near {
				for _, f := range faultBench(t).all(messages...) {
					if f.Code == tt.code {
						t.Errorf("%.200q: %s", messages, f.Message)
					}
				}
			}
		})
	}
}

func faultBench(t testing.TB) *bench {
	b := newBench(t, widget(t), ga4(t))
	b.trigger = gtm.Outcome{}
	b.Open(b.page)
	return b
}

// Events that aren't in a plan can be duplicates too; values that differ between two
// pushes of one event are ignored.
func TestRepeatsOfNoPlan(t *testing.T) {
	for _, tt := range []struct {
		first, second string
		gap           time.Duration
		want          bool
	}{
		{`{"event":"route","url":"/"}`, `{"event":"route","url":"/"}`, 5 * time.Millisecond, true},
		{`{"event":"route","url":"/","event_id":1}`, `{"event":"route","url":"/","event_id":2}`, 5 * time.Millisecond, true},
		{`{"event":"route","url":"/"}`, `{"event":"route","url":"/b"}`, 5 * time.Millisecond, false},
		{`{"event":"route","url":"/"}`, `{"event":"route","url":"/"}`, time.Second, false},
		{`["event","page_view",{"a":1}]`, `{"event":"page_view","a":1}`, 5 * time.Millisecond, false},
	} {
		b := newBench(t, widget(t))
		b.push(tt.first)
		b.now += tt.gap
		if found := b.pushAs(tt.second, func(*datalayer.Push) {}); has(found, rules.DuplicateEvent) != tt.want {
			t.Errorf("%s then %s after %v: %q", tt.first, tt.second, tt.gap, codes(found))
		}
	}
}

// One cause that pushes an event repeatedly about a second apart is reported from the
// third time on, if there was no action of the user in between.
func TestChainOfEvents(t *testing.T) {
	const checkout = `{"event":"begin_checkout","ecommerce":{"currency":"EUR","value":3,"items":[{"item_id":"A"}]}}`
	for name, tt := range map[string]struct {
		times int
		acts  bool
		gap   time.Duration
		want  bool
	}{
		"three": {3, false, time.Second, true}, "two": {2, false, time.Second, false},
		"with actions": {3, true, time.Second, false}, "far apart": {3, false, 3 * time.Second, false},
	} {
		b := newBench(t, ga4(t))
		again := false
		for range tt.times {
			b.now += tt.gap
			if tt.acts {
				b.Act(&datalayer.Action{})
			}
			again = has(b.pushAs(checkout, func(*datalayer.Push) {}), rules.DuplicateEvent) || again
		}
		if again != tt.want {
			t.Errorf("%s: %v", name, again)
		}
	}
}

// An array isn't a command, whatever it contains.
func TestArraysAreNotCommands(t *testing.T) {
	for message, want := range map[string]rules.Code{
		`["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`: rules.IgnoredCommand,
		`["event","purchase",{}]`:                                rules.IgnoredCommand,
		`[["event","purchase",{}]]`:                              rules.IgnoredCommand,
		`[{"event":"chat_opened"}]`:                              rules.EventKey,
		`[{"page":"x"},{"event":"chat_opened"}]`:                 rules.EventKey,
		`[{"page":"x"},{"event":""}]`:                            "",
		`["widget_opened",{"a":1}]`:                              rules.EventKey,
		`["items.push",1]`:                                       "",
		`[1,2]`:                                                  "",
		`[]`:                                                     "",
	} {
		b := faultBench(t)
		found := b.pushAs(message, func(p *datalayer.Push) {
			p.Kind, p.Event = datalayer.Identify(p.Layer, p.Message, false)
		})
		if want == "" && len(found) > 0 || want != "" && !has(found, want) {
			t.Errorf("%s: %q, want %s", message, codes(found), want)
		}
	}
}

// The state of the layer determines whether Google Tag Manager received a message.
func TestReach(t *testing.T) {
	taken := &datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: datalayer.LayerTaken, Container: "GTM-A"}
	change := func(what datalayer.LayerEvent) *datalayer.LayerChange {
		return &datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: what}
	}
	const opened = `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`
	for name, tt := range map[string]struct {
		before   []*datalayer.LayerChange
		received datalayer.Tristate
		want     []rules.Code
	}{
		"got":                 {[]*datalayer.LayerChange{taken}, datalayer.Yes, nil},
		"not known":           {[]*datalayer.LayerChange{taken}, datalayer.Unknown, nil},
		"no word of a layer":  {nil, datalayer.Unknown, nil},
		"replaced":            {[]*datalayer.LayerChange{taken, change(datalayer.LayerReplaced)}, datalayer.No, []rules.Code{rules.NotReceived, rules.LayerReassigned}},
		"replaced before GTM": {[]*datalayer.LayerChange{change(datalayer.LayerReplaced), taken}, datalayer.Yes, nil},
		"bypassed":            {[]*datalayer.LayerChange{taken, change(datalayer.LayerBypassed)}, datalayer.No, []rules.Code{rules.NotReceived, rules.PushOverridden}},
		"nothing runs":        {[]*datalayer.LayerChange{change(datalayer.LayerFound)}, datalayer.Unknown, []rules.Code{rules.GTMNotRunning}},
		"a worker":            {[]*datalayer.LayerChange{change(datalayer.LayerWorker)}, datalayer.Unknown, []rules.Code{rules.GTMNotRunning}},
		"a lookalike":         {[]*datalayer.LayerChange{taken, change(datalayer.LayerLookalike)}, datalayer.Yes, []rules.Code{rules.LookalikeLayer}},
		"two containers":      {[]*datalayer.LayerChange{taken, {Page: "p1", Layer: "dataLayer", What: datalayer.LayerTaken, Container: "GTM-B"}}, datalayer.Yes, nil},
		"the same twice":      {[]*datalayer.LayerChange{taken, taken}, datalayer.Yes, []rules.Code{rules.ContainerTwice}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, widget(t))
			b.Open(b.page)
			for _, change := range tt.before {
				b.Layer(change)
			}
			b.now = time.Second
			found := b.pushAs(opened, func(p *datalayer.Push) { p.Received = tt.received })
			found = append(found, b.Finish(time.Minute)...)
			var got []rules.Code
			for _, f := range found {
				got = append(got, f.Code)
				checkTexts(t, f)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	b := newBench(t, widget(t))
	b.Open(b.page)
	b.Layer(change(datalayer.LayerFound))
	b.push(opened)
	if found := b.Finish(3 * time.Second); len(found) > 0 {
		t.Errorf("the page was not there for five seconds, but %+v", found)
	}
}

// A tag manager that runs in a worker takes the messages without taking the layer; its hits
// show that it runs.
func TestTagManagerInAWorker(t *testing.T) {
	for _, tt := range []struct {
		worker datalayer.Worker
		want   []string
	}{
		{datalayer.DedicatedWorker, nil},
		{"", []string{"gtm-not-running"}}, // a frame, with a layer of its own
	} {
		b := newBench(t, widget(t))
		b.Open(b.page)
		b.Open(&datalayer.Page{ID: "p2", Target: b.page.Target, Frame: "w1", Parent: b.page.Frame, Worker: tt.worker})
		b.Layer(&datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: datalayer.LayerFound})
		b.now = time.Second
		b.push(`{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`)
		b.Hit(&datalayer.Hit{Place: datalayer.Place{T: 2 * time.Second}, Page: "p2", Vendor: "ga4", ID: "G-ABC1234567", Event: "widget_opened"})
		if got := codes(b.Finish(time.Minute)); !slices.Equal(got, tt.want) {
			t.Errorf("hits of a %q: %q, want %q", tt.worker, got, tt.want)
		}
	}
}

// A message kept by a wrapper is lost only if it is never released.
func TestDropped(t *testing.T) {
	for _, released := range []bool{false, true} {
		b := newBench(t, widget(t))
		b.Open(b.page)
		b.Layer(&datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: datalayer.LayerTaken})
		kept := &datalayer.Push{Place: datalayer.Place{Seq: 90}, Page: "p1", Layer: "dataLayer", Event: "widget_opened", NotLanded: true}
		b.Dropped(kept)
		if released {
			b.pushAs(`{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`, func(p *datalayer.Push) { p.Of = kept })
		}
		found := b.Finish(time.Minute)
		if has(found, rules.NotReceived) == released {
			t.Errorf("released: %v, but %+v", released, found)
		}
	}
}

func TestPageError(t *testing.T) {
	b := newBench(t, widget(t))
	e := &datalayer.ScriptError{Page: "p1", Message: "SyntaxError: Unexpected token", URL: "https://shop.example/a.js?v=1", Line: 7}
	b.Script(e)
	b.Script(e)
	found := b.Finish(time.Second)
	if len(found) != 1 || found[0].Code != rules.PageError || !strings.Contains(found[0].Message, "a.js:7") {
		t.Fatalf("got %+v", found)
	}
	checkTexts(t, found[0])
}

// one returns a container with one trigger and a tag that it fires.
func one(condition *gtm.Condition) (*gtm.Trigger, *gtm.Tag) {
	container := &gtm.Container{ID: "GTM-ABC123", Form: gtm.FormExport}
	trigger := &gtm.Trigger{Container: container, Name: "Widget", Conditions: []*gtm.Condition{condition}}
	tag := &gtm.Tag{Container: container, Name: "GA4 - widget", Type: "html"}
	trigger.Attach(tag, false)
	container.Triggers, container.Tags = []*gtm.Trigger{trigger}, []*gtm.Tag{tag}
	return trigger, tag
}

func onEvent(operator gtm.Operator, expected string, err error) *gtm.Condition {
	return &gtm.Condition{Operator: operator, Expected: expected, Variable: &gtm.Variable{Type: "e"},
		Predicate: &gtm.Predicate{Operator: operator, OnEvent: true, CompileErr: err}}
}

const opened = `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`

func TestNoTag(t *testing.T) {
	trigger, tag := one(onEvent(gtm.Equals, "widget_opened", nil))
	matched := []gtm.Match{{Trigger: trigger, Matched: gtm.Yes}}
	unused := &gtm.Trigger{Container: trigger.Container, Name: "Unused"}
	blocking := &gtm.Trigger{Container: trigger.Container, Name: "Block", Blocks: []*gtm.Tag{tag}}
	for name, tt := range map[string]struct {
		outcome gtm.Outcome
		want    bool
	}{
		"fires":         {gtm.Outcome{Triggers: matched, Tags: []gtm.Firing{{Tag: tag, Fires: gtm.Yes}}}, false},
		"may fire":      {gtm.Outcome{Triggers: matched, Tags: []gtm.Firing{{Tag: tag, Fires: gtm.Unknown}}}, false},
		"fired before":  {gtm.Outcome{Triggers: matched, NotFired: []gtm.NotFired{{Tag: tag, Trigger: trigger}}}, false},
		"blocked":       {gtm.Outcome{Triggers: matched, NotFired: []gtm.NotFired{{Tag: tag, Trigger: trigger, Status: gtm.StatusBlocked, Block: blocking}}}, true},
		"paused":        {gtm.Outcome{Triggers: matched, NotFired: []gtm.NotFired{{Tag: tag, Trigger: trigger, Status: gtm.StatusPaused}}}, true},
		"unused":        {gtm.Outcome{Triggers: []gtm.Match{{Trigger: unused, Matched: gtm.Yes}}}, true},
		"may match":     {gtm.Outcome{Triggers: []gtm.Match{{Trigger: unused, Matched: gtm.Unknown}}}, false},
		"consent":       {gtm.Outcome{Triggers: matched, NotFired: []gtm.NotFired{{Tag: tag, Trigger: trigger, Status: gtm.StatusHeldBack, Consent: "ad_storage"}}}, false},
		"a plan's hint": {gtm.Outcome{Triggers: []gtm.Match{{Trigger: &gtm.Trigger{Name: "All"}, Matched: gtm.Yes}}}, false},
	} {
		b := newBench(t, widget(t))
		b.trigger = tt.outcome
		found := b.push(opened)
		if has(found, rules.NoTag) != tt.want {
			t.Errorf("%s: %+v", name, found)
		}
		for _, f := range found {
			checkTexts(t, f)
		}
	}
}

// Google Tag Manager doesn't fire a tag again when consent is granted later.
func TestHeldBackByConsent(t *testing.T) {
	trigger, tag := one(onEvent(gtm.Equals, "widget_opened", nil))
	held := gtm.Outcome{Triggers: []gtm.Match{{Trigger: trigger, Matched: gtm.Yes}},
		NotFired: []gtm.NotFired{{Tag: tag, Trigger: trigger, Status: gtm.StatusHeldBack, Consent: "ad_storage"}}}
	fires := gtm.Outcome{Triggers: held.Triggers, Tags: []gtm.Firing{{Tag: tag, Fires: gtm.Yes}}}
	for name, tt := range map[string]struct {
		granted bool
		after   gtm.Outcome
		want    bool
	}{
		"never granted":      {false, gtm.Outcome{}, false},
		"granted":            {true, gtm.Outcome{}, true},
		"granted, and fired": {true, fires, false},
	} {
		b := newBench(t, widget(t))
		b.push(`["consent","default",{"ad_storage":"denied"}]`)
		b.trigger = held
		b.push(opened)
		b.trigger = gtm.Outcome{}
		if tt.granted {
			b.push(`["consent","update",{"ad_storage":"granted"}]`)
		}
		b.trigger = tt.after
		b.push(`{"event":"consent_given"}`)
		found := b.Finish(time.Minute)
		if has(found, rules.NoTag) != tt.want {
			t.Errorf("%s: %+v", name, found)
		}
	}
}

func TestTriggerCondition(t *testing.T) {
	trigger, _ := one(onEvent(gtm.Equals, "widget_opened", nil))
	failed := func(key string) gtm.Outcome {
		return gtm.Outcome{FailedTriggers: []gtm.FailedTrigger{{Trigger: trigger, Actual: "web", Expected: "Web",
			Condition: &gtm.Condition{Operator: gtm.Equals, Expected: "Web", Variable: &gtm.Variable{Name: "dlv", Key: key}, Predicate: &gtm.Predicate{Operator: gtm.Equals}}}}}
	}
	for key, suggestion := range map[string]string{"widget_platform": "", "widget_plattform": "widget_platform", "page_type": ""} {
		b := newBench(t, widget(t))
		b.trigger = failed(key)
		found := b.push(opened)
		if len(found) != 1 || found[0].Code != rules.TriggerCondition || found[0].Suggestion != suggestion {
			t.Errorf("%s: %+v", key, found)
			continue
		}
		checkTexts(t, found[0])
		if found := b.push(`{"event":"of_no_plan"}`); len(found) > 0 {
			t.Errorf("an event of no plan: %+v", found)
		}
	}
	b := newBench(t, widget(t))
	b.trigger = failed("widget_platform")
	b.trigger.Triggers = []gtm.Match{{Trigger: trigger, Matched: gtm.Yes}}
	if found := b.push(opened); has(found, rules.TriggerCondition) {
		t.Errorf("a trigger matches, but %+v", found)
	}
}

func TestTriggerPattern(t *testing.T) {
	invalid := errors.New("it is invalid")
	for _, tt := range []struct {
		operator gtm.Operator
		expected string
		err      error
		want     bool
	}{
		{gtm.MatchesRegexp, `^*widget`, invalid, true},
		{gtm.MatchesRegexp, `(?P<n>widget)`, invalid, true},
		{gtm.MatchesRegexp, `widget_opened, widget_closed`, nil, true},
		{gtm.MatchesRegexp, `/^widget_/i`, nil, true},
		{gtm.MatchesRegexp, `widget_opened | widget_closed`, nil, true},
		{gtm.MatchesRegexp, `\Awidget_\Z`, nil, true},
		{gtm.Equals, `^widget_.*`, nil, true},
		{gtm.Equals, `widget_opened|widget_closed`, nil, true},
		{gtm.Contains, `widget_opened,widget_closed`, nil, true},
		{gtm.Equals, `widget_opened; widget_closed`, nil, true},
		{gtm.StartsWith, `widget_*`, nil, true},
		{gtm.Equals, `widget_opened `, nil, true},
		{gtm.MatchesRegexp, `^widget_(opened|closed)$`, nil, false},
		{gtm.MatchesRegexp, `^a{1,3}$`, nil, false},
		{gtm.MatchesRegexp, `.*`, nil, false},
		{gtm.Equals, `widget_opened`, nil, false},
		{gtm.Equals, `Product Viewed`, nil, false},
		{gtm.Contains, `widget`, nil, false},
		{gtm.Equals, `gtm4wp.addProduct`, nil, false},
	} {
		trigger, _ := one(onEvent(tt.operator, tt.expected, tt.err))
		trigger.Conditions[0].Predicate.Right = gtm.Constant(datalayer.StringOf(tt.expected))
		b := newBench(t, widget(t))
		b.Containers([]*gtm.Trigger{trigger})
		b.Containers([]*gtm.Trigger{trigger})
		found := b.Finish(time.Second)
		if has(found, rules.TriggerPattern) != tt.want || len(found) > 1 {
			t.Errorf("%s %s: %+v", tt.operator, tt.expected, found)
		}
		for _, f := range found {
			checkTexts(t, f)
		}
	}
}

func TestUndefinedVariable(t *testing.T) {
	_, tag := one(onEvent(gtm.Equals, "form_sent", nil))
	_, wide := one(onEvent(gtm.MatchesRegexp, ".*", nil))
	reads := func(tag *gtm.Tag, key string) gtm.Outcome {
		return gtm.Outcome{Tags: []gtm.Firing{{Tag: tag, Fires: gtm.Yes}},
			Undefined: []gtm.Undefined{{Tag: tag, Variable: &gtm.Variable{Name: "dlv " + key, Key: key}}}}
	}
	for name, tt := range map[string]struct {
		outcome gtm.Outcome
		then    string
		want    bool
	}{
		"a tag for the event": {reads(tag, "form_id"), `{"event":"x"}`, true},
		"set right after":     {reads(wide, "form_id"), `{"form_id":"contact"}`, true},
		"nearly the same key": {reads(wide, "form_Id"), `{"event":"x"}`, false},
		"misspelled":          {reads(wide, "form_nam"), `{"event":"x"}`, true},
		"set with an event":   {reads(wide, "form_id"), `{"event":"x","form_id":"contact"}`, false},
		"a tag for all":       {reads(wide, "form_id"), `{"event":"x"}`, false},
	} {
		b := newBench(t, widget(t))
		b.trigger = tt.outcome
		b.push(`{"event":"form_sent","form_name":"Contact"}`)
		b.trigger = gtm.Outcome{}
		b.push(tt.then)
		found := b.Finish(time.Minute)
		if has(found, rules.UndefinedVariable) != tt.want {
			t.Errorf("%s: %+v", name, found)
		}
		for _, f := range found {
			checkTexts(t, f)
		}
	}
}

// Another vendor's names aren't misspellings of the widget's, unless the session looks
// like the widget's.
func TestOtherVendorsNames(t *testing.T) {
	others := []string{`{"event":"widget_open"}`, `{"event":"widgetOpen"}`, `{"event":"chat_widget_opened","widget_id":"a"}`}
	if found := newBench(t, widget(t), ga4(t)).all(others...); len(found) > 0 {
		t.Errorf("another vendor's: %+v", found)
	}
	found := newBench(t, widget(t)).all(append(others, opened)...)
	if !has(found, rules.MisspelledEvent) {
		t.Errorf("the widget's own came, too, but %q", codes(found))
	}
	found = newBench(t, widget(t)).all(`{"event":"widgetOpen","widget_platform":"web"}`)
	if !has(found, rules.MisspelledEvent) {
		t.Errorf("it has the widget's parameter, but %q", codes(found))
	}
}

// A plan that the user didn't choose steps back if none of its events occurred.
func TestStepBack(t *testing.T) {
	for message, want := range map[string]int{`{"event":"page_x"}`: 0, opened: 25} {
		p := widget(t)
		b := newBench(t, p)
		b.StepBack(p)
		b.push(message)
		if got := len(b.Coverage()); got != want || (b.SteppedBack() == nil) != (want > 0) {
			t.Errorf("%s: %d rows, want %d", message, got, want)
		}
	}
}

// An event that is misspelled or has errors doesn't count as correct.
func TestCoverageCountsErrors(t *testing.T) {
	b := newBench(t, widget(t))
	b.push(opened)
	b.push(`{"event":"widget_opened","widget_platform":7,"timestamp":1795424401523}`)
	b.push(`{"event":"widget_opend","widget_platform":"web","timestamp":1795424401523}`)
	for _, c := range b.Coverage() {
		if c.Event == "widget_opened" && (c.Right() != 1 || c.Wrong != 1 || len(c.Names) != 1 || c.Names[0].Name != "widget_opend" || c.Complete()) {
			t.Errorf("got %+v", c)
		}
	}
}
