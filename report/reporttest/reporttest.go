// Package reporttest provides sessions for tests of reports.
package reporttest

import (
	"context"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// Push is a message that a page pushed as an object.
func Push(at time.Duration, page, event, message string) *datalayer.Push {
	return &datalayer.Push{Place: datalayer.Place{T: at}, Page: page, Frame: "main", Layer: "dataLayer",
		Kind: datalayer.KindObject, Event: event, Message: []byte(message)}
}

// Shop is a session with a fault of each severity, a gap, and a page that sends control
// characters.
func Shop(t testing.TB) session.Snapshot {
	t.Helper()
	plan := plantest.Widget(t)
	container, err := gtm.Patterns(plan.Triggers...)
	if err != nil {
		t.Fatal(err)
	}
	s := session.New(datalayer.Header{ID: "x", URL: "https://shop.example/"},
		session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
	ms := time.Millisecond
	const stamp = `"widget_platform":"web","timestamp":1795424401523`
	if err := s.Run(context.Background(), &sessiontest.Source{{Entries: []datalayer.Entry{
		&datalayer.Page{ID: "p1", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
		Push(41*ms, "p1", "gtm.js", `{"event":"gtm.js","gtm.start":1795424400041}`),
		Push(900*ms, "p1", "widget_loaded", `{"event":"widget_loaded",`+stamp+`,"widget_id":"w-1"}`),
		Push(1500*ms, "p1", "widget_opend", `{"event":"widget_opend",`+stamp+`}`),
		&datalayer.Page{Place: datalayer.Place{T: 65 * time.Second}, ID: "p2", URL: "https://shop.example/\x1b[2Jp", Cause: datalayer.CauseLoad},
		Push(66*time.Second, "p2", "widget_message_sent",
			`{"event":"widget_message_sent",`+stamp+`,"widet_conversation_id":"c-1","total_messages":1}`),
		Push(67*time.Second, "p2", "", `{"color":"red"}`),
		&datalayer.Gap{Place: datalayer.Place{T: 70 * time.Second}, Why: "the connection was lost for 2 s", Lost: -1},
	}}}); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot()
}
