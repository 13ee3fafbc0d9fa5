package filter_test

import (
	"fmt"
	"testing"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
)

// BenchmarkMatch matches filters against a million messages.
func BenchmarkMatch(b *testing.B) {
	entries := make([]datalayer.Entry, 1_000_000)
	for i := range entries {
		event := fmt.Sprintf("event_%d", i%1000)
		entries[i] = push("p1", event, fmt.Sprintf(
			`{"event":%q,"widget_platform":"web","widget_conversation_id":"c-%d","timestamp":1795424409000}`, event, i))
	}
	s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	s.Add(entries...)
	snapshot := s.Snapshot()
	for _, tt := range []struct {
		filter string
		let    int
	}{
		{"event:event_77", 11_000},
		{"error", 0},
		{"c-999", 1_111},
		{"param:conversation_id=c-77", 1},
		{"event~_77$", 1_000},
	} {
		f, err := filter.Parse(tt.filter)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(tt.filter, func(b *testing.B) {
			for b.Loop() {
				let := 0
				for i := range snapshot.Len() {
					if f.Match(snapshot, i) {
						let++
					}
				}
				if let != tt.let {
					b.Fatalf("it lets %d through, not %d", let, tt.let)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*snapshot.Len()), "ns/message")
		})
	}
}
