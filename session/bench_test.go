package session_test

import (
	"fmt"
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
)

// BenchmarkRun analyzes 10,000 correct messages.
func BenchmarkRun(b *testing.B) {
	const messages = 10_000
	plan := plantest.Widget(b)
	container, err := gtm.Suggested(plan.Triggers...)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		src := &script{err: io.EOF, batches: []datalayer.Batch{live()}}
		for i := 0; i < messages; i += 500 {
			entries := make([]datalayer.Entry, 500)
			for j := range entries {
				entries[j] = sent(i + j)
			}
			src.batches = append(src.batches, batch(entries...))
		}
		s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
		b.StartTimer()
		if err := s.Run(b.Context(), src); err != nil {
			b.Fatal(err)
		}
		if got := s.Snapshot().Counts; got.Messages != messages || got.Errors > 0 {
			b.Fatalf("%+v", got)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*messages), "µs/message")
}

func sent(n int) *datalayer.Push {
	return &datalayer.Push{
		Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "widget_message_sent",
		Message: []byte(fmt.Sprintf(`{"event":"widget_message_sent","widget_platform":"web","widget_conversation_id":"c-1",`+
			`"timestamp":%d,"total_messages":%d}`, 1795424401523+n, n)),
	}
}
