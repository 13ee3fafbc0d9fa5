package session_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/recording"
	"layertap/rules"
	"layertap/session"
)

// BenchmarkMemory says what a message costs in memory, of a session that was read
// from a file. Its messages are those of a visit to a shop with the chat widget.
func BenchmarkMemory(b *testing.B) {
	const messages = 100_000
	for b.Loop() {
		b.StopTimer() // what is told is memory; the time is that of reading and analysing
		plan, err := rules.Builtin("widget")
		if err != nil {
			b.Fatal(err)
		}
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
		s := session.New(reader.Header, session.Analysis{Rules: rules.NewChecker(plan), GTM: gtm.NewEngine(container)})
		if err := s.Run(b.Context(), reader); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		b.ReportMetric(float64(inUse()-before)/messages, "B/message")
		if got := s.Snapshot().Counts; got.Messages != messages || got.Errors != messages/20 {
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

// write writes a recording of so many messages.
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
		add(visit(i, action))
	}
	out.CloseWithError(errors.Join(err, w.Write([]datalayer.Entry{&datalayer.End{Place: datalayer.Place{Seq: seq + 1}, Pushes: messages}})))
}

// visit is the message i of a visit. One of twenty is misspelled.
func visit(i int, action *datalayer.Action) *datalayer.Push {
	p := &datalayer.Push{
		Page: fmt.Sprintf("p%d", i/1000+1), Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Via: datalayer.ViaPush, Action: action,
		Stack: []datalayer.StackFrame{
			{Func: "emit", URL: "https://cdn.example/widget/v3/widget.min.js", Line: 41, Col: 7},
			{Func: "HTMLButtonElement.<anonymous>", URL: "https://cdn.example/widget/v3/widget.min.js", Line: 388, Col: 19},
		},
	}
	id := "widget_conversation_id"
	switch i % 20 {
	case 3, 13:
		p.Event = "widget_whatsapp_clicked"
		p.Message = fmt.Appendf(nil, `{"event":"widget_whatsapp_clicked","widget_platform":"web","widget_conversation_id":"c-%d","timestamp":%d,`+
			`"link_url":"https://wa.me/4912345","link_type":"whatsapp","link_text":"Write to us"}`, i/1000, 1795424401523+i)
	case 5, 15:
		p.Kind, p.Event = datalayer.KindGtag, "view_item"
		p.Message = fmt.Appendf(nil, `["event","view_item",{"currency":"EUR","value":%d,"items":[{"item_id":"sku-%d","item_name":"Alba table lamp","price":129,"quantity":1}]}]`, i%500, i%997)
	case 7:
		id = "widet_conversation_id"
		fallthrough
	default:
		p.Event = "widget_message_sent"
		p.Message = fmt.Appendf(nil, `{"event":"widget_message_sent","widget_platform":"web",%q:"c-%d","timestamp":%d,"total_messages":%d}`,
			id, i/1000, 1795424401523+i, i%1000)
	}
	return p
}
