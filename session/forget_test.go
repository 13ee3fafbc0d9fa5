package session_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/recording"
	"layertap/report"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// A check says the same whether the session keeps all of its entries or only those that the
// check needs, and then it drops nearly all others.
func TestForget(t *testing.T) {
	path := longVisit(t, 20_000)
	said := func(keep func(datalayer.Entry, []rules.Finding) datalayer.Entry) (session.Snapshot, string) {
		plan := plantest.Widget(t)
		container, err := gtm.Suggested(plan.Triggers...)
		if err != nil {
			t.Fatal(err)
		}
		r, err := recording.Open(path, false)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		s := session.New(r.Header, session.Analysis{Rules: check.New(plan), GTM: engine.New(container), Keep: keep})
		if err := s.Run(t.Context(), recording.NewAhead(r)); err != nil {
			t.Fatal(err)
		}
		f := report.File{Name: "a", Session: s.Snapshot(), Line: r.Line}
		var out bytes.Buffer
		for _, write := range []func(report.Check, io.Writer) (bool, error){
			report.Check.Text, report.Check.JUnit, report.Check.SARIF, report.Check.GitHub,
		} {
			if _, err := write(report.Check{Tool: "layertap", FailOn: rules.Error, Files: report.Of(f)}, &out); err != nil {
				t.Fatal(err)
			}
		}
		return f.Session, out.String()
	}
	all, want := said(nil)
	few, got := said(report.Needed)
	if got != want {
		t.Errorf("of all that was kept a check says %d bytes, of what it needs %d", len(want), len(got))
	}
	if all.Counts.Warnings == 0 || all.Counts.Hits == 0 {
		t.Fatalf("there is too little to say: %+v", all.Counts)
	}
	if few.Len() > all.Len()/2 {
		t.Errorf("%d of %d entries are kept", few.Len(), all.Len())
	}
}

// longVisit writes the recording of a visit to a shop, of pages of a hundred messages.
func longVisit(t *testing.T, messages int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "long.session.jsonl")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := recording.NewWriter(file, path)
	if err := w.Begin(datalayer.Header{ID: "01K", Tool: "layertap", Browser: "Chrome/156", URL: "https://shop.example/"}); err != nil {
		t.Fatal(err)
	}
	seq := 0
	add := func(e datalayer.Entry) {
		seq++
		datalayer.Stamp(e, seq)
		if err := w.Write([]datalayer.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	for i := range messages {
		at, page := datalayer.Place{T: time.Duration(i) * 10 * time.Millisecond}, fmt.Sprintf("p%d", i/100+1)
		if i%100 == 0 {
			add(&datalayer.Page{Place: at, ID: page, Target: "t1", Frame: "main", URL: "https://shop.example/" + page, Cause: datalayer.CauseLoad})
		}
		message := sessiontest.ShopMessage(i)
		message.Place, message.Page = at, page
		add(message)
		switch {
		case i%1000 == 500:
			add(&datalayer.Gap{Place: at, Why: "the connection was lost", Lost: -1})
		case i%50 == 3:
			add(&datalayer.Hit{Place: at, Page: page, Vendor: "ga4", ID: "G-AAAAAAA", Event: message.Event, Method: "POST", URL: "https://www.google-analytics.com/g/collect", Status: 204 + i%3*100,
				During: []datalayer.PushRef{{Seq: seq - i%2*40}}})
		}
	}
	add(&datalayer.End{Pushes: messages})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
