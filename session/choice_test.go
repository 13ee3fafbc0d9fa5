package session_test

import (
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/session"
)

// The entries about an entry are in every snapshot that contains them, but not in
// earlier ones.
func TestAbout(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	s.Add(push("widget_opened"))
	before := s.Snapshot()
	s.Add(&datalayer.Hit{Event: "widget_opened"}, &datalayer.Hit{}, &datalayer.Mark{On: 1, Mark: "★"})
	between := s.Snapshot()
	s.Add(&datalayer.Note{On: 1, Text: "ask"})
	for i, snapshot := range []session.Snapshot{before, between, s.Snapshot()} {
		if got, want := len(snapshot.About(0)), []int{0, 2, 3}[i]; got != want {
			t.Errorf("snapshot %d has %d entries about the message, not %d", i, got, want)
		}
	}
	if len(s.Snapshot().About(1)) > 0 || (session.Snapshot{}).About(0) != nil {
		t.Error("there are entries about what nothing is about")
	}
}

func TestChosen(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(
		push("widget_opend"), push("widget_opened"), &datalayer.Gap{Lost: 2},
		&datalayer.Hit{Event: "widget_opend"}, &datalayer.Hit{Event: "widget_opened"}, &datalayer.Hit{},
	)}}
	if err := s.Run(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	whole := s.Snapshot()
	chosen := session.NewChoice(func(_ session.Snapshot, i int) bool { return i == 2 }, nil).Of(whole)
	if c := chosen.Counts; chosen.Len() != 4 || c.Messages != 1 || c.Errors != 0 || c.Hits != 1 || c.Gaps != 1 || c.Lost != 2 {
		t.Errorf("%d entries, %+v", chosen.Len(), c)
	}
	if chosen.Find(3) != 1 || chosen.Find(2) >= 0 || len(chosen.About(1)) != 1 {
		t.Error("the message that was chosen is not where it should be")
	}
	if whole.Len() != 7 || whole.Counts.Errors != 1 || whole.Counts.Hits != 3 {
		t.Errorf("the whole session has changed: %+v", whole.Counts)
	}
	if again := session.NewChoice(func(session.Snapshot, int) bool { return true }, nil).Of(whole); again.Counts.Messages != whole.Counts.Messages || again.Counts.Errors != 1 {
		t.Errorf("all of it: %+v", again.Counts)
	}
}
