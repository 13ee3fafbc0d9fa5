package ui_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
)

// cells returns the cells of the screen.
func (s *story) cells() uv.ScreenBuffer {
	screen := uv.NewScreenBuffer(s.size.Width, s.size.Height)
	uv.NewStyledString(s.model.View().Content).Draw(screen, screen.Bounds())
	return screen
}

// colorOf returns the color of the first occurrence of a text, as one of sixteen colors.
func (s *story) colorOf(text string) color.Color {
	s.t.Helper()
	for y, line := range strings.Split(s.screen(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return s.cells().CellAt(len([]rune(before)), y).Style.Fg
		}
	}
	s.t.Errorf("%q is not on the screen", text)
	return nil
}

func TestColors(t *testing.T) {
	white := color.RGBA{0xff, 0xff, 0xff, 0xff}
	for _, tt := range []struct {
		name string
		msgs []tea.Msg
		want color.Color
	}{
		{"dark", nil, color.RGBA{0xff, 0x7b, 0x72, 0xff}},
		{"light", []tea.Msg{tea.BackgroundColorMsg{Color: white}}, color.RGBA{0xc7, 0x21, 0x2c, 0xff}},
		{"sixteen colours", []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ANSI}}, nil},
		{"no colours", []tea.Msg{tea.ColorProfileMsg{Profile: colorprofile.ASCII}}, nil},
	} {
		s := begin(t, 120, 36).visit()
		for _, msg := range tt.msgs {
			s.send(msg)
		}
		got := s.colorOf("✗ widet_conversation_id")
		if tt.name == "sixteen colours" {
			if got == nil || fmt.Sprint(got) != "1" {
				t.Errorf("%s: a fault is drawn in %v, want red", tt.name, got)
			}
			continue
		}
		if !sameColor(got, tt.want) {
			t.Errorf("%s: a fault is drawn in %v, want %v", tt.name, got, tt.want)
		}
	}
}

func sameColor(a, b color.Color) bool {
	if a == nil || b == nil {
		return a == b
	}
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return ar == br && ag == bg && ab == bb
}

// A filter on many messages is applied in the background: the old rows stay until there is
// something to show, with the cursor on its message.
func TestFilterOverMany(t *testing.T) {
	plain := session.Analysis{Rules: check.New(), GTM: engine.New()}
	s := beginAnalysis(t, plain, 100, 30).live()
	entries := make([]datalayer.Entry, 250_000)
	for i := range entries {
		entries[i] = message(fmt.Sprintf("event_%d", i%1000), "")
	}
	s.give(datalayer.Batch{Entries: entries}).under("event_999").
		keys("f").types("event_77").keys("enter").under("event_779").sees("▼ following", "filter: event_77").
		keys("g").under("event_77").keys("esc", "j", "k").under("event_77").sees("78/250000").
		keys("f").types("nothing_like_it").keys("enter").sees("no message matches", "250000 messages in all")
}
