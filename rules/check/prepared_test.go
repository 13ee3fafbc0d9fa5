package check_test

import (
	"sync"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
)

// Checkers of several sessions use the same plan at the same time: what occurs in one isn't
// in another, and a checker is cheap.
func TestPrepared(t *testing.T) {
	plan := plantest.Widget(t)
	prepared := check.Prepare(plan)
	page := &datalayer.Page{ID: "p1", URL: "https://shop.example/"}
	push := &datalayer.Push{
		Place: datalayer.Place{Seq: 1}, Page: "p1", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "widget_opened",
		Message: []byte(`{"event":"widget_opened","widet_platform":"web","link_type":"email"}`),
	}
	judge := func(c *check.Checker) []rules.Finding {
		message := push.Read()
		return c.Check(page, push, &message, gtm.Outcome{})
	}
	want := judge(check.New(plan))
	if len(want) == 0 {
		t.Fatal("nothing is found")
	}
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			c := prepared.New()
			for _, event := range c.Coverage() {
				if event.Seen > 0 {
					t.Errorf("before the first message: %+v", event)
				}
			}
			got := judge(c)
			if len(got) != len(want) {
				t.Errorf("%+v, want %+v", got, want)
			}
			for i := range min(len(got), len(want)) {
				if !got[i].Equal(&want[i]) {
					t.Errorf("%+v, want %+v", got[i], want[i])
				}
			}
		})
	}
	wait.Wait()
	alone := testing.AllocsPerRun(10, func() { check.New(plan) })
	if n := testing.AllocsPerRun(10, func() { prepared.New() }); n > alone/4 {
		t.Errorf("a checker of a prepared plan makes %.0f allocations, one of a new plan %.0f", n, alone)
	}
}
