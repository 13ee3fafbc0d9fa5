package ui_test

import (
	"fmt"
	"testing"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
)

// many is a session with the given number of messages, with hits and gaps.
func many(t testing.TB, messages int) *story {
	t.Helper()
	s := beginAnalysis(t, session.Analysis{Rules: check.New(), GTM: engine.New()}, 160, 50).live().page("https://shop.example/")
	entries := make([]datalayer.Entry, 0, 2*messages)
	for i := range messages {
		push := message(fmt.Sprintf("event_%d", i%50), `"widget_platform":"web","timestamp":1795424402000`)
		push.T = s.clock
		entries = append(entries, push,
			&datalayer.Hit{Page: "p1", Vendor: "ga4", Event: "event", Status: 204, Cause: &datalayer.HitCause{Push: 2, By: "name", Strength: "likely"}})
		if i%5 == 0 {
			entries = append(entries, &datalayer.Gap{Why: "the connection to the browser was lost", Lost: 1})
		}
	}
	s.give(datalayer.Batch{Entries: entries})
	return s.keys("g", "j", "j")
}

// The cost of a key, and of drawing its result, depends on the screen and not on the number
// of messages.
func TestCostsTheScreenAndNotTheData(t *testing.T) {
	few, lots := many(t, 300), many(t, 10_000)
	for _, where := range [][]string{{"1"}, {"1", "right"}, {"1", "left", "enter"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"?"}} {
		cost := func(s *story, of func()) float64 {
			s.keys("esc", "esc", "esc", "esc").keys(where...)
			return testing.AllocsPerRun(5, of)
		}
		for what, of := range map[string]func(*story) func(){
			"drawing": func(s *story) func() { return func() { _ = s.model.View() } },
			"a key": func(s *story) func() {
				return func() {
					down, _ := s.model.Update(press("j"))
					s.model, _ = down.Update(press("k"))
				}
			},
		} {
			small, large := cost(few, of(few)), cost(lots, of(lots))
			if large > 1.5*small+100 {
				t.Errorf("%s on %v: %.0f allocations with 300 messages, %.0f with 10,000", what, where, small, large)
			}
		}
	}
}
