package ui_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/ui"
)

// hostile is text that tries to control the terminal.
var hostile = []string{
	"\x1b[2J\x1b[H", "\x1b]0;owned\a", "\x1b]52;c;b3duZWQ=\a", "\x9b31m", "\u009b31m", "a\rb\nc\td\bz\x00\x7f",
	"\u202egnp.exe", "\u2066\u2067\u2068x\u2069", "\u200e\u200f\u061c", "zero\u200bwidth\u2060\ufeff", "\xff\xfe\xc3(",
	"👨‍👩‍👧‍👦", "❤️", "👍🏽", "🇩🇪🇫🇷", "日本語テキスト", "e\u0301\u0302", "Z" + strings.Repeat("\u0301", 500), "क्षि", "각", "ﷺ",
	"\U000e0041\U000e007f", "\u2028x\u2029", "a\u00adb", "\u3000\u00a0", "\ue000\U000fffff", "1️⃣", "ก็็็็็", "𝕳𝖊", strings.Repeat("x", 2_000),
	strings.Repeat("日", 1_000), "\x1bP+q544e\x1b\\", "\x1b_Gi=1\x1b\\", "\u034f", "\u115f\u1160", "\u3164", "\uffa0",
}

// TestHostileText puts many strings into every view, through every path by which outside
// text gets to the screen.
func TestHostileText(t *testing.T) {
	const parts = 4
	strings := 120
	if testing.Short() { // under the race detector, which is slow
		strings = 20
	}
	for part := range parts {
		t.Run(fmt.Sprint("part ", part+1), func(t *testing.T) {
			t.Parallel()
			for n := part; n < strings; n += parts {
				takeHostile(t, hostile[n%len(hostile)]+hostile[(n/len(hostile)*7+n)%len(hostile)], n)
			}
		})
	}
}

func takeHostile(t *testing.T, bad string, n int) {
	t.Helper()
	s := beginHostile(t, bad, sizes[n%3])
	s.harmless(bad)
	s.keys("g", "j", "j").harmless(bad)
	s.keys("enter")
	for range 6 {
		s.keys("right").harmless(bad)
	}
	s.keys("e").harmless(bad)
	s.screen() // checks the length of the lines
	s.keys("esc", "esc")
	for _, board := range boards {
		s.keys(board.key).harmless(bad)
		s.keys("end").harmless(bad)
	}
	s.screen()
	s.keys("1").asked(bad, n)
	s.state(datalayer.Lost, bad).harmless(bad)
	s.keys("6").harmless(bad)
	s.state(datalayer.Over, bad).harmless(bad)
	s.screen()
}

// beginHostile starts a session in which every string from outside is bad.
func beginHostile(t *testing.T, bad string, size [2]int) *story {
	t.Helper()
	container, err := gtm.Patterns(gtm.Pattern{Name: bad, Regexp: "^"})
	if err != nil {
		t.Fatal(err)
	}
	fails := func() error { return errors.New(bad) }
	plan := plantest.Widget(t)
	s := beginAnalysis(t, session.Analysis{Rules: check.New(plan), GTM: engine.New(container)}, size[0], size[1], func(o *ui.Options) {
		o.Page = &ui.Page{Reload: fails, Push: func(string, string) error { return fails() }}
		o.Open = func(string) (ui.Recording, error) { return ui.Recording{}, fails() }
		o.Containers.Read = func(string) (*gtm.Container, error) { return nil, fails() }
		o.Mark = func(int, string) error { return fails() }
		o.Note = func(int, string) error { return fails() }
	})
	object := func(name string) []byte {
		return datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{
			{Name: "event", Value: datalayer.StringOf(name)}, {Name: bad, Value: datalayer.StringOf(bad)},
			{Name: "cut", Value: datalayer.Value{Kind: datalayer.Truncated, Name: "string", Size: 9, Items: []datalayer.Value{datalayer.StringOf(bad)}}},
		}})
	}
	s.give(datalayer.Batch{Attachment: &datalayer.Attachment{
		Phase: datalayer.Live, Browser: bad, Notices: []string{bad, bad}, Since: started, Detail: bad,
		Frames: []datalayer.Frame{
			{Target: bad, URL: bad, Hooked: true, Remark: bad, Layers: []datalayer.Layer{{Name: bad, Hook: datalayer.HookFrozen}, {Name: bad, Hook: datalayer.Hook(bad)}}},
			{Target: bad, Depth: 1, URL: bad, Empty: true, Remark: bad},
		}}})
	return s.page("https://"+bad).entries(
		&datalayer.Push{Page: "p1", Frame: bad, Layer: bad, Kind: "object", Event: bad, Message: object(bad), Stack: []datalayer.StackFrame{{Func: bad, URL: bad}}},
		&datalayer.Push{Page: "p1", Frame: "main", Layer: "dataLayer", Kind: "object", Event: "widget_opend", Message: object("widget_opend")},
		&datalayer.Action{Page: "p1", Action: bad, Selector: bad, Text: bad, Href: bad},
		&datalayer.Hit{Page: "p1", Vendor: bad, ID: bad, Event: bad, Error: bad, Consent: bad, Method: bad, URL: bad, Params: object(bad),
			Cause: &datalayer.HitCause{Push: 2, By: bad, Strength: bad}},
		&datalayer.LayerChange{Layer: bad, What: datalayer.LayerEvent(bad), Container: bad}, &datalayer.ScriptError{Message: bad, URL: bad}, &datalayer.TabClosed{Page: "p1", Target: bad},
		&datalayer.Gap{Why: bad}, &datalayer.Note{On: 2, Text: bad}, &datalayer.Mark{On: 2, Mark: bad}, &datalayer.Screenshot{On: 2, File: bad},
		&datalayer.Container{ID: bad, Version: bad, Layer: bad, Source: bad})
}

// asked pastes the string into prompts and reads the reply. The prompts share their code,
// so each string is tried in two of them.
func (s *story) asked(bad string, nth int) *story {
	s.t.Helper()
	quoted, err := json.Marshal(map[string]string{bad: bad})
	if err != nil {
		s.t.Fatal(err)
	}
	asks := []struct{ key, typed string }{
		{"f", bad}, {"/", bad}, {":", bad}, {":", "theme " + bad}, {"w", bad}, {"w", bad + ".json"},
		{"o", bad}, {"D", bad}, {"P", bad}, {"P", string(quoted)}, {"a", bad},
	}
	for i := range 2 {
		ask := asks[(nth+i*5)%len(asks)]
		s.keys("g", "j", ask.key).harmless(bad)
		s.send(tea.PasteMsg{Content: ask.typed}).harmless(bad)
		s.keys("enter").harmless(bad)
		s.keys("esc", "esc", "esc", "1")
	}
	s.keys("R").harmless(bad)
	s.keys("esc", "?", "/").send(tea.PasteMsg{Content: bad}).harmless(bad)
	s.keys("enter").harmless(bad)
	return s.keys("esc", "esc")
}

// harmless asserts that only text and style sequences are sent to the terminal.
func (s *story) harmless(bad string) {
	s.t.Helper()
	view := s.model.View()
	for text, allowed := range map[string]bool{view.Content: true, view.WindowTitle: false} {
		for i := 0; i < len(text); {
			if text[i] >= ' ' && text[i] < 0x7f || text[i] == '\n' && allowed {
				i++
				continue
			}
			rest := text[i:]
			if n := lengthOfSGR(rest); allowed && n > 0 {
				i += n
				continue
			}
			r, n := utf8.DecodeRuneInString(rest)
			if !unicode.IsGraphic(r) || unicode.In(r, unicode.Bidi_Control, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || r == utf8.RuneError && n == 1 {
				s.t.Fatalf("%q lets %U through to the terminal", bad, r)
			}
			i += n
		}
	}
}

// lengthOfSGR returns the length of the sequence at the start of s if it only changes the
// style of text; 0 otherwise.
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
