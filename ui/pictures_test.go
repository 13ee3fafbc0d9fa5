package ui_test

import (
	"fmt"
	"image/color"
	"os"
	"testing"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/session"
	"layertap/ui"
)

// tour is a longer visit, for pictures: a chat on a page with a container, the hits that it
// caused, and a few faults. The container has a trigger that nothing matches and one that a
// message nearly matches.
func (s *story) tour() *story {
	s.t.Helper()
	export, err := os.ReadFile("testdata/container.json")
	if err != nil {
		s.t.Fatal(err)
	}
	container, err := parse.Container(export)
	if err != nil {
		s.t.Fatal(err)
	}
	const talk = `"widget_platform":"web","widget_conversation_id":"c-81f2","timestamp":%d,"total_messages":%d`
	now, n := 1795424400000, 0
	push := func(event string) {
		now, n = now+2150, n+1
		s.push(event, fmt.Sprintf(talk, now, n))
	}
	click := func(selector, text string) {
		s.entries(&datalayer.Action{Page: "p1", Action: "click", Selector: selector, Text: text})
	}
	link := func(event, url, kind, text string) {
		now += 1300
		s.push(event, fmt.Sprintf(`"widget_platform":"web","timestamp":%d,"link_url":%q,"link_type":%q%s`, now, url, kind, text))
	}
	s.live().page("https://shop.example/lamps/alba").
		entries(container.Entry("dataLayer")).
		push("gtm.js", `"gtm.start":1795424400041,"gtm.uniqueEventId":1`).
		push("view_item", `"ecommerce":{"currency":"EUR","value":129,"items":[{"item_id":"alba-1","item_name":"Alba table lamp","price":129,"quantity":1}]}`).
		push("gtm.dom", `"gtm.uniqueEventId":2`).
		push("widget_loaded", `"widget_platform":"web","widget_id":"w-77","timestamp":1795424400980`).
		push("gtm.load", `"gtm.uniqueEventId":3`)
	click("button.chat", "Chat with us")
	s.push("widget_opend", `"widget_platform":"web","timestamp":1795424401523`)
	click("a.whatsapp", "WhatsApp")
	link("widget_whatsapp_clicked", "https://wa.me/4930123456", "whatsapp", "")
	cause := &datalayer.HitCause{Push: s.last(), By: "initiator", Strength: "certain"}
	s.entries(
		&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-4K2LM8Q", Event: "widget_whatsapp_clicked", Status: 204, KeyEvent: true, Cause: cause},
		&datalayer.Hit{Page: "p1", Vendor: "meta", ID: "88120041", Event: "Contact", Status: 200, Cause: cause})
	click("a.mail", "Write to us")
	link("widget_email_clicked", "mailto:hello@shop.example", "email", `,"link_text":"Write to us"`)
	click("button.start", "Start a conversation")
	push("widget_start_conversation_clicked")
	s.push("widget_conversation_started", `"widget_platform":"web","timestamp":1795424409100`)
	push("widget_message_sent")
	cause = &datalayer.HitCause{Push: s.last(), By: "name", Strength: "likely"}
	s.entries(&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-4K2LM8Q", Event: "widget_message_sent", Status: 204, Cause: cause})
	push("widget_agent_message_sent")
	s.push("widget_message_sent", `"widget_platform":"web","widet_conversation_id":"c-81f2","timestamp":1795424414200,"total_messages":3`)
	s.entries(&datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-4K2LM8Q", Event: "widget_message_sent", Error: "blocked by client",
		Cause: &datalayer.HitCause{Push: s.last(), By: "name", Strength: "likely"}})
	push("widget_handoff_requested")
	push("widget_user_joined")
	push("widget_user_typing")
	return s
}

// sink discards a recording.
type sink string

func (s sink) Name() string                  { return string(s) }
func (sink) Begin(datalayer.Header) error    { return nil }
func (sink) Write(e []datalayer.Entry) error { return nil }
func (sink) Close() error                    { return nil }

// planOnly is the analysis with the chat widget's plan, and with the triggers of the
// page's container only.
func planOnly(t testing.TB) session.Analysis {
	a := analysis(t)
	a.GTM = engine.New()
	return a
}

// last returns the Seq of the newest entry.
func (s *story) last() int {
	snapshot := s.session.Snapshot()
	return datalayer.At(snapshot.Entry(snapshot.Len() - 1)).Seq
}

// wholeLine gives the screen the functions of a live one, so that its footer is the one
// that users see.
func wholeLine(o *ui.Options) {
	o.Record = func() (string, error) { return "shop.session.jsonl", nil }
	o.Mark = func(int, string) error { return nil }
	o.Note = o.Mark
}

// TestPictures keeps the pictures in the documents in line with the program.
func TestPictures(t *testing.T) {
	for _, p := range []struct {
		name  string
		paper paper
	}{{"dark", darkPaper}, {"light", lightPaper}} {
		s := beginAnalysis(t, planOnly(t), 120, 34, wholeLine, auditing(t, new([]string))).tour()
		s.send(tea.BackgroundColorMsg{Color: p.paper.ground.(color.RGBA)})
		keep := func(name string) {
			s.keeps("../docs/screens/"+name+"-"+p.name+".svg", s.picture(p.paper, "layertap https://shop.example"))
		}
		if err := s.session.Record(sink("shop.session.jsonl")); err != nil {
			t.Fatal(err)
		}
		s.idle().keys("/").types("widet").keys("enter", "esc").under("widet_conversation_id")
		keep("messages")
		s.keys("/").types("wa.me").keys("enter", "esc", "right", "right", "right", "right").under("widget_whatsapp_clicked").sees("[Triggers]")
		keep("triggers-of-a-message")
		s.keys("T").sees("[Tags]")
		keep("tags-of-a-message")
		s.keys("2")
		keep("coverage")
		s.keys("3")
		s.keys("w").types("^widget_(opened|closed|loaded)$").keys("enter").keys("down", "down", "down", "down", "down", "down", "down")
		keep("triggers")
		s.keys("4")
		keep("variables")
		s.keys("5")
		keep("hits")
		s.keys("6")
		keep("health")
		s.keys("8").idle()
		keep("tags")
		s.keys("9").idle()
		keep("summary")
	}
}
