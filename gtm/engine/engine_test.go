package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"layertap/gtm/engine"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/worktest"
)

// outcome formats the outcome of a message.
func outcome(out gtm.Outcome) string {
	var parts []string
	for _, f := range out.Tags {
		part := fmt.Sprint(f.Tag.Index)
		if f.Fires == gtm.Unknown {
			part += "?"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// tagged returns a container with tags, rules, and variables from index 1 on. Predicate
// 0 matches the event t, 1 any event, 2 gtm.init.
func tagged(tags, rules string, more ...string) string {
	macros, predicates := "", ""
	for _, m := range more {
		if strings.Contains(m, "arg0") {
			predicates += "," + m
		} else {
			macros += "," + m
		}
	}
	return `{"macros":[{"function":"__e"}` + macros + `],"tags":[` + tags + `],
	"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"t"},{"function":"_re","arg0":["macro",0],"arg1":".*"},
	{"function":"_eq","arg0":["macro",0],"arg1":"gtm.init"}` + predicates + `],"rules":[` + rules + `]}`
}

const custom = `{"function":"__html"}`

// steps pushes messages and compares the tags that fire.
func steps(t *testing.T, b *bench, pairs ...string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		push := b.push
		if strings.HasPrefix(pairs[i], "[") {
			push = b.gtag
		}
		if got := outcome(push(pairs[i])); got != pairs[i+1] {
			t.Errorf("step %d, %s: tags %q, want %q", i/2+1, pairs[i], got, pairs[i+1])
		}
	}
}

func TestEvaluation(t *testing.T) {
	for _, tt := range []struct {
		name, container string
		steps           []string
	}{
		{"an event is what is truthy", tagged(custom, `[["if",1],["add",0]]`), []string{
			`{"a":1}`, "", `{"event":""}`, "", `{"event":0}`, "", `{"event":null}`, "", `{"event":{"$":"number","value":"NaN"}}`, "",
			`{"event":5}`, "0", `{"event":true}`, "0", `{"event":[]}`, "0", `{"event":{}}`, "0",
		}},
		{"an event is compared as a string", tagged(custom, `[["if",3],["add",0]]`, `{"function":"_eq","arg0":["macro",0],"arg1":"a,b"}`), []string{
			`{"event":["a","b"]}`, "0", `{"event":"a,b"}`, "0", `{"event":{"$":"instance","class":"C","value":{}}}`, "0?",
		}},
		{"gtm.js is evaluated once", tagged(custom, `[["if",3],["add",0]]`, `{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"}`), []string{
			`{"event":"gtm.js"}`, "0", `{"event":"gtm.js"}`, "", `["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`, "",
		}},
		{"gtag('js') starts a page", tagged(custom, `[["if",3],["add",0]]`, `{"function":"_eq","arg0":["macro",0],"arg1":"gtm.js"}`), []string{
			`["js",{"$":"date","value":"2026-11-23T09:00:00.000Z"}]`, "0",
		}},
		{"once a page counts the events that are not pushed", tagged(`{"function":"__html","once_per_load":true}`, `[["if",1],["add",0]]`), []string{
			`{"a":1}`, "", `{"event":"first"}`, "",
		}},
		{"once a page is not used up where it is blocked", tagged(`{"function":"__html","once_per_load":true}`, `[["if",0],["add",0]],[["if",3],["block",0]]`,
			`{"function":"__v","vtp_name":"stop","vtp_dataLayerVersion":2}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`), []string{
			`{"event":"t","stop":1}`, "", `{"event":"t","stop":0}`, "0", `{"event":"t"}`, "",
		}},
		{"once a page, perhaps used up", tagged(`{"function":"__html","once_per_load":true}`, `[["if",0,3],["add",0]]`,
			`{"function":"__jsm"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`), []string{
			`{"event":"t"}`, "0?", `{"event":"t"}`, "0?",
		}},
		{"blocked by what is not known", tagged(custom, `[["if",0],["add",0]],[["if",0,3],["block",0]]`,
			`{"function":"__jsm"}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`), []string{`{"event":"t"}`, "0?"}},
		{"paused", tagged(`{"function":"__paused","vtp_originalTagType":"html"},`+custom, `[["if",0],["add",0,1]]`), []string{`{"event":"t"}`, "1"}},
		{"several triggers fire a tag once", tagged(custom, `[["if",0],["add",0]],[["if",1],["add",0]]`), []string{`{"event":"t"}`, "0"}},
		{"setup, others, main, cleanup", tagged(`{"function":"__html","setup_tags":["list",["tag",1,0]],"teardown_tags":["list",["tag",2,0]]},`+
			custom+","+custom+","+custom, `[["if",0],["add",0,3]]`), []string{`{"event":"t"}`, "1 3 0? 2?"}},
		{"setup tags in a circle", tagged(`{"function":"__html","setup_tags":["list",["tag",1,0]]},{"function":"__html","setup_tags":["list",["tag",0,0]]}`,
			`[["if",0],["add",0]]`), []string{`{"event":"t"}`, "1 0?"}},
		{"a setup tag once an event", tagged(`{"function":"__html","once_per_event":true},{"function":"__html","setup_tags":["list",["tag",0,0]]}`,
			`[["if",0],["add",0,1]]`), []string{`{"event":"t"}`, "0 1"}},
		{"consent", tagged(`{"function":"__html","consent":["list","ad_storage"]}`, `[["if",0],["add",0]]`), []string{
			`{"event":"t"}`, "0",
			`["consent","default",{"ad_storage":"denied"}]`, "", `{"event":"t"}`, "",
			`["consent","update",{"ad_storage":"granted"}]`, "", `{"event":"t"}`, "0",
			`["consent","default",{"ad_storage":"denied"}]`, "", `{"event":"t"}`, "0",
		}},
		{"consent by region", tagged(`{"function":"__html","consent":["list","ad_storage"]}`, `[["if",0],["add",0]]`), []string{
			`["consent","default",{"ad_storage":"denied","region":["DE"]}]`, "", `{"event":"t"}`, "0?",
			`["consent","update",{"ad_storage":"denied"}]`, "", `{"event":"t"}`, "",
		}},
		{"consent that a template may have changed", tagged(`{"function":"__cvt_1_2"},{"function":"__html","consent":["list","ad_storage"]}`, `[["if",0],["add",0,1]]`), []string{
			`{"event":"t"}`, "0 1?",
		}},
		{"blocklist", tagged(custom, `[["if",0],["add",0]]`), []string{
			`{"gtm.blocklist":["html"]}`, "", `{"event":"t"}`, "", `{"gtm.blocklist":[]}`, "", `{"event":"t"}`, "0",
			`{"gtm.allowlist":["google"]}`, "", `{"event":"t"}`, "", `{"gtm.allowlist":{"$":"undefined"}}`, "", `{"event":"t"}`, "0",
		}},
		{"gtag event parameters are under eventModel for this message", tagged(custom, `[["if",3],["add",0]]`,
			`{"function":"__v","vtp_name":"eventModel.p","vtp_dataLayerVersion":2}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`), []string{
			`["event","x",{"p":1}]`, "0", `{"event":"y"}`, "", `["event","x",null]`, "", `["event","x",{"p":1},{}]`, "",
		}},
		{"version 1 keeps what was pushed", tagged(custom, `[["if",3],["add",0]]`,
			`{"function":"__v","vtp_name":"a.b","vtp_dataLayerVersion":1}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`), []string{
			`{"event":"x","a":{"b":1}}`, "", `{"event":"x","a.b":1}`, "0", `{"event":"x","a":2}`, "0",
		}},
		{"beneath null everything is false", tagged(custom, `[["if",3],["add",0]]`,
			`{"function":"__v","vtp_name":"a.b","vtp_dataLayerVersion":2,"vtp_setDefaultValue":true,"vtp_defaultValue":"d"}`,
			`{"function":"_eq","arg0":["macro",1],"arg1":"false"}`), []string{`{"event":"x"}`, "", `{"event":"x","a":null}`, "0"}},
		{"a variable that reads itself is undefined", tagged(custom, `[["if",3],["add",0]]`,
			`{"function":"__c","vtp_value":["template","a",["macro",1],"b"]}`, `{"function":"_eq","arg0":["macro",1],"arg1":"ab"}`), []string{`{"event":"x"}`, "0"}},
		{"the pattern undefined", tagged(custom, `[["if",3,4],["add",0]]`, `{"function":"__v","vtp_name":"p","vtp_dataLayerVersion":2}`,
			`{"function":"_re","arg0":["macro",0],"arg1":["macro",1]}`, `{"function":"_re","arg0":["macro",0],"arg1":"undefined"}`), []string{
			`{"event":"x"}`, "0", `{"event":"y"}`, "0",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) { steps(t, newBench(t, tt.container), tt.steps...) })
	}
}

// After a function is pushed, only what is set later is known.
func TestFunctionMessages(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0,3],["add",0]]`,
		`{"function":"__v","vtp_name":"a.b","vtp_dataLayerVersion":2}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`))
	steps(t, b, `{"event":"t","a":{"b":1}}`, "0")
	b.send(page, datalayer.KindFunction, datalayer.ViaPush, `{"$":"function","name":""}`)
	steps(t, b, `{"event":"t"}`, "0?", `{"event":"t","a":{"c":1}}`, "0?", `{"event":"t","a":{"b":1}}`, "0", `{"event":"t","a":2}`, "")
	explained, _ := b.engine.Explain(b.pushes[2])
	condition := explained.Triggers[0].Conditions[1]
	if condition.Holds != gtm.Unknown || condition.Reason != "a function that the page pushed may have changed it" {
		t.Errorf("%s because %q", condition.Holds, condition.Reason)
	}
}

func TestUnseenMessages(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0],["add",0]]`))
	for i, step := range []struct {
		via        datalayer.Via
		text, want string
	}{
		{datalayer.ViaInitial, `{"event":"t"}`, "0"},
		{datalayer.ViaUnshift, `{"event":"t"}`, "0"}, // Google Tag Manager hasn't started, and reads the whole array later
		{datalayer.ViaPush, `{"event":"gtm.dom"}`, ""},
		{datalayer.ViaUnshift, `{"event":"t"}`, ""},
		{datalayer.ViaIndex, `{"event":"t"}`, ""},
		{datalayer.ViaPush, `{"event":"t"}`, "0"},
		{datalayer.ViaAssign, `{"event":"t"}`, ""},
		{datalayer.ViaPush, `{"event":"t"}`, ""},
	} {
		if got := outcome(b.send(page, datalayer.KindObject, step.via, step.text)); got != step.want {
			t.Errorf("step %d, %s %s: %q, want %q", i+1, step.via, step.text, got, step.want)
		}
		if explained, _ := b.engine.Explain(b.pushes[i]); (explained.Skipped != "") != (explained.Event == "") {
			t.Errorf("step %d: event %q, skipped %q", i+1, explained.Event, explained.Skipped)
		}
	}
}

// A new document starts with an empty state; a new URL of the same document and a
// restored one don't. Data layers are independent.
func TestPagesAndLayers(t *testing.T) {
	b := newBench(t, tagged(`{"function":"__html","once_per_load":true}`, `[["if",0,3],["add",0]]`,
		`{"function":"__v","vtp_name":"a","vtp_dataLayerVersion":2}`, `{"function":"_eq","arg0":["macro",1],"arg1":"1"}`,
		`{"function":"__u","vtp_component":"PATH"}`, `{"function":"_re","arg0":["macro",2],"arg1":"^/"}`))
	at := func(id, url string, cause datalayer.Cause) *datalayer.Page {
		p := &datalayer.Page{ID: id, Target: "t1", Frame: "main", URL: url, Cause: cause}
		b.engine.Open(p)
		return p
	}
	push := func(on *datalayer.Page, text, want string) {
		t.Helper()
		if got := outcome(b.send(on, datalayer.KindObject, datalayer.ViaPush, text)); got != want {
			t.Errorf("%s on %s: %q, want %q", text, on.ID, got, want)
		}
	}
	first := at("p10", "https://a.test/1", datalayer.CauseLoad)
	push(first, `{"a":1}`, "")
	second := at("p11", "https://a.test/2", datalayer.CauseHistory)
	push(second, `{"event":"t"}`, "0")
	push(second, `{"event":"t"}`, "")
	third := at("p12", "https://a.test/3", datalayer.CauseLoad)
	push(third, `{"event":"t"}`, "")
	push(third, `{"event":"t","a":1}`, "0")
	restored := at("p13", "https://a.test/2", datalayer.CauseBFCache)
	push(restored, `{"event":"t"}`, "")
	fresh := at("p14", "https://a.test/2", datalayer.CauseReload)
	push(fresh, `{"event":"t"}`, "")
	state, _ := b.engine.State(b.pushes[len(b.pushes)-2])
	if got := state.V2.Lookup("a").Value.Text; got != "1" {
		t.Errorf("the restored page has a = %q, want 1", got)
	}

	other, v := message(99, `{"event":"t"}`)
	other.Page, other.Layer = "p14", "another"
	b.push(`{"a":1}`)
	if got := outcome(b.engine.Push(fresh, other, v)); got != "" {
		t.Errorf("the other layer: %q", got)
	}
}

// A container applies from the page's first message on, and to later pages; a newer
// version of it applies only from its own page on.
func TestContainerInTheMiddle(t *testing.T) {
	b := newBench(t)
	live := tagged(custom, `[["if",0],["add",0]]`)
	entry := func(id, version, layer, text string) *datalayer.Container {
		return &datalayer.Container{ID: id, Version: version, Layer: layer, Source: "page", Resource: []byte(text)}
	}
	b.push(`{"event":"t"}`)
	b.push(`{"event":"x"}`)
	revisions, err := b.engine.Load(entry("GTM-A1", "1", "dataLayer", live))
	if err != nil {
		t.Fatal(err)
	}
	if len(revisions) != 2 || outcome(revisions[0].Outcome) != "0" || outcome(revisions[1].Outcome) != "" {
		t.Errorf("revised: %v", revisions)
	}
	steps(t, b, `{"event":"t"}`, "0")
	if again, err := b.engine.Load(entry("GTM-A1", "1", "otherLayer", tagged(custom, `[["if",1],["add",0]]`))); err != nil || len(again) != 0 {
		t.Errorf("another layer's: %v, %v", again, err)
	}
	b.engine.Open(&datalayer.Page{ID: "p2", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	second := &datalayer.Page{ID: "p2"}
	if got := outcome(b.send(second, datalayer.KindObject, "", `{"event":"t"}`)); got != "0" {
		t.Errorf("the next page: %q", got)
	}
	if again, err := b.engine.Load(entry("GTM-A1", "1", "dataLayer", live)); err != nil || len(again) != 0 || len(b.engine.Containers()) != 2 {
		t.Errorf("the same again: %v, %v", again, err)
	}
	revisions, err = b.engine.Load(entry("GTM-A1", "2", "dataLayer", tagged(custom, `[["if",0],["add"]]`)))
	if err != nil || len(revisions) != 1 || outcome(revisions[0].Outcome) != "" {
		t.Errorf("a newer version: %v, %v", revisions, err)
	}
	if explained, _ := b.engine.Explain(b.pushes[0]); explained.Triggers[0].Trigger.Container.Version != "1" {
		t.Errorf("the first page has version %s", explained.Triggers[0].Trigger.Container.Version)
	}
	if _, err := b.engine.Load(entry("GTM-B2", "1", "dataLayer", `{"macros":[`)); err == nil || !strings.HasPrefix(err.Error(), "container GTM-B2: ") {
		t.Errorf("a broken one: %v", err)
	}
}

// A container that an earlier page loaded doesn't apply to a page that only has a Google
// tag, until it takes that page's layer, too.
func TestContainerAndGoogleTag(t *testing.T) {
	b := newBench(t)
	taken := func(page, by string) []gtm.Revision {
		return b.engine.Taken(&datalayer.LayerChange{Page: page, Layer: "dataLayer", What: datalayer.LayerTaken, Container: by})
	}
	b.push(`{"event":"t"}`)
	if _, err := b.engine.Load(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "page", Resource: []byte(tagged(custom, `[["if",0],["add",0]]`))}); err != nil {
		t.Fatal(err)
	}
	if revisions := taken("p1", "GTM-A1"); len(revisions) > 0 {
		t.Errorf("nothing changed, but %v", revisions)
	}
	if revisions := taken("p1", "G-ABC1234567"); len(revisions) > 0 {
		t.Errorf("a Google tag beside it changed %v", revisions)
	}
	steps(t, b, `{"event":"t"}`, "0")
	b.engine.Open(&datalayer.Page{ID: "p2", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	second := &datalayer.Page{ID: "p2"}
	if got := outcome(b.send(second, datalayer.KindObject, "", `{"event":"t"}`)); got != "0" {
		t.Errorf("before anything took the layer: %q", got)
	}
	for _, tt := range []struct{ by, want string }{{"G-ABC1234567", ""}, {"GTM-A1", "0"}} {
		revisions := taken("p2", tt.by)
		if len(revisions) == 0 || outcome(revisions[0].Outcome) != tt.want {
			t.Errorf("taken by %s: %v", tt.by, revisions)
		}
		if got := outcome(b.send(second, datalayer.KindObject, "", `{"event":"t"}`)); got != tt.want {
			t.Errorf("taken by %s: %q, want %q", tt.by, got, tt.want)
		}
	}
	b.engine.Open(&datalayer.Page{ID: "p3", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	third := &datalayer.Page{ID: "p3"}
	b.send(third, datalayer.KindObject, "", `{"event":"gtm.js","gtm.start":1}`)
	taken("p3", "G-ABC1234567")
	if got := outcome(b.send(third, datalayer.KindObject, "", `{"event":"t"}`)); got != "0" {
		t.Errorf("with the container's snippet: %q", got)
	}
	// After a Google tag, the snippet alone changes nothing: all messages get their outcomes
	// when the container takes the layer.
	b.engine.Open(&datalayer.Page{ID: "p4", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad})
	fourth := &datalayer.Page{ID: "p4"}
	taken("p4", "G-ABC1234567")
	b.send(fourth, datalayer.KindObject, "", `{"event":"gtm.js","gtm.start":1}`)
	if got := outcome(b.send(fourth, datalayer.KindObject, "", `{"event":"t"}`)); got != "" {
		t.Errorf("before the container: %q", got)
	}
	other := &datalayer.Container{ID: "GTM-A2", Layer: "otherLayer", Source: "page", Resource: []byte(tagged("", ""))}
	if revisions, err := b.engine.Load(other); err != nil || len(revisions) > 0 {
		t.Errorf("a container of another layer: %v, %v", revisions, err)
	}
	if revisions := taken("p4", "GTM-A1"); len(revisions) != 2 || outcome(revisions[1].Outcome) != "0" {
		t.Errorf("taken by the container: %v", revisions)
	}
}

// A new URL belongs to the document that had the URL before, not to a page that is prerendered
// beside it, nor the reverse.
func TestURLBesideAPrerenderedPage(t *testing.T) {
	b := newBench(t)
	b.push(`{"event":"t"}`)
	if _, err := b.engine.Load(&datalayer.Container{ID: "GTM-A1", Layer: "dataLayer", Source: "page", Resource: []byte(tagged(custom, `[["if",0],["add",0]]`))}); err != nil {
		t.Fatal(err)
	}
	open := func(id, url, before string, as datalayer.Cause) *datalayer.Page {
		p := &datalayer.Page{ID: id, Target: "t1", Frame: "main", URL: url, Referrer: before, Cause: as}
		b.engine.Open(p)
		return p
	}
	open("p2", "https://shop.example/a", "", datalayer.CauseLoad)
	b.engine.Taken(&datalayer.LayerChange{Page: "p2", Layer: "dataLayer", What: datalayer.LayerTaken, Container: "G-ABC1234567"})
	open("p3", "https://shop.example/b", "https://shop.example/a", datalayer.CausePrerender)
	for _, tt := range []struct{ id, url, before, want string }{
		{"p4", "https://shop.example/a#2", "https://shop.example/a", ""},
		{"p5", "https://shop.example/b#2", "https://shop.example/b", "0"},
		{"p6", "https://shop.example/a#3", "https://shop.example/a#2", ""},
	} {
		page := open(tt.id, tt.url, tt.before, datalayer.CauseHistory)
		if got := outcome(b.send(page, datalayer.KindObject, "", `{"event":"t"}`)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.url, got, tt.want)
		}
	}
}

// A layer whose first messages were forgotten keeps its containers and its state, also when
// something happens to another layer.
func TestTakenAfterForget(t *testing.T) {
	b := newBench(t)
	load := func(layer string) ([]gtm.Revision, error) {
		return b.engine.Load(&datalayer.Container{ID: "GTM-" + layer, Layer: layer, Source: "page", Resource: []byte(tagged(custom, `[["if",0],["add",0]]`))})
	}
	open := func(id, url string, cause datalayer.Cause) *datalayer.Page {
		p := &datalayer.Page{ID: id, Target: "t1", Frame: "main", URL: url, Cause: cause}
		b.engine.Open(p)
		return p
	}
	taken := func(page string) []gtm.Revision {
		return b.engine.Taken(&datalayer.LayerChange{Page: page, Layer: "dataLayer", What: datalayer.LayerTaken, Container: "G-ABC1234567"})
	}
	if _, err := load("dataLayer"); err != nil {
		t.Fatal(err)
	}
	b.send(open("p2", "https://shop.example/a", datalayer.CauseLoad), datalayer.KindObject, "", `{"event":"t"}`)
	open("p3", "https://shop.example/b", datalayer.CauseLoad)
	b.engine.Forget(func(*datalayer.Push) bool { return false })
	restored := open("p4", "https://shop.example/a", datalayer.CauseBFCache)
	send := func() string { return outcome(b.send(restored, datalayer.KindObject, "", `{"event":"t"}`)) }
	if got := send(); got != "0" {
		t.Fatalf("restored: %q", got)
	}
	if revisions := taken("p4"); len(revisions) > 0 {
		t.Errorf("taken: %v", revisions)
	}
	if revisions := taken("p3"); len(revisions) > 0 {
		t.Errorf("another layer was taken: %v", revisions)
	}
	if revisions, err := load("otherLayer"); err != nil || len(revisions) > 0 {
		t.Errorf("a container of another layer was loaded: %v, %v", revisions, err)
	}
	if got := send(); got != "0" {
		t.Errorf("after that: %q", got)
	}
}

// The user's export and the page's published container count as one.
func TestExportThenPublished(t *testing.T) {
	const dir = "../testdata/oracle/widget__before_gtm_loads"
	b := &bench{engine: engine.New(container(t, dir, "export.json"))}
	b.push(`{"event":"widget_opened"}`)
	revisions, err := b.engine.Load(&datalayer.Container{ID: "GTM-ORACLE", Version: "3", Layer: "dataLayer", Source: "page", Resource: read(t, dir, "resource.json")})
	if err != nil || len(revisions) != 1 {
		t.Fatal(revisions, err)
	}
	all := b.engine.Containers()
	if len(all) != 1 || all[0].Version != "3" || all[0].Triggers[0].Name != "all" || all[0].Tags[0].Name != "GA4 all" {
		t.Errorf("%v", all)
	}
	if got, want := matched(revisions[0].Outcome), []string{"all", "lifecycle", "notclosed", "exact"}; !slices.Equal(got, want) {
		t.Errorf("triggers %q, want %q", got, want)
	}
	if revisions, err := b.engine.Load(&datalayer.Container{ID: "GTM-OTHER", Source: "page", Resource: []byte(tagged("", ""))}); err != nil || len(revisions) != 1 {
		t.Errorf("another container: %v, %v", revisions, err)
	}
	if now := b.engine.Containers(); len(now) != 2 || now[0] != all[0] {
		t.Errorf("%v became %v", all, now)
	}
}

func TestExplain(t *testing.T) {
	b := newBench(t, tagged(`{"function":"__html","tag_id":1},{"function":"__html","tag_id":2,"consent":["list","ad_storage"]},{"function":"__html","tag_id":3}`,
		`[["if",0],["unless",3],["add",0]],[["if",2],["add",1]],[["if",0],["block",0]]`,
		`{"function":"__v","vtp_name":"user.id","vtp_dataLayerVersion":2}`, `{"function":"_eq","arg0":["macro",1],"arg1":["template","u",["macro",1]]}`))
	b.push(`{"user":{"id":"u1"},"list":[1]}`)
	b.push(`{"event":"t","user":{"name":"n"},"list":[2]}`)
	explained, ok := b.engine.Explain(b.pushes[1])
	if !ok {
		t.Fatal("not explained")
	}
	var got []string
	for _, s := range explained.Before {
		got = append(got, fmt.Sprintf("before: %s, %d triggers, %d tags", s.Event, len(s.Triggers), len(s.Tags)))
	}
	for _, v := range explained.Triggers {
		got = append(got, fmt.Sprintf("trigger %d: %s", len(got), v.Matched))
		for _, c := range v.Conditions {
			got = append(got, fmt.Sprintf("  %s: %s; actual %s, expected %s", c.Condition, c.Holds, c.Actual.Text, c.Expected.Text))
		}
	}
	for _, v := range explained.Tags {
		got = append(got, fmt.Sprintf("%s: %s, %s", v.Tag.Name, v.Fires, v.Reason))
	}
	for _, v := range explained.Variables {
		got = append(got, fmt.Sprintf("%s = %s, set by %d, stale %v", v.Variable.Name, v.Value.Text, v.SetBy.Seq, v.Stale))
	}
	for _, c := range explained.State.Changed {
		got = append(got, fmt.Sprintf("changed %s: %s to %s", c.Path, datalayer.Encode(nil, c.Before), datalayer.Encode(nil, c.After)))
	}
	want := []string{
		"before: gtm.init_consent, 0 triggers, 0 tags",
		"before: gtm.init, 1 triggers, 1 tags",
		"trigger 2: yes",
		"  Event equals t: yes; actual t, expected t",
		"  Data Layer user.id does not equal u{{Data Layer user.id}}: yes; actual u1, expected uu1",
		"trigger 5: no",
		"  Event equals gtm.init: no; actual t, expected gtm.init",
		"trigger 7: yes",
		"  Event equals t: yes; actual t, expected t",
		"Custom HTML (tag 1): no, blocked by Custom Event t (#3)",
		"Custom HTML (tag 2): no, no firing trigger matched",
		"Custom HTML (tag 3): no, it has no firing trigger",
		"Event = t, set by 0, stale false",
		"Data Layer user.id = u1, set by 1, stale true",
		`changed user.name: {"$":"undefined"} to "n"`,
		`changed list: [1] to [2]`,
		`changed event: "gtm.init" to "t"`,
	}
	slices.Sort(want[14:])
	slices.Sort(got[14:])
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if first, _ := b.engine.Explain(b.pushes[0]); first.Event != "" || first.Skipped != "it has no event" || len(first.Variables) == 0 {
		t.Errorf("the first message: %+v", first)
	}
	foreign, _ := message(77, `{}`)
	if _, ok := b.engine.Explain(foreign); ok {
		t.Error("a message that was never pushed is explained")
	}
}

// A container whose patterns all backtrack catastrophically delays a page only briefly.
func TestCatastrophicPatterns(t *testing.T) {
	var pairs []string
	for i := range 5 {
		pairs = append(pairs, "_re", fmt.Sprintf(`^(\w+\s?)*\1%d$`, i))
	}
	b := newBench(t, listening(pairs...))
	event := strings.Repeat("abcdefgh ", 30) + "!" // each match would take years
	for range 20 {
		out := b.push(fmt.Sprintf(`{"event":%q}`, event))
		if len(out.Triggers) != 5 || out.Triggers[4].Matched != gtm.Unknown {
			t.Fatalf("%d triggers match, or may", len(out.Triggers))
		}
	}
}

// The work for finding a message's changes in a large state is linear in its size.
func TestStateOfManyKeys(t *testing.T) {
	worktest.Linear(t, 1_000, func(n int) func() {
		e := engine.New()
		e.Open(page)
		var keys []string
		for i := range n {
			keys = append(keys, fmt.Sprintf(`"key_%d":1`, i))
		}
		push, v := message(1, "{"+strings.Join(keys, ",")+"}")
		e.Push(page, push, v)
		push, v = message(2, `{"key_7":2}`)
		e.Push(page, push, v)
		return func() {
			state, _ := e.State(push)
			if len(state.Changed) != 1 || state.Changed[0].Path != "key_7" {
				t.Errorf("%d changes of %d keys", len(state.Changed), n)
			}
		}
	})
}

// The work for comparing many keys with hundreds of variables is linear in the number
// of keys.
func TestUnusedOfManyKeys(t *testing.T) {
	worktest.Linear(t, 200, func(n int) func() {
		e := engine.New(large(t))
		e.Open(page)
		for i := range n {
			push, v := message(i+1, fmt.Sprintf(`{"event":"seen","shop_%d_basket":1}`, i))
			e.Push(page, push, v)
		}
		return func() {
			unused := e.Unused()
			if len(unused.Keys) != n || len(unused.Variables) != 200 {
				t.Errorf("%d keys of %d and %d variables", len(unused.Keys), n, len(unused.Variables))
			}
		}
	})
}

// The list of keys that nothing reads is bounded.
func TestUnreadKeysAreBounded(t *testing.T) {
	e := engine.New(large(t))
	e.Open(page)
	var keys []string
	for i := range 11_000 {
		keys = append(keys, fmt.Sprintf(`"shop_%d_basket":1`, i))
	}
	push, v := message(1, "{"+strings.Join(keys, ",")+"}")
	e.Push(page, push, v)
	if unused := e.Unused(); len(unused.Keys) != 10_000 {
		t.Errorf("%d keys", len(unused.Keys))
	}
}

// The differences that a draft, or a pattern being typed, would make.
func TestCompare(t *testing.T) {
	b := newBench(t, tagged(custom, `[["if",0],["add",0]]`))
	for _, event := range []string{"t", "widget_opened", "t", "widget_closed"} {
		b.push(fmt.Sprintf(`{"event":%q}`, event))
	}
	pattern, err := gtm.Patterns(gtm.Pattern{Name: "what if", Regexp: "opened$"})
	if err != nil {
		t.Fatal(err)
	}
	seqs := func(before, after []*gtm.Container) (seqs []int) {
		differences, err := b.engine.Compare(context.Background(), before, after)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range differences {
			seqs = append(seqs, d.Push.Seq)
		}
		return seqs
	}
	if got := seqs([]*gtm.Container{}, []*gtm.Container{pattern}); !slices.Equal(got, []int{2}) {
		t.Errorf("the pattern alone: %v", got)
	}
	if got := seqs(nil, []*gtm.Container{pattern}); !slices.Equal(got, []int{1, 2, 3}) {
		t.Errorf("the pattern against the container: %v", got)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.engine.Compare(cancelled, nil, nil); err == nil {
		t.Error("a cancelled comparison went on")
	}
}

// A message's state doesn't depend on the checkpoint that it is computed from, and can
// be computed while messages arrive.
func TestLookBackWhileMessagesCome(t *testing.T) {
	b := newBench(t, wired)
	want := map[int]string{}
	for i := range 1500 {
		b.push(fmt.Sprintf(`{"event":"sent","widget_conversation_id":%d,"user":{"k%d":%d}}`, i, i%7, i))
		want[i] = fmt.Sprint(i)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := 1499; i >= 0; i -= 13 {
			state, _ := b.engine.State(b.pushes[i])
			explained, _ := b.engine.Explain(b.pushes[i])
			if got := state.V2.Lookup("widget_conversation_id").Value.Text; got != want[i] || explained.Triggers[0].Matched != gtm.Yes {
				t.Errorf("message %d has %s, want %s", i, got, want[i])
			}
			if got := len(state.V2.Lookup("user").Value.Fields); got != min(i+1, 7) {
				t.Errorf("message %d has %d keys of user", i, got)
			}
		}
	}()
	more := newBench(t)
	more.engine, more.seq = b.engine, b.seq
	for range 3000 {
		more.push(`{"event":"sent"}`)
	}
	<-done
}
