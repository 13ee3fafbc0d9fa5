package check_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check/sent"
)

func TestNearMissTrigger(t *testing.T) {
	trigger := &gtm.Trigger{Name: "Opened", Container: &gtm.Container{ID: "GTM-ABC123"}}
	for _, near := range []gtm.NearMiss{
		{Trigger: trigger, Kind: gtm.OtherCase, Expected: "Hello_There"},
		{Trigger: trigger, Kind: gtm.OtherSeparators, Expected: "hello-there"},
		{Trigger: trigger, Kind: gtm.AnchorAway, Expected: "hello"},
		{Trigger: trigger, Kind: gtm.OtherSpelling, Expected: "helo_there", Distance: 1},
		{Trigger: trigger, Kind: gtm.OtherSpelling, Expected: "helo_thre", Distance: 2},
	} {
		b := newBench(t, widget(t))
		b.trigger = gtm.Outcome{NearMisses: []gtm.NearMiss{near}}
		found := b.push(`{"event":"hello_there"}`)
		if len(found) != 1 || found[0].Code != rules.NearMissTrigger || !strings.Contains(found[0].Message, near.Expected) {
			t.Errorf("%v: %+v", near.Kind, found)
			continue
		}
		checkTexts(t, found[0])
		if found := b.push(`{"event":"gtm.click"}`); len(found) > 0 {
			t.Errorf("GTM's own: %+v", found)
		}
	}
	b := newBench(t, widget(t))
	b.trigger = gtm.Outcome{NearMisses: []gtm.NearMiss{{Trigger: &gtm.Trigger{Name: "a plan's"}, Kind: gtm.AnchorAway, Expected: "widget_opened"}}}
	if found := b.push(`{"event":"chat_widget_opened"}`); len(found) > 0 {
		t.Errorf("another vendor's name: %+v", found)
	}
	b.trigger = gtm.Outcome{NearMisses: []gtm.NearMiss{{Trigger: trigger, Kind: gtm.OtherSpelling, Expected: "widget_opened", Distance: 1}}}
	if diff := cmp.Diff([]string{"misspelled-event"}, codes(b.push(`{"event":"widget_opend"}`))); diff != "" {
		t.Errorf("one fault is reported twice: %s", diff)
	}
}

// A left-over value is reported once for the session, with its messages, not with each
// of them.
func TestStaleVariable(t *testing.T) {
	stale := func(event, key, path string) gtm.Outcome {
		return gtm.Outcome{
			Triggers: []gtm.Match{{Trigger: &gtm.Trigger{Name: "All"}, Matched: gtm.Yes}},
			Stale: []gtm.Stale{{Tag: &gtm.Tag{Name: "GA4 - widget"}, Variable: &gtm.Variable{Key: key}, Path: path,
				SetBy: gtm.Setting{Seq: 12, Event: event}}},
		}
	}
	const message = `{"event":"widget_closed","widget_platform":"web","timestamp":1795424401523}`
	for name, tt := range map[string]struct {
		event, key, path string
		want             rules.Severity // Off for none
	}{
		"another event's":     {"widget_whatsapp_clicked", "link_text", "", rules.Warning},
		"an id":               {"widget_loaded", "widget_id", "", rules.Info},
		"a part of a list":    {"", "ecommerce.items", "[1]", rules.Warning},
		"set without event":   {"", "link_text", "", rules.Off},
		"set for the page":    {"page_data", "link_text", "", rules.Off},
		"of the conversation": {"widget_message_sent", "widget_conversation_id", "", rules.Info},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, widget(t))
			b.now = 8 * time.Second
			b.trigger = stale(tt.event, tt.key, tt.path)
			for range 3 {
				b.now += time.Minute
				if found := b.push(message); len(found) > 0 {
					t.Errorf("reported with the message: %+v", found)
				}
			}
			found := b.Overdue(b.now)
			if tt.want == rules.Off {
				if len(found) > 0 {
					t.Errorf("got %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].Code != rules.StaleVariable || found[0].Severity != tt.want || found[0].Count != 3 || len(found[0].Messages) != 3 {
				t.Fatalf("got %+v", found)
			}
			checkTexts(t, found[0])
		})
	}
}

func TestRevise(t *testing.T) {
	b := newBench(t, widget(t))
	b.trigger = gtm.Outcome{}
	push := &datalayer.Push{}
	found := b.pushAs(`{"event":"widget_closed","widget_platform":""}`, func(p *datalayer.Push) { push = p })
	if diff := cmp.Diff([]string{"empty-value widget_platform", "missing-parameter timestamp", "no-trigger"}, codes(found)); diff != "" {
		t.Fatal(diff)
	}
	matched := gtm.Outcome{Triggers: []gtm.Match{{Trigger: &gtm.Trigger{Name: "All"}, Matched: gtm.Yes}}}
	revised := b.Revise(push, gtm.Outcome{}, matched, found)
	if diff := cmp.Diff([]string{"empty-value widget_platform", "missing-parameter timestamp"}, codes(revised)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(codes(found), codes(b.Revise(push, matched, gtm.Outcome{}, revised))); diff != "" {
		t.Error(diff)
	}
}

func TestUnused(t *testing.T) {
	container := &gtm.Container{ID: "GTM-ABC123"}
	found := newBench(t, widget(t)).Unused(gtm.Unused{
		Triggers: []*gtm.Trigger{{Name: "Old", Container: container}, {Name: "Mine", Container: &gtm.Container{}}},
		Variables: []gtm.UnsetVariable{
			{Variable: &gtm.Variable{Name: "DLV id", Key: "widget_conversation_id"}, Near: "widet_conversation_id"},
			{Variable: &gtm.Variable{Name: "DLV basket", Key: "basket"}},
		},
	})
	want := []string{"dead-trigger", "dead-variable widget_conversation_id", "dead-variable basket"}
	if diff := cmp.Diff(want, codes(found)); diff != "" {
		t.Fatal(diff)
	}
	for _, f := range found {
		checkTexts(t, f)
	}
	if found[1].Suggestion != "widet_conversation_id" {
		t.Errorf("got %+v", found[1])
	}
}

func TestHits(t *testing.T) {
	plan := parse(t, `
plan: hits
events:
  a: {hits: [ga4, meta]}
  b: {hits: {vendor: ga4, prefix: chat_}}
  c: {parameters: {link_text?: {personal: true}}}
`)
	hit := func(event string, change func(*datalayer.Hit)) *datalayer.Hit {
		h := &datalayer.Hit{Vendor: "ga4", Event: event, Status: 204, Cause: &datalayer.HitCause{Push: 1, Strength: "certain"}}
		change(h)
		return h
	}
	same := func(*datalayer.Hit) {}
	for name, tt := range map[string]struct {
		event string
		hit   *datalayer.Hit
		want  []string
	}{
		"the event's own name":  {"a", hit("a", same), nil},
		"another name":          {"a", hit("chat_a", same), []string{"hit-renamed"}},
		"an allowed prefix":     {"b", hit("chat_b", same), nil},
		"without the prefix":    {"b", hit("b", same), []string{"hit-renamed"}},
		"of no expected vendor": {"c", hit("Contact", func(h *datalayer.Hit) { h.Vendor = "meta" }), nil},
		"blocked":               {"c", hit("c", func(h *datalayer.Hit) { h.Status, h.Error = 0, "blocked by client" }), []string{"hit-blocked"}},
		"refused":               {"c", hit("c", func(h *datalayer.Hit) { h.Status = 403 }), []string{"hit-blocked"}},
		"perhaps of another":    {"c", hit("x", func(h *datalayer.Hit) { h.Cause.Strength = "weak" }), nil},
		"of no message at all":  {"c", hit("x", func(h *datalayer.Hit) { h.Cause = nil }), nil},
		"with an address":       {"c", hit("c", func(h *datalayer.Hit) { h.Params = []byte(`{"ep.contact":"jane@example.com","ep.n":1}`) }), []string{"personal-data ep.contact"}},
		"with a number of the vendor's that could be a card's": {"c", hit("c", func(h *datalayer.Hit) {
			h.ID, h.Params = "4111111111111111", []byte(`{"id":"4111111111111111","_p":"4012888888881881","sid":1795424400}`)
		}), nil},
		"with a card":             {"c", hit("c", func(h *datalayer.Hit) { h.Params = []byte(`{"cd[card]":"4111 1111 1111 1111"}`) }), []string{"personal-data cd[card]"}},
		"with an allowed address": {"c", hit("c", func(h *datalayer.Hit) { h.Params = []byte(`{"ep.link_text":"info@shop.example"}`) }), nil},
		"of a message of no plan": {"z", hit("x", same), nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plan)
			b.push(`{"event":"` + tt.event + `"}`)
			found := b.Hit(tt.hit)
			if diff := cmp.Diff(tt.want, codes(found)); diff != "" {
				t.Error(diff)
			}
			for _, f := range found {
				checkTexts(t, f)
			}
		})
	}

	b := newBench(t, plan)
	b.push(`{"event":"a"}`)
	if found := b.Finish(0); len(found) > 0 {
		t.Errorf("no hit was captured, but %+v", found)
	}
	b.Hit(hit("a", same))
	found := b.Finish(0)
	if len(found) != 1 || found[0].Code != rules.HitMissing || !strings.Contains(found[0].Message, "meta") {
		t.Errorf("got %+v", found)
	}
}

// A tag's event can have a different name if another tag sends the message's event.
func TestHitOfAnotherName(t *testing.T) {
	plan := parse(t, "plan: hits\nevents: {widget_opened: {}}\n")
	hit := func(event string) *datalayer.Hit {
		return &datalayer.Hit{Vendor: "ga4", Event: event, Status: 204, Cause: &datalayer.HitCause{Push: 1, Strength: "certain"}}
	}
	for name, tt := range map[string]struct {
		hits []string
		now  []string // the findings at the last one
		late []string // those about the message that are only known at the end
	}{
		"the name with a word before it":  {[]string{"chat_widget_opened"}, []string{"hit-renamed"}, nil},
		"the name in another form":        {[]string{"WidgetOpened"}, []string{"hit-renamed"}, nil},
		"quite another name":              {[]string{"contact"}, nil, []string{"hit-renamed"}},
		"quite another name, and its own": {[]string{"contact", "widget_opened"}, nil, nil},
		"its own, and quite another name": {[]string{"widget_opened", "contact"}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plan)
			b.push(`{"event":"widget_opened"}`)
			var found []rules.Finding
			for _, event := range tt.hits {
				found = b.Hit(hit(event))
			}
			if diff := cmp.Diff(tt.now, codes(found)); diff != "" {
				t.Error(diff)
			}
			var late []rules.Finding
			for _, l := range b.Late(sent.Ended) {
				if late = append(late, l.Now...); l.Seq != 1 || l.Before != nil {
					t.Errorf("late: %+v", l)
				}
			}
			if diff := cmp.Diff(tt.late, codes(late)); diff != "" {
				t.Errorf("in the end: %s", diff)
			}
			if found := b.Finish(0); len(found) > 0 {
				t.Errorf("about the session: %+v", found)
			}
		})
	}
}

// A tag that is set up to send another name isn't a mistake, unless the plan says which name
// the hit must have.
func TestHitOfAnotherNameByATag(t *testing.T) {
	plan := parse(t, "plan: hits\nevents: {widget_opened: {}, widget_closed: {hits: {vendor: ga4, prefix: web_}}}\n")
	for event, want := range map[string][]string{"widget_opened": nil, "widget_closed": {"hit-renamed"}} {
		b := newBench(t, plan)
		b.push(`{"event":"` + event + `"}`)
		hit := &datalayer.Hit{Vendor: "ga4", Event: "contact", Status: 204, Cause: &datalayer.HitCause{Push: 1, Strength: "likely", Tag: "HTML"}}
		if diff := cmp.Diff(want, codes(b.Hit(hit))); diff != "" {
			t.Errorf("%s: %s", event, diff)
		}
		if late := b.Late(sent.Ended); late != nil {
			t.Errorf("%s: late: %+v", event, late)
		}
	}
}

// A message whose hit has another name is reported when no other hit is expected any more,
// and no longer if the right one is sent after all.
func TestHitOfAnotherNameOverdue(t *testing.T) {
	plan := parse(t, "plan: hits\nevents: {widget_opened: {}}\n")
	hit := func(event string) *datalayer.Hit {
		return &datalayer.Hit{Vendor: "ga4", Event: event, Status: 204, Cause: &datalayer.HitCause{Push: 1, Strength: "likely"}}
	}
	b := newBench(t, plan)
	b.push(`{"event":"widget_opened"}`) // at one second
	b.Hit(hit("contact"))
	if late := b.Late(15 * time.Second); late != nil {
		t.Errorf("too early: %+v", late)
	}
	late := b.Late(16 * time.Second)
	if len(late) != 1 || late[0].Before != nil || len(late[0].Now) != 1 {
		t.Fatalf("got %+v", late)
	}
	if again := b.Late(17 * time.Second); again != nil {
		t.Errorf("twice: %+v", again)
	}
	b.Hit(hit("widget_opened"))
	if gone := b.Late(18 * time.Second); len(gone) != 1 || gone[0].Now != nil || !cmp.Equal(gone[0].Before, late[0].Now) {
		t.Errorf("got %+v", gone)
	}
}

// A missing hit is only reported if it is certain.
func TestMissingHitOfATag(t *testing.T) {
	sends := gtm.Outcome{
		Triggers: []gtm.Match{{Trigger: &gtm.Trigger{Name: "All"}, Matched: gtm.Yes}},
		Tags:     []gtm.Firing{{Tag: &gtm.Tag{Name: "GA4 - widget", Type: "gaawe"}, Fires: gtm.Yes}},
	}
	may := sends
	may.Tags = []gtm.Firing{{Tag: sends.Tags[0].Tag, Fires: gtm.Unknown}}
	hit := func(at int, cause *datalayer.HitCause) *datalayer.Hit {
		return &datalayer.Hit{Place: datalayer.Place{T: time.Duration(at) * time.Second}, Page: "p1", Vendor: "ga4", Event: "other", Status: 204, Cause: cause}
	}
	weak := &datalayer.HitCause{Push: 1, Strength: "weak"}
	for name, tt := range map[string]struct {
		outcome gtm.Outcome
		before  []datalayer.Entry // before the message, which is pushed at 100 s
		after   []datalayer.Entry
		want    []string
	}{
		"none left":                    {sends, []datalayer.Entry{hit(10, nil)}, []datalayer.Entry{hit(130, nil)}, []string{"hit-missing"}},
		"one left that may be its":     {sends, []datalayer.Entry{hit(10, nil)}, []datalayer.Entry{hit(104, weak), hit(130, nil)}, nil},
		"the vendor was sent nothing":  {sends, nil, nil, nil},
		"the page was left":            {sends, []datalayer.Entry{hit(10, nil)}, nil, nil},
		"it may not have fired":        {may, []datalayer.Entry{hit(10, nil)}, []datalayer.Entry{hit(130, nil)}, nil},
		"something was missed then":    {sends, []datalayer.Entry{hit(10, nil)}, []datalayer.Entry{&datalayer.Gap{Place: datalayer.Place{T: 101 * time.Second}, Until: 103 * time.Second}, hit(130, nil)}, nil},
		"something was missed earlier": {sends, []datalayer.Entry{&datalayer.Gap{Until: time.Second}, hit(10, nil)}, []datalayer.Entry{hit(130, nil)}, []string{"hit-missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, widget(t))
			add := func(entries []datalayer.Entry) {
				for _, e := range entries {
					switch e := e.(type) {
					case *datalayer.Hit:
						b.Hit(e)
					case *datalayer.Gap:
						b.Gap(e)
					}
				}
			}
			b.trigger, b.now = tt.outcome, 99*time.Second
			add(tt.before)
			b.push(`{"event":"shop_opened"}`)
			add(tt.after)
			found := b.Finish(0)
			if diff := cmp.Diff(tt.want, codes(found)); diff != "" {
				t.Error(diff)
			}
			for _, f := range found {
				checkTexts(t, f)
			}
		})
	}
}

// A missing hit is reported during the session when it is overdue, and the finding is
// removed if it is sent later.
func TestOverdueHits(t *testing.T) {
	plan := parse(t, "plan: hits\nevents: {widget_opened: {hits: [meta]}}\n")
	hit := func(vendor string, at time.Duration) *datalayer.Hit {
		return &datalayer.Hit{Place: datalayer.Place{T: at}, Vendor: vendor, Event: "widget_opened", Status: 204,
			Cause: &datalayer.HitCause{Push: 1, Strength: "likely"}}
	}
	b := newBench(t, plan)
	b.push(`{"event":"widget_opened"}`)
	overdue := func(at time.Duration, want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, codes(b.Overdue(at)), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("after %v: %s", at, diff)
		}
	}
	overdue(time.Minute) // no hits were captured at all
	b.Hit(hit("ga4", 2*time.Second))
	overdue(15 * time.Second) // fourteen seconds after the message
	overdue(16*time.Second, "hit-missing")
	overdue(17*time.Second, "hit-missing")
	if found := b.Finish(0); len(found) != 1 {
		t.Errorf("in the end: %+v", found)
	}
	b.Hit(hit("meta", 18*time.Second))
	overdue(19 * time.Second)
	if found := b.Finish(0); len(found) != 0 {
		t.Errorf("in the end: %+v", found)
	}
}

// A container that is captured after a tag's hit was sent doesn't make it a missing
// one.
func TestContainerAfterItsHit(t *testing.T) {
	b := newBench(t, widget(t))
	b.trigger = gtm.Outcome{}
	b.push(`{"event":"shop_opened"}`)
	b.Hit(&datalayer.Hit{Place: datalayer.Place{T: 2 * time.Second}, Page: "p1", Vendor: "ga4", Event: "shop_opened", Status: 204})
	push := &datalayer.Push{Place: datalayer.Place{Seq: 1, T: time.Second}, Page: "p1", Event: "shop_opened"}
	b.Revise(push, gtm.Outcome{}, gtm.Outcome{Tags: []gtm.Firing{{Tag: &gtm.Tag{Name: "GA4", Type: "gaawe"}, Fires: gtm.Yes}}}, nil)
	b.now = time.Minute
	b.push(`{"event":"shop_left"}`)
	if found := b.Finish(0); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

// On a page with gtag but without Google Tag Manager, findings don't mention triggers
// and tags.
func TestGtagWithoutGTM(t *testing.T) {
	plan := parse(t, "plan: mine\ntriggers: {All: ^mine_}\nevents: {mine_a: {hits: [meta]}, mine_b: {}, other_c: {}}\n")
	for name, tt := range map[string]struct {
		first string
		sent  bool // to triggers
	}{
		"gtag alone":     {`["js",{"$":"Date","v":"2026-11-23T09:00:00.000Z"}]`, false},
		"with a snippet": {`{"event":"gtm.js","gtm.start":1795424400000}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, plan)
			b.trigger = gtm.Outcome{}
			var found []rules.Finding
			for _, message := range []string{tt.first, `["config","G-ABC1234567"]`, `["event","mine_a",{}]`, `["event","mine_b",{}]`, `["event","other_c",{}]`, `["event","mine-a",{}]`} {
				found = append(found, b.push(message)...)
			}
			b.Hit(&datalayer.Hit{Vendor: "ga4", Event: "page_view", Status: 204, Place: datalayer.Place{T: b.now}})
			found = append(found, b.Finish(b.now+time.Minute)...)
			if !has(found, rules.HitMissing) {
				t.Errorf("no hit is missing: %v", codes(found))
			}
			sent := false
			for _, f := range found {
				sent = sent || strings.Contains(f.Message+f.Fix, "trigger")
			}
			if sent != tt.sent {
				t.Errorf("sent to triggers: %v; found %+v", sent, found)
			}
		})
	}
}
