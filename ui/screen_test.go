package ui_test

import (
	"fmt"
	"image/color"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// cells returns the screen as a terminal holds it.
func (s *story) cells() uv.ScreenBuffer {
	screen := uv.NewScreenBuffer(s.size.Width, s.size.Height)
	uv.NewStyledString(s.model.View().Content).Draw(screen, screen.Bounds())
	return screen
}

// colorOf returns the colour of the first place of a text on the screen, as a
// number for sixteen colours.
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
		{"light", []tea.Msg{tea.BackgroundColorMsg{Color: white}}, color.RGBA{0xcf, 0x22, 0x2e, 0xff}},
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

// What a colour says, a sign says too: without colours nothing is lost.
func TestNoColorSaysTheSame(t *testing.T) {
	s := begin(t, 160, 50).visit()
	colored := s.screen()
	if s.send(tea.ColorProfileMsg{Profile: colorprofile.ASCII}); s.screen() != colored {
		t.Errorf("without colours the screen is another:\n%s", s.screen())
	}
	if content := s.model.View().Content; strings.Contains(content, "[38;") || strings.Contains(content, "[3") {
		t.Error("colours are sent to a terminal that wants none")
	}
}

// hostile is text that wants to be more than text.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b]0;owned\a", "\x1b]52;c;b3duZWQ=\a", "\x9b31m", "\u009b31m", "a\rb\nc\td\bz\x00\x7f",
	"\u202egnp.exe", "\u2066\u2067\u2068x\u2069", "\u200e\u200f\u061c", "zero\u200bwidth\u2060\ufeff", "\xff\xfe\xc3(",
	"👨‍👩‍👧‍👦", "❤️", "👍🏽", "🇩🇪🇫🇷", "日本語テキスト", "e\u0301\u0302", "Z" + strings.Repeat("\u0301", 500), "क्षि", "각", "ﷺ",
	"\U000e0041\U000e007f", "\u2028x\u2029", "a\u00adb", "\u3000\u00a0", "\ue000\U000fffff", "1️⃣", "ก็็็็็", "𝕳𝖊", strings.Repeat("x", 2_000),
	strings.Repeat("日", 1_000), "\x1bP+q544e\x1b\\", "\x1b_Gi=1\x1b\\", "\u034f", "\u115f\u1160", "\u3164", "\uffa0",
}

func TestHostileText(t *testing.T) {
	for n := range 500 {
		bad := hostile[n%len(hostile)] + hostile[(n/len(hostile)*7+n)%len(hostile)]
		s := begin(t, sizes[n%3][0], sizes[n%3][1]).live(bad).page("https://" + bad)
		s.entries(
			&datalayer.Push{Page: "p1", Frame: bad, Layer: bad, Kind: "object", Event: bad,
				Message: datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{
					{Name: "event", Value: datalayer.StringOf(bad)}, {Name: bad, Value: datalayer.StringOf(bad)}}}),
				Stack: []datalayer.StackFrame{{Func: bad, URL: bad}}},
			&datalayer.Action{Page: "p1", Action: "click", Selector: bad, Text: bad},
			&datalayer.Hit{Page: "p1", Vendor: bad, ID: bad, Event: bad, Error: bad, Consent: bad, Params: datalayer.Encode(nil,
				datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{{Name: bad, Value: datalayer.StringOf(bad)}}}),
				Cause: &datalayer.HitCause{Push: 2, By: bad, Strength: bad}},
			&datalayer.Gap{Why: bad}, &datalayer.Note{On: 2, Text: bad}, &datalayer.Mark{On: 2, Mark: bad},
			&datalayer.Container{ID: bad, Version: bad})
		s.harmless(bad)
		s.keys("g", "j")
		for range 1 + n%6 {
			s.keys("right")
		}
		s.harmless(bad)
		s.screen() // no line too long
		s.keys(strconv.Itoa(2 + n%5)).harmless(bad)
		s.keys("esc", "enter", "/").types("x").harmless(bad)
	}
}

// harmless asserts that nothing but text and looks goes to the terminal.
func (s *story) harmless(bad string) {
	s.t.Helper()
	view := s.model.View()
	for text, allowed := range map[string]bool{view.Content: true, view.WindowTitle: false} {
		for i := 0; i < len(text); {
			rest := text[i:]
			if n := lengthOfSGR(rest); allowed && n > 0 {
				i += n
				continue
			}
			r, n := utf8.DecodeRuneInString(rest)
			if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
				s.t.Fatalf("%q lets %U through to the terminal", bad, r)
			}
			i += n
		}
	}
}

// lengthOfSGR is the length of the sequence at the start of s that changes the
// looks of text and nothing else; 0 where there is none.
func lengthOfSGR(s string) int {
	rest, ok := strings.CutPrefix(s, "\x1b[")
	if !ok {
		return 0
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != ';' && r != ':' })
	if end < 0 || rest[end] != 'm' {
		return 0
	}
	return len("\x1b[") + end + 1
}

func BenchmarkMillionMessages(b *testing.B) {
	plain := session.Analysis{Rules: rules.NewChecker(), GTM: gtm.NewEngine()}
	s := beginWith(b, plain, 160, 50)
	for batch := range 100 {
		entries := make([]datalayer.Entry, 10_000)
		for i := range entries {
			entries[i] = message("widget_message_sent", fmt.Sprintf(
				`"widget_platform":"web","widget_conversation_id":"c-%d","timestamp":1795424402000,"total_messages":%d`, batch, i))
		}
		s.give(datalayer.Batch{Entries: entries})
	}
	for _, bench := range []struct {
		name string
		keys []string
	}{
		{"line", []string{"k", "j"}},
		{"page", []string{"pgup", "pgdown"}},
		{"ends", []string{"g", "G"}},
		{"tab", []string{"right", "left"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			model := s.model
			for i := 0; b.Loop(); i++ {
				model, _ = model.Update(press(bench.keys[i%2]))
				if model.View().Content == "" {
					b.Fatal("nothing is drawn")
				}
			}
		})
	}
}

// A filter over many messages is worked through in the background: what was on the
// screen stays until there is something to show, and the cursor on its message.
func TestFilterOverMany(t *testing.T) {
	plain := session.Analysis{Rules: rules.NewChecker(), GTM: gtm.NewEngine()}
	s := beginWith(t, plain, 100, 30).live()
	entries := make([]datalayer.Entry, 250_000)
	for i := range entries {
		entries[i] = message(fmt.Sprintf("event_%d", i%1000), "")
	}
	s.give(datalayer.Batch{Entries: entries}).under("event_999").
		keys("f").types("event_77").keys("enter").under("event_779").sees("▼ following", "⊂ event_77").
		keys("g").under("event_77").keys("esc", "j", "k").under("event_77").sees("78/250000").
		keys("f").types("nothing_like_it").keys("enter").sees("no message matches", "250000 messages in all")
}
