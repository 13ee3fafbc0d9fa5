package engine_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
)

// Engines of several sessions evaluate the same containers at the same time, and what is
// computed once per container isn't computed for each.
func TestShared(t *testing.T) {
	c, err := gtm.Patterns(gtm.Pattern{Name: "Widget", Regexp: "^widget_(opened|closed|started)$"}, gtm.Pattern{Name: "Clicks", Regexp: "_clicked$"})
	if err != nil {
		t.Fatal(err)
	}
	evaluate := func(e *engine.Engine) (all []gtm.Outcome) {
		page := &datalayer.Page{ID: "p1", Target: "t1", Frame: "main", URL: "https://shop.example/"}
		e.Open(page)
		for i, event := range []string{"widget_opened", "widget_opend", "link_clicked", "other"} {
			push := &datalayer.Push{
				Place: datalayer.Place{Seq: i + 1}, Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject,
				Event: event, Message: fmt.Appendf(nil, `{"event":%q}`, event),
			}
			message := push.Read()
			all = append(all, e.Push(page, push, &message))
		}
		return all
	}
	want := evaluate(engine.New(c))
	if len(want[0].Triggers) != 1 || len(want[1].NearMisses) != 1 {
		t.Fatalf("%+v", want)
	}
	shared := engine.Share(c)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			got := evaluate(shared.New())
			for i := range want {
				if !slices.Equal(got[i].Triggers, want[i].Triggers) || !slices.Equal(got[i].NearMisses, want[i].NearMisses) {
					t.Errorf("%+v, want %+v", got[i], want[i])
				}
			}
		})
	}
	wait.Wait()
	alone := testing.AllocsPerRun(10, func() { evaluate(engine.New(c)) })
	if n := testing.AllocsPerRun(10, func() { evaluate(shared.New()) }); n > alone/2 {
		t.Errorf("an engine that shares a container makes %.0f allocations, one by itself %.0f", n, alone)
	}
}
