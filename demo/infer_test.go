package demo_test

import (
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/demo"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/infer"
	"layertap/rules/plan"
	"layertap/session"
)

// A plan inferred from the fixed shop has no findings there, and finds every fault in
// the original shop.
func TestInferredPlan(t *testing.T) {
	fixed, faulty := play(t, "&fixed"), play(t, "")
	text, err := infer.Draft("draft", func(yield func(*datalayer.Page, *datalayer.Push) bool) {
		for i := range fixed.Len() {
			if push, ok := fixed.Entry(i).(*datalayer.Push); ok && !yield(fixed.Page(push.Page), push) {
				return
			}
		}
	}).YAML()
	if err != nil {
		t.Fatal(err)
	}
	draft, err := plan.Parse(text, "draft.yaml", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range judge(draft, fixed) {
		t.Errorf("in what it was drafted from: %s: %s", found.event, found.Message)
	}
	faults, err := demo.Faults()
	if err != nil {
		t.Fatal(err)
	}
	all := judge(draft, faulty)
	for _, fault := range faults {
		if fault.Finding == nil {
			continue
		}
		seen := false
		for _, found := range all {
			seen = seen || found.event == fault.Event && string(found.Code) == fault.Finding.Code && found.Path == fault.Finding.Path
		}
		if !seen {
			t.Errorf("%s is not found: %s %s on %s", fault.ID, fault.Finding.Code, fault.Finding.Path, fault.Event)
		}
	}
}

// found is a finding about a message.
type found struct {
	event string
	rules.Finding
}

// judge checks the messages and hits of a session against a different plan.
func judge(plan *plan.Plan, s session.Snapshot) []found {
	checker := check.New(plan)
	checker.Begin(time.Now())
	var all []found
	for i := range s.Len() {
		if hit, ok := s.Entry(i).(*datalayer.Hit); ok {
			for _, f := range checker.Hit(hit) {
				all = append(all, found{s.Entry(s.Find(hit.Cause.Push)).(*datalayer.Push).Event, f})
			}
		}
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok {
			continue
		}
		message := push.Read()
		for _, f := range checker.Check(s.Page(push.Page), push, &message, gtm.Outcome{}) {
			all = append(all, found{push.Event, f})
		}
	}
	return all
}
