package livepage

import (
	"context"
	"errors"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/probe"
	"layertap/rules/check"
	"layertap/session"
	"layertap/session/sessiontest"
)

// A value is read only from the document that a message came from, at its current URL.
func TestLastOf(t *testing.T) {
	page := func(id, frame, url string, cause datalayer.Cause) datalayer.Entry {
		return &datalayer.Page{ID: id, Target: "t1", Frame: frame, URL: url, Cause: cause}
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	source := sessiontest.Source{{Entries: []datalayer.Entry{
		page("p1", "main", "https://shop.example/", datalayer.CauseLoad),
		page("p2", "main", "https://shop.example/cart", datalayer.CauseLoad),
		page("p3", "ads", "https://ads.example/", datalayer.CauseLoad),
		page("p4", "main", "https://shop.example/cart#2", datalayer.CauseHistory),
	}}}
	if err := s.Run(t.Context(), &source); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"p1": "", "p2": "p4", "p3": "p3", "p4": "p4", "nowhere": ""} {
		got := ""
		if last := lastOf(s.Snapshot(), s.Snapshot().Page(id)); last != nil {
			got = last.ID
		}
		if got != want {
			t.Errorf("the last page of the document of %s: %q, want %q", id, got, want)
		}
	}
	_, err := Page{Session: s}.ReadValue(context.Background(), "p1", "x", gtm.PageRead{})
	if !errors.Is(err, probe.ErrMoved) {
		t.Errorf("reading from a page that was left: %v", err)
	}
}
