package recording_test

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"layertap/datalayer"
	"layertap/recording"
)

// BenchmarkRead and BenchmarkWrite use a session of 10,000 ordinary messages.
func BenchmarkRead(b *testing.B) {
	text := session(b, 10_000)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := recording.NewReader(bytes.NewReader(text), "b")
		for err == nil {
			_, err = r.Next(b.Context())
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	b.SetBytes(int64(len(session(b, 10_000))))
	b.ReportAllocs()
	for b.Loop() {
		session(b, 10_000)
	}
}

func session(b *testing.B, n int) []byte {
	b.Helper()
	var text bytes.Buffer
	w := recording.NewWriter(&text, "b")
	err := w.Begin(header)
	for seq := 1; err == nil && seq <= n; seq++ {
		push := &datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: datalayer.KindObject, Event: "widget_message_sent",
			Message: []byte(`{"event":"widget_message_sent","widget_platform":"web","widget_conversation_id":"c-1","timestamp":1795424401523,"total_messages":7}`)}
		datalayer.Stamp(push, seq)
		err = w.Write([]datalayer.Entry{push})
	}
	if err != nil {
		b.Fatal(err)
	}
	return text.Bytes()
}
