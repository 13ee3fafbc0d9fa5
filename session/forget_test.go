package session_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/recording"
	"layertap/report"
	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// A check writes the same whether the session keeps all of its entries or only those that
// the format needs, of all messages or of some, and then it drops most.
func TestForget(t *testing.T) {
	path := longVisit(t, 20_000)
	run := func(settle func(session.Snapshot, int, bool) datalayer.Entry) report.File {
		plan := plantest.Widget(t)
		container, err := gtm.Suggested(plan.Triggers...)
		if err != nil {
			t.Fatal(err)
		}
		r, err := recording.OpenWhole(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		s := session.New(r.Header, session.Analysis{
			Rules: check.New(plan), GTM: engine.New(container), Settle: settle,
			Accepted: accept.List{{Code: rules.DuplicateEvent}},
		})
		if err := s.Run(t.Context(), recording.NewAhead(r)); err != nil {
			t.Fatal(err)
		}
		return report.File{Name: "a", Session: s.Snapshot(), Line: r.Line}
	}
	written := func(name string, f report.File) string {
		format, _ := report.CheckFormats.Find(name)
		var out bytes.Buffer
		if _, err := format.Write(report.Check{Tool: "layertap", FailOn: rules.Error, Files: report.Of(f)}, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	whole := run(nil)
	if c := whole.Session.Counts; c.Warnings == 0 || c.Hits == 0 || c.Accepted == 0 {
		t.Fatalf("there is too little to write: %+v", c)
	}
	if i := chatMessage(whole.Session); !slices.ContainsFunc(whole.Session.Verdict(i).Findings, func(f rules.Finding) bool { return f.Code == rules.PersonalData }) {
		t.Fatal("the late hit of the message in a frame isn't found")
	}
	third := func(s session.Snapshot, i int) bool {
		push, ok := s.Entry(i).(*datalayer.Push)
		return ok && push.Seq%3 == 0
	}
	some := whole
	some.Session = session.NewChoice(third, nil).Of(whole.Session)
	for _, names := range [][]string{{"text", "junit", "sarif", "github"}, {"json"}, {"markdown"}} { // each kind keeps the same
		format, _ := report.CheckFormats.Find(names[0])
		settled := format.Settled(report.Check{})
		few := run(settled.Settle)
		few.Settled = settled
		settled = format.Settled(report.Check{})
		choice := session.NewChoice(third, settled.Settle)
		fewer := run(choice.Settle)
		kept := fewer.Session.Len()
		fewer.Session, fewer.Settled = choice.Of(fewer.Session), settled
		for _, name := range names {
			if got, want := written(name, few), written(name, whole); got != want {
				t.Errorf("%s: of all that was kept it is %s", name, difference(got, want))
			}
			if got, want := written(name, fewer), written(name, some); got != want {
				t.Errorf("%s, of some messages: %s", name, difference(got, want))
			}
		}
		if n := whole.Session.Len(); few.Session.Len() > n*2/3 || kept > n*2/3 {
			t.Errorf("%s: %d of %d entries are kept, with a filter %d", names, few.Session.Len(), n, kept)
		}
	}
	streams := map[string]*report.Streaming{}
	for _, name := range []string{"csv", "hits-csv", "json", "har"} {
		export, _ := report.Exports.Find(name)
		streams[name] = export.Stream("layertap")
	}
	few := run(func(s session.Snapshot, i int, open bool) datalayer.Entry {
		for _, stream := range streams {
			stream.Settle(s, i, open)
		}
		return nil
	})
	for name, stream := range streams {
		export, _ := report.Exports.Find(name)
		var got, want bytes.Buffer
		if err := errors.Join(stream.Write(&got, few.Session), export.Stream("layertap").Write(&want, whole.Session)); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("exported as %s: %s", name, difference(got.String(), want.String()))
		}
	}
	if n := whole.Session.Len(); few.Session.Len() > n*2/3 {
		t.Errorf("exports keep %d of %d entries", few.Session.Len(), n)
	}
}

// chatMessage is the index of the message in the frame of [longVisit].
func chatMessage(s session.Snapshot) int {
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok && push.Page == "chat" {
			return i
		}
	}
	return 0
}

// difference describes where two texts begin to differ.
func difference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	from := max(i-200, 0)
	return fmt.Sprintf("%d bytes, want %d; from %d on\n%.400s\nwant\n%.400s", len(got), len(want), i, got[from:], want[from:])
}

// hit returns a hit that was sent while a message was pushed.
func hit(at datalayer.Place, page, event string, status, during int) *datalayer.Hit {
	return &datalayer.Hit{
		Place: at, Page: page, Vendor: "ga4", ID: "G-AAAAAAA", Event: event, Method: "POST",
		URL: "https://www.google-analytics.com/g/collect", Status: status, During: []datalayer.PushRef{{Seq: during}},
	}
}

// longVisit writes the recording of a visit to a shop: one long page, and then pages of a
// hundred messages. A frame on the first page has one message, whose hit comes much later.
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
	seq, chat := 0, 0
	add := func(e datalayer.Entry) {
		seq++
		datalayer.Stamp(e, seq)
		if err := w.Write([]datalayer.Entry{e}); err != nil {
			t.Fatal(err)
		}
	}
	const firstPage = 12_000
	for i := range messages {
		at := datalayer.Place{T: time.Duration(i) * time.Millisecond}
		page := fmt.Sprintf("p%d", max(i-firstPage+100, 0)/100+1)
		if i == 0 || i >= firstPage && i%100 == 0 {
			add(&datalayer.Page{Place: at, ID: page, Target: "t1", Frame: "main", URL: "https://shop.example/" + page, Cause: datalayer.CauseLoad})
			add(&datalayer.Push{Place: at, Page: page, Frame: "main", Layer: "dataLayer", Kind: datalayer.KindGtag, Message: []byte(`["consent","default",{"ad_storage":"denied"}]`)})
		}
		if i == 50 {
			add(&datalayer.Page{Place: at, ID: "chat", Target: "t1", Frame: "f2", Parent: "main", URL: "https://chat.example/", Cause: datalayer.CauseLoad})
			message := sessiontest.ShopMessage(i)
			message.Place, message.Page, message.Frame = at, "chat", "f2"
			add(message)
			chat = seq
		}
		if i == 9000 {
			late := hit(at, "chat", "widget_message_sent", 204, chat)
			late.Params = []byte(`{"ep.user":"anna@mail.example"}`)
			add(late)
		}
		message := sessiontest.ShopMessage(i)
		message.Place, message.Page = at, page
		add(message)
		switch {
		case i%1000 == 500:
			add(&datalayer.Gap{Place: at, Why: "the connection was lost", Lost: -1})
		case i%50 == 3:
			add(hit(at, page, message.Event, 204+i%3*100, seq-i%2*40))
		}
	}
	add(&datalayer.End{Pushes: messages})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}
