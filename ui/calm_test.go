package ui_test

import (
	"fmt"
	"strings"
	"testing"

	"layertap/datalayer"
)

// body is the screen without its header and footer, which count messages.
func (s *story) body() string {
	lines := strings.Split(s.screen(), "\n")
	return strings.Join(lines[2:s.size.Height-1], "\n")
}

// stays reports whether all text of a body is still in the same place. Blank cells may be
// filled.
func stays(before, after string) bool {
	lines := strings.Split(after, "\n")
	for i, line := range strings.Split(before, "\n") {
		if strings.TrimSpace(line) != "" && (i >= len(lines) || lines[i] != line) {
			return false
		}
	}
	return true
}

// flood adds half a second of messages at 5,000 a second, in fifteen snapshots, and calls
// look after each.
func (s *story) flood(look func()) {
	for range 15 {
		s.give(datalayer.Batch{Entries: s.sent(167)})
		look()
	}
}

// While messages arrive, the rows on the screen don't move, keys work as usual, and the
// counters are right.
func TestCalmAtSpeed(t *testing.T) {
	for _, size := range sizes {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			s := begin(t, size[0], size[1]).live().page("https://shop.example/")
			total := func() string { return fmt.Sprintf("%d messages", s.session.Snapshot().Counts.Messages) }
			s.flood(func() { s.sees("▼ following", total()) })

			s.keys("k", "k")
			before, came, body := s.session.Snapshot().Counts.Messages, 0, s.body()
			s.flood(func() {
				came += 167
				s.sees(total())
				now := s.body()
				if !stays(body, now) {
					t.Fatalf("the list moved by itself, from\n%s\nto\n%s", body, now)
				}
				unseen := came
				if now != body {
					unseen-- // its first line is at the bottom
				}
				s.sees(fmt.Sprintf("▼ %d new", unseen))
			})
			if now := s.session.Snapshot().Counts.Messages; now != before+came {
				t.Errorf("%d messages after %d and %d", now, before, came)
			}
			body = s.body()
			if s.keys("j"); s.body() == body {
				t.Error("a key does nothing")
			}
			if s.keys("k"); s.body() != body {
				t.Errorf("there and back leads from\n%s\nto\n%s", body, s.body())
			}

			frozen := s.keys("G").sees("▼ following").keys("p").body()
			came = 0
			s.flood(func() {
				came += 167
				s.sees(fmt.Sprintf("paused, %d new", came))
				if s.body() != frozen {
					t.Fatalf("a screen that is paused moved, from\n%s\nto\n%s", frozen, s.body())
				}
			})
			s.keys("p").sees(total(), "▼ following")
		})
	}
}
