package session_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// nextOf is a source whose Next is a function.
type nextOf func() (datalayer.Batch, error)

func (next nextOf) Next(context.Context) (datalayer.Batch, error) { return next() }

// What should have come is missed when its time has passed, although nothing else comes, and
// only then there is another snapshot.
func TestTimePassesWithoutEntries(t *testing.T) {
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(plantest.Widget(t)), GTM: engine.New()})
	kept := &tape{}
	if err := s.Record(kept); err != nil {
		t.Fatal(err)
	}
	notRunning := func() bool {
		return slices.ContainsFunc(s.Snapshot().Findings, func(f rules.Finding) bool { return f.Code == rules.GTMNotRunning })
	}
	var versions []uint64
	var found []bool
	at := func(now time.Duration, entries ...datalayer.Entry) func() datalayer.Batch {
		return func() datalayer.Batch {
			versions, found = append(versions, s.Snapshot().Version), append(found, notRunning())
			return datalayer.Batch{Now: now, Entries: entries}
		}
	}
	steps := []func() datalayer.Batch{
		at(time.Second,
			&datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/", Cause: datalayer.CauseLoad},
			&datalayer.LayerChange{Page: "p1", Frame: "main", Layer: "dataLayer", What: datalayer.LayerFound},
			&datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "widget_opened", Message: []byte(`{"event":"widget_opened"}`)}),
		at(3 * time.Second), at(5 * time.Second), at(7 * time.Second), at(9 * time.Second), at(11 * time.Second),
	}
	if err := s.Run(t.Context(), nextOf(func() (datalayer.Batch, error) {
		if len(steps) == 0 {
			return datalayer.Batch{}, io.EOF
		}
		next := steps[0]
		steps = steps[1:]
		return next(), nil
	})); err != nil {
		t.Fatal(err)
	}
	if found[2] || !found[3] || !notRunning() {
		t.Errorf("before each step it is reported that no tag manager runs: %v, at the end %v", found, notRunning())
	}
	if versions[2] != versions[1] || versions[3] != versions[2]+1 || versions[5] != versions[3] {
		t.Errorf("the versions before each step are %v", versions)
	}
	if kept.end != 11*time.Second {
		t.Errorf("the recording ends at %v", kept.end)
	}
}
