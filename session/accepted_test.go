package session_test

import (
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/check"
	"layertap/rules/plan"
	"layertap/session"
)

// Findings accepted before, during and after a session have the same result, which can
// be undone.
func TestAccepted(t *testing.T) {
	misspelled := accept.Exception{Code: rules.MisspelledEvent, Event: "widget_opend"}
	run := func(t *testing.T, before, during accept.List) session.Snapshot {
		a := analysis(t)
		a.Accepted = before
		s := session.New(datalayer.Header{}, a)
		s.Add(push("widget_opend"), push("widget_opened"))
		if during != nil {
			s.Accept(during)
		}
		src := &script{err: io.EOF, batches: []datalayer.Batch{live(), batch(push("widget_opend"), push("widget_opnd"), &datalayer.Hit{Event: "widget_opend"})}}
		if err := s.Run(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		return s.Snapshot()
	}
	plain := run(t, nil, nil)
	if plain.Counts.Errors != 3 || plain.Counts.Accepted != 0 {
		t.Fatalf("%+v", plain.Counts)
	}
	for name, s := range map[string]session.Snapshot{
		"before": run(t, accept.List{misspelled}, nil), "during": run(t, nil, accept.List{misspelled}), "after": plain.Accepting(accept.List{misspelled}),
	} {
		if s.Counts.Errors != 1 || s.Counts.Accepted != 2 {
			t.Errorf("accepted %s: %+v", name, s.Counts)
		}
		if v := s.Verdict(0); len(v.Findings) != 0 || len(v.Accepted) != 1 {
			t.Errorf("accepted %s: %+v", name, v)
		}
		if c := session.NewChoice(func(_ session.Snapshot, i int) bool { return i < 3 }, nil).Of(s).Counts; c.Accepted != 1 || c.Errors != 0 {
			t.Errorf("accepted %s, and chosen from: %+v", name, c)
		}
		back := s.Accepting(nil)
		if back.Counts.Errors != 3 || back.Counts.Accepted != 0 || len(back.Verdict(0).Findings) != 1 {
			t.Errorf("accepted %s, and taken back: %+v", name, back.Counts)
		}
	}
	if len(plain.Verdict(0).Findings) != 1 {
		t.Error("an older snapshot has changed")
	}
}

// Findings about the session as a whole are distinguished by their texts.
func TestAcceptedOfTheWholeSession(t *testing.T) {
	a, p := analysis(t), &plan.Plan{Name: "p"}
	p.Events = []*plan.Event{{Name: "one", Required: true, Plan: p}, {Name: "two", Required: true, Plan: p}, {Name: "widget_opened", Plan: p}}
	a.Rules = check.New(p)
	s := session.New(datalayer.Header{}, a)
	s.Add(push("widget_opened"))
	if err := s.Run(t.Context(), &script{err: io.EOF}); err != nil {
		t.Fatal(err)
	}
	plain := s.Snapshot()
	if len(plain.Findings) < 2 {
		t.Fatalf("%d findings about the session", len(plain.Findings))
	}
	one := plain.Accepting(accept.List{accept.Of("", &plain.Findings[0])})
	if len(one.Accepted) != 1 || len(one.Findings) != len(plain.Findings)-1 || one.Counts.Accepted != 1 {
		t.Errorf("%d accepted, %d left, %+v", len(one.Accepted), len(one.Findings), one.Counts)
	}
}
