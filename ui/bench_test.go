package ui_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
)

// frames are the durations of processing a message and drawing the next frame: Bubble Tea
// does both for each message.
type frames struct{ took []time.Duration }

func (f *frames) drawn(model tea.Model, began time.Time) {
	if f != nil {
		_ = model.View()
		f.took = append(f.took, time.Since(began))
	}
}

// BenchmarkMillionMessages repeats a user's actions at 160 by 50 cells on a million
// messages of a chat widget, one in a hundred of them misspelled. An operation is a key
// with everything that it causes, or one frame's new messages with their analysis. The
// duration of frames is what is measured.
func BenchmarkMillionMessages(b *testing.B) {
	s := million(b)
	for _, bench := range []struct {
		name   string
		before []string // keys
		steps  []func()
	}{
		{"cursor", nil, s.pressing("k", "j")},
		{"page", nil, s.pressing("pgup", "pgdown")},
		{"ends", nil, s.pressing("g", "G")},
		{"tabs", []string{"k"}, s.pressing("right")},
		{"screens", []string{"k"}, s.pressing("2", "3", "4", "5", "6", "1")},
		{"snapshot", nil, s.arriving()},
		{"snapshot-moved-up", []string{"k", "k"}, s.arriving()},
		{"filter", []string{"g"}, []func(){func() { s.filter("error") }, func() { s.keys("esc") }}},
		{"filtered-cursor", []string{"f", "e", "r", "r", "o", "r", "enter"}, s.pressing("k", "j")},
		{"filtered-snapshot", []string{"f", "e", "r", "r", "o", "r", "enter"}, s.arriving()},
	} {
		b.Run(bench.name, func(b *testing.B) {
			s.keys("1", "esc", "esc", "G").keys(bench.before...)
			measured := &frames{}
			s.frames = measured
			for i := 0; b.Loop(); i++ {
				bench.steps[i%len(bench.steps)]()
			}
			s.frames = nil
			took := measured.took
			slices.Sort(took)
			ms := func(i int) float64 { return took[i].Seconds() * 1e3 }
			b.ReportMetric(ms(len(took)/2), "frame-median-ms")
			b.ReportMetric(ms(len(took)*99/100), "frame-p99-ms")
			b.ReportMetric(ms(len(took)-1), "frame-longest-ms")
		})
	}
}

func million(b *testing.B) *story {
	b.Helper()
	s := begin(b, 160, 50).live().page("https://shop.example/")
	for range 100 {
		s.give(datalayer.Batch{Entries: s.sent(10_000)})
	}
	return s
}

// sent returns the next n messages of the widget.
func (s *story) sent(n int) []datalayer.Entry {
	entries := make([]datalayer.Entry, n)
	for i := range entries {
		id := "widget_conversation_id"
		if i%100 == 7 {
			id = "widet_conversation_id"
		}
		push := message("widget_message_sent", fmt.Sprintf(`"widget_platform":"web",%q:"c-1","timestamp":%d,"total_messages":%d`,
			id, 1795424402000+s.clock.Milliseconds(), i+1))
		s.clock += time.Millisecond
		push.T = s.clock
		entries[i] = push
	}
	return entries
}

func (s *story) pressing(keys ...string) []func() {
	steps := make([]func(), len(keys))
	for i, key := range keys {
		steps[i] = func() { s.keys(key) }
	}
	return steps
}

// arriving returns what arrives during one frame at 5,000 messages a second.
func (s *story) arriving() []func() {
	return []func(){func() { s.give(datalayer.Batch{Entries: s.sent(167)}) }}
}

func (s *story) filter(typed string) { s.keys("f", "ctrl+u").types(typed).keys("enter") }
