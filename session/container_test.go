package session_test

import (
	"context"
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
)

const published = `{"macros":[{"function":"__e"},{"function":"__v","vtp_name":"id","vtp_dataLayerVersion":2}],
	"tags":[{"function":"__html","vtp_html":["macro",1],"tag_id":1}],
	"predicates":[{"function":"_eq","arg0":["macro",0],"arg1":"widget_opened"}],"rules":[[["if",0],["add",0]]]}`

// A container captured after a page's first messages applies to them too. Earlier
// snapshots don't change.
func TestContainerAfterMessages(t *testing.T) {
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	object := func(event, message string) *datalayer.Push {
		p := push(event)
		p.Page, p.Layer, p.Kind, p.Message = "p1", "dataLayer", datalayer.KindObject, []byte(message)
		return p
	}
	s.Add(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad},
		object("widget_opened", `{"event":"widget_opened","id":"c1"}`), object("other", `{"event":"other"}`))
	before := s.Snapshot()
	source := &script{err: io.EOF, batches: []datalayer.Batch{{Entries: []datalayer.Entry{
		&datalayer.Container{ID: "GTM-A", Version: "7", Layer: "dataLayer", Source: "page", Resource: []byte(published)},
		object("widget_opened", `{"event":"widget_opened"}`),
		&datalayer.Container{ID: "GTM-B", Layer: "dataLayer", Source: "page", Resource: []byte(`{"macros":`)},
	}}}}
	if err := s.Run(context.Background(), source); err != nil {
		t.Fatal(err)
	}
	after := s.Snapshot()
	if old := before.Verdict(1).Outcome.Triggers; len(old) != 0 {
		t.Errorf("the old snapshot has %v", old)
	}
	for i, want := range []int{0, 1, 0, 0, 1, 0} {
		if got := len(after.Verdict(i).Outcome.Tags); got != want {
			t.Errorf("entry %d: %d tags, want %d", i, got, want)
		}
	}
	if len(after.Triggers) != 1 || after.Triggers[0].Matched != 2 || after.Triggers[0].Last != 5 {
		t.Errorf("counted: %v", after.Triggers)
	}
	if after.Verdict(3).Err != nil || after.Verdict(5).Err == nil {
		t.Errorf("errors: %v, %v", after.Verdict(3).Err, after.Verdict(5).Err)
	}
	explained, ok := after.Explain(4)
	if !ok || explained.Tags[0].Fires != gtm.Yes || len(explained.Tags[0].Stale) != 1 {
		t.Errorf("explained: %v, %+v", ok, explained.Tags)
	}
	if state, ok := after.State(4); !ok || state.V2.Lookup("id").Value.Text != "c1" {
		t.Errorf("state: %v, %v", ok, state)
	}
	if _, ok := after.Explain(0); ok {
		t.Error("a page is explained")
	}
	if dead := after.Unused(); len(dead.Events) != 1 || dead.Events[0].Event != "other" {
		t.Errorf("unused: %+v", dead)
	}
}

// A message that no container gets, because only a Google tag took its layer, no longer
// counts for a trigger.
func TestTriggerCountsOfRevisedMessages(t *testing.T) {
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	opened := func(page string) *datalayer.Push {
		p := push("widget_opened")
		p.Page = page
		return p
	}
	s.Add(&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad},
		&datalayer.Container{ID: "GTM-A", Layer: "dataLayer", Source: "page", Resource: []byte(published)}, opened("p1"), push("other"),
		&datalayer.Page{ID: "p2", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad}, opened("p2"))
	if got := s.Snapshot().Triggers; len(got) != 1 || got[0].Matched != 2 || got[0].Last != 6 {
		t.Fatalf("before: %+v", got)
	}
	s.Add(&datalayer.LayerChange{Page: "p2", Layer: "dataLayer", What: datalayer.LayerTaken, Container: "G-ABC1234567"})
	if got := s.Snapshot().Triggers; len(got) != 1 || got[0].Matched != 1 || got[0].Last != 3 {
		t.Errorf("after: %+v", got)
	}
}

// The messages that a session has forgotten still count when another container is loaded.
func TestTriggerCountsOfForgottenMessages(t *testing.T) {
	const messages = 8000
	entries := []datalayer.Entry{
		&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", Cause: datalayer.CauseLoad},
		&datalayer.Container{ID: "GTM-A", Layer: "dataLayer", Source: "page", Resource: []byte(published)},
	}
	for range messages {
		entries = append(entries, push("widget_opened"))
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New(),
		Settle: func(session.Snapshot, int, bool) datalayer.Entry { return nil }})
	source := &script{err: io.EOF, batches: []datalayer.Batch{{Entries: entries, Complete: true}, {Complete: true, Entries: []datalayer.Entry{
		&datalayer.Container{ID: "GTM-B", Layer: "otherLayer", Source: "page", Resource: []byte(published)},
	}}}}
	if err := s.Run(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	after := s.Snapshot()
	if after.Len() >= messages {
		t.Fatalf("all %d entries are kept", after.Len())
	}
	if got := after.Triggers; len(got) != 2 || got[0].Matched != messages || got[0].Last != messages+2 || got[1].Matched != 0 {
		t.Errorf("counted: %+v", got)
	}
}
