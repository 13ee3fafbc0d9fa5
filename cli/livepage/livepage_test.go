package livepage

import (
	"context"
	"errors"
	"strings"
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
	page := func(id, frame, url string, cause datalayer.Cause, before ...string) datalayer.Entry {
		return &datalayer.Page{ID: id, Target: "t1", Frame: frame, URL: url, Cause: cause, Referrer: strings.Join(before, "")}
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	source := sessiontest.Source{{Entries: []datalayer.Entry{
		page("p1", "main", "https://shop.example/", datalayer.CauseLoad),
		page("p2", "main", "https://shop.example/cart", datalayer.CauseLoad),
		page("p3", "ads", "https://ads.example/", datalayer.CauseLoad),
		page("p4", "main", "https://shop.example/cart#2", datalayer.CauseHistory, "https://shop.example/cart"),
		page("p5", "main", "https://shop.example/pay", datalayer.CausePrerender),
		page("p6", "main", "https://shop.example/cart#3", datalayer.CauseHistory, "https://shop.example/cart#2"),
		page("p7", "main", "https://shop.example/pay#card", datalayer.CauseHistory, "https://shop.example/pay"),
	}}}
	if err := s.Run(t.Context(), &source); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"p1": "", "p2": "p6", "p3": "p3", "p4": "p6", "p5": "p7", "p6": "p6", "p7": "p7", "nowhere": ""} {
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
