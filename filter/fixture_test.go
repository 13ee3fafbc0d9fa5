package filter_test

import (
	"context"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// run returns a session of the entries with the chat widget's plan.
func run(t testing.TB, entries ...datalayer.Entry) session.Snapshot {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(
		gtm.Pattern{Name: "All widget events", Regexp: `^widget_.*`},
		gtm.Pattern{Name: "Clicks", Regexp: `_clicked$`},
	)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
	if err := s.Run(context.Background(), &sessiontest.Source{{Entries: entries}}); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}

func push(page, event, message string) *datalayer.Push {
	return &datalayer.Push{
		Page: page, Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: event, Message: []byte(message),
	}
}

// visit returns a session with one message of each kind. A message's number is its
// position here, from 1.
func visit(t testing.TB) session.Snapshot {
	gtag := push("p2", "purchase", `["event","purchase",{"value":7,"items":[{"item_id":"SKU1"},{"item_id":"SKU2"}]}]`)
	gtag.Kind, gtag.Layer, gtag.Frame = datalayer.KindGtag, "gtagLayer", "F1"
	hit := &datalayer.Hit{Page: "p1", Vendor: "ga4", ID: "G-ABC", Event: "widget_closed"}
	return run(t,
		&datalayer.Page{ID: "p1", Frame: "main", URL: "https://shop.example/p/3", Title: "Red shoes"},
		push("p1", "gtm.js", `{"event":"gtm.js","gtm.start":1795424400000}`),
		push("p1", "widget_closed", `{"event":"widget_closed","widget_platform":"web","timestamp":1795424409000}`),
		push("p1", "widget_whatsapp_clicked",
			`{"event":"widget_whatsapp_clicked","widget_platform":"web","timestamp":1795424409000,"link_url":"https:\/\/wa.me\/1"}`),
		&datalayer.Page{ID: "p2", Frame: "main", URL: "https://shop.example/checkout", Title: "Checkout"},
		gtag,
		push("p2", "", `{"Prénom":"Zoë","count":1E3,"coupon":"","gone":{"$":"undefined"},"x.y":"say \"hi\"","deep":{"list":[{},null,true]}}`),
		push("p2", "widget_opend", `{"event":"widget_opend"}`),
		hit,
		&datalayer.Note{On: 3, Text: "first thought"},
		&datalayer.Note{On: 3, Text: "ask the agency"},
		&datalayer.Mark{On: 4, Mark: "★"},
		&datalayer.Mark{On: 7, Mark: "★"},
		&datalayer.Mark{On: 7},
	)
}
