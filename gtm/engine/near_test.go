package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/gtm/engine"

	"github.com/google/go-cmp/cmp"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
)

// bench pushes messages at an engine.
type bench struct {
	engine *engine.Engine
	seq    int
	pushes []*datalayer.Push
}

func newBench(t testing.TB, containers ...string) *bench {
	t.Helper()
	var all []*gtm.Container
	for _, text := range containers {
		c, err := parse.Container([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	b := &bench{engine: engine.New(all...)}
	b.engine.Open(page)
	return b
}

func (b *bench) push(text string) gtm.Outcome {
	return b.send(page, datalayer.KindObject, datalayer.ViaPush, text)
}

func (b *bench) gtag(text string) gtm.Outcome {
	return b.send(page, datalayer.KindGtag, datalayer.ViaPush, text)
}

func (b *bench) send(on *datalayer.Page, kind datalayer.MessageKind, via datalayer.Via, text string) gtm.Outcome {
	b.seq++
	push, v := message(b.seq, text)
	push.Page, push.Kind, push.Via = on.ID, kind, via
	*v = datalayer.ReadMessage(push.Layer, kind, v.Value)
	push.Event = v.Event
	b.pushes = append(b.pushes, push)
	return b.engine.Push(on, push, v)
}

// listening returns a container with a trigger for each pair of operator and value.
func listening(pairs ...string) string {
	var predicates, rules []string
	for i := 0; i < len(pairs); i += 2 {
		predicates = append(predicates, fmt.Sprintf(`{"function":%q,"arg0":["macro",0],"arg1":%q}`, pairs[i], pairs[i+1]))
		rules = append(rules, fmt.Sprintf(`[["if",%d],["add",0]]`, i/2))
	}
	return fmt.Sprintf(`{"macros":[{"function":"__e"}],"tags":[{"function":"__html"}],"predicates":[%s],"rules":[%s]}`,
		strings.Join(predicates, ","), strings.Join(rules, ","))
}

func TestNearMisses(t *testing.T) {
	for _, tt := range []struct {
		operator, value, event string
		want                   string // empty for none
	}{
		{"_eq", "widget_opened", "widget_opend", "different spelling: widget_opened, 1"},
		{"_eq", "widget_opened", "wigdet_opened", "different spelling: widget_opened, 1"},
		{"_eq", "widget_opened", "widget_openedned", ""},
		{"_eq", "widget_opened", "Widget_Opened", "different case: widget_opened, 0"},
		{"_eq", "widget_opened", "widgetOpened", "different separators: widget_opened, 0"},
		{"_eq", "widget_opened", "widget-opened", "different separators: widget_opened, 0"},
		{"_eq", "widget_opened", "widget_opened ", "different separators: widget_opened, 0"},
		{"_eq", "widget_opened", "widget_closed", ""},
		{"_eq", "widget_opened", "purchase", ""},
		{"_eq", "step_1_viewed", "step_2_viewed", ""},
		{"_eq", "buy", "bye", ""},
		{"_eq", "gtm.click", "gtm_click", ""},
		{"_sw", "widget_", "gadget_opened", ""},
		{"_sw", "widget_chat_", "widgt_chat_opened", "different spelling: widget_chat_opened, 1"},
		{"_ew", "_opened", "widget_Opened", "different case: widget_opened, 0"},
		{"_cn", "conversation", "widget_conversaton_id", "different spelling: widget_conversation_id, 1"},
		{"_re", "^widget_(opened|closed)$", "widget_opend", "different spelling: widget_opened, 1"},
		{"_re", "^widget_(opened|closed)$", "WIDGET_CLOSED", "different case: widget_closed, 0"},
		{"_re", "^widget_(opened|closed)$", "my_widget_opened", "different anchors: , 0"},
		{"_re", "^widget_(opened|closed)$", "widget_loaded", ""},
		{"_re", "^widget_.*_clicked$", "widgt_cta_clicked", "different spelling: widget_cta_clicked, 1"},
		{"_re", "^widget_.*_clicked$", "widget_cta_cliked", "different spelling: widget_cta_clicked, 1"},
		{"_re", "^widget_(?!closed)", "Widget_opened", "different case: widget_opened, 0"},
		{"_re", "^widget_(?!closed)", "widget_closed", ""},
		{"_re", `^(?:chat|widget)_step_\d+_viewed$`, "widget_step_3_veiwed", "different spelling: widget_step_3_viewed, 1"},
		{"_re", `^colou?r_change[ds]$`, "color_chnaged", "different spelling: color_changed, 1"},
		{"_re", `^(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)$`, "x", ""},
		{"_re", `[`, "x", ""},
	} {
		b := newBench(t, listening(tt.operator, tt.value))
		out := b.push(fmt.Sprintf(`{"event":%q}`, tt.event))
		got := ""
		for _, m := range out.NearMisses {
			got += fmt.Sprintf("%s: %s, %d", m.Kind, m.Expected, m.Distance)
		}
		if got != tt.want {
			t.Errorf("%q with %s %q: %q, want %q", tt.event, tt.operator, tt.value, got, tt.want)
		}
	}
}

func TestNearMissesOnlyWhereNothingListens(t *testing.T) {
	b := newBench(t, listening("_eq", "widget_opened", "_eq", "widget_opend", "_re", ".*"))
	if out := b.push(`{"event":"widget_opend"}`); len(out.NearMisses) != 0 {
		t.Errorf("a trigger listens, and %v", out.NearMisses)
	}
	if out := b.push(`{"event":"widget_openedd"}`); len(out.NearMisses) != 2 || len(out.Triggers) != 1 {
		t.Errorf("only .* listens: %v", out)
	}
	patterns, err := gtm.Patterns(gtm.Pattern{Name: "All widget events", Regexp: "^widget_"})
	if err != nil {
		t.Fatal(err)
	}
	plain := &bench{engine: engine.New(patterns)}
	if out := plain.push(`{"event":"WIDGET_opened"}`); len(out.NearMisses) != 1 || out.NearMisses[0].Trigger.Name != "All widget events" {
		t.Errorf("a plain pattern: %v", out.NearMisses)
	}
}

const wired = `{"macros":[{"function":"__e"},
  {"function":"__v","vtp_name":"widget_conversation_id","vtp_dataLayerVersion":2},
  {"function":"__v","vtp_name":"user.id","vtp_dataLayerVersion":2},
  {"function":"__v","vtp_name":"items","vtp_dataLayerVersion":2},
  {"function":"__v","vtp_name":"flat","vtp_dataLayerVersion":1}],
 "tags":[{"function":"__html","vtp_html":["template",["macro",1],["macro",2],["macro",3],["macro",4]],"tag_id":1}],
 "predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"sent"},{"function":"_eq","arg0":["macro",0],"arg1":"never_sent"}],
 "rules":[[["if",0],["add",0]],[["if",1],["add",0]]]}`

func TestUnused(t *testing.T) {
	b := newBench(t, wired)
	b.push(`{"event":"gtm.js","gtm.start":1}`)
	b.push(`{"event":"sent","widet_conversation_id":"c1","other":1}`)
	b.push(`{"event":"sent","widet_conversation_id":"c2","user":{"name":"n"}}`)
	b.push(`{"event":"snet_now"}`)
	b.push(`{"event":"snet_now"}`)
	dead := b.engine.Unused()
	var got []string
	for _, e := range dead.Events {
		got = append(got, fmt.Sprintf("event %s %d× from %d", e.Event, e.Count, e.First))
	}
	for _, tr := range dead.Triggers {
		got = append(got, "trigger "+tr.Name)
	}
	for _, v := range dead.Variables {
		got = append(got, fmt.Sprintf("variable %s near %q", v.Variable.Key, v.Near))
	}
	for _, k := range dead.Keys {
		near := ""
		if k.Near != nil {
			near = k.Near.Key
		}
		got = append(got, fmt.Sprintf("key %s %d× from %d near %q", k.Key, k.Count, k.First, near))
	}
	want := []string{
		"event snet_now 2× from 4",
		"trigger Custom Event never_sent (#2)",
		`variable widget_conversation_id near "widet_conversation_id"`,
		`variable user.id near ""`,
		`variable items near ""`,
		`variable flat near ""`,
		`key other 1× from 2 near ""`,
		`key widet_conversation_id 2× from 2 near "widget_conversation_id"`,
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("sorted", func(s []string) map[string]bool {
		set := map[string]bool{}
		for _, line := range s {
			set[line] = true
		}
		return set
	})); diff != "" {
		t.Error(diff)
	}
}

func TestStale(t *testing.T) {
	b := newBench(t, wired)
	for _, step := range []struct{ push, want string }{
		{`{"event":"sent","widget_conversation_id":"c1","user":{"id":1},"flat":1}`, ""},
		{`{"event":"sent"}`, "widget_conversation_id from 1, user.id from 1, flat from 1"},
		{`{"event":"other","user.id":2}`, ""},
		{`{"event":"sent","widget_conversation_id":null,"user":{"name":"x"},"items":[]}`, "user.id from 3, flat from 1"},
		{`{"event":"sent","user":"x"}`, "widget_conversation_id from 4, items from 4, flat from 1"},
		{`{"event":"sent","user":{"name":1},"_clear":true,"items.0":1}`, "widget_conversation_id from 4, flat from 1"},
		{`{"event":"sent","widget_conversation_id":{"$":"undefined"},"flat":{"$":"undefined"},"user":{"id":1},"items":1}`, ""},
		{`{"event":"sent","flat":2,"items":2,"user.id":3}`, ""},
	} {
		var got []string
		for _, s := range b.push(step.push).Stale {
			got = append(got, fmt.Sprintf("%s from %d", s.Variable.Key, s.SetBy.Seq))
		}
		if strings.Join(got, ", ") != step.want {
			t.Errorf("after %s: %s, want %s", step.push, strings.Join(got, ", "), step.want)
		}
	}
}
