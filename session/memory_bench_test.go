package session_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/recording"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/session/sessiontest"
)

// BenchmarkMemory reports the memory per message of a session read from a file. The
// messages are those of a visit to a shop with the chat widget.
func BenchmarkMemory(b *testing.B) {
	const messages = 100_000
	for b.Loop() {
		b.StopTimer() // only memory is measured; the time is that of reading and analysis
		plan := plantest.Widget(b)
		container, err := gtm.Suggested(plan.Triggers...)
		if err != nil {
			b.Fatal(err)
		}
		in, out := io.Pipe()
		go write(out, messages)
		before := inUse()
		b.StartTimer()
		reader, err := recording.NewReader(in, "a visit")
		if err != nil {
			b.Fatal(err)
		}
		s := session.New(reader.Header, session.Analysis{Rules: check.New(plan), GTM: engine.New(container)})
		if err := s.Run(b.Context(), reader); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(inUse()-before)/messages, "B/message")
		if got := s.Snapshot().Counts; got.Messages != messages || got.Errors != messages/100 {
			b.Fatalf("%+v", got)
		}
		runtime.KeepAlive(s)
		runtime.KeepAlive(reader)
		b.StartTimer()
	}
}

func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// write writes a recording with the given number of messages.
func write(out *io.PipeWriter, messages int) {
	w := recording.NewWriter(out, "a visit")
	err := w.Begin(datalayer.Header{ID: "01K", Tool: "layertap", Browser: "Chrome/156", URL: "https://shop.example/"})
	seq := 0
	var action *datalayer.Action
	add := func(e datalayer.Entry) {
		seq++
		datalayer.Stamp(e, seq)
		err = errors.Join(err, w.Write([]datalayer.Entry{e}))
	}
	for i := 0; i < messages && err == nil; i++ {
		if i%1000 == 0 {
			add(&datalayer.Page{ID: fmt.Sprintf("p%d", i/1000+1), Target: "t1", Frame: "main", URL: fmt.Sprintf("https://shop.example/p/%d", i/1000), Cause: datalayer.CauseLoad})
		}
		if i%10 == 0 {
			action = &datalayer.Action{Page: fmt.Sprintf("p%d", i/1000+1), Action: "click", Selector: "div.chat > button.send", Text: "Send"}
			add(action)
		}
		message := sessiontest.ShopMessage(i)
		message.Page, message.Action = fmt.Sprintf("p%d", i/1000+1), action
		add(message)
	}
	out.CloseWithError(errors.Join(err, w.Write([]datalayer.Entry{&datalayer.End{Place: datalayer.Place{Seq: seq + 1}, Pushes: messages}})))
}
