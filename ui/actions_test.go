package ui_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/ui"
	"layertap/ui/style"
)

func (s *story) copied() string {
	s.t.Helper()
	if len(s.clipboard) == 0 {
		s.t.Fatalf("nothing was copied:\n%s", s.screen())
	}
	return s.clipboard[len(s.clipboard)-1]
}

func TestCopy(t *testing.T) {
	s := begin(t, 120, 36).visit().keys("k", "y").golden("copy").keys("m")
	var message map[string]any
	if err := json.Unmarshal([]byte(s.copied()), &message); err != nil || message["widet_conversation_id"] != "c-1" {
		t.Errorf("as a message %q was copied: %v", s.copied(), err)
	}
	s.sees("message: sent ")
	if s.keys("y", "c"); !strings.HasPrefix(s.copied(), "window.dataLayer.push({\n") {
		t.Errorf("as a snippet %q was copied", s.copied())
	}
	s.keys("y", "v").sees("no value here: go to the payload with →, then into it with Tab")
	s.keys("right", "tab", "j", "j", "y", "p")
	if got := s.copied(); got != "widet_conversation_id" {
		t.Errorf("as a path %q was copied", got)
	}
	if s.keys("y", "v"); s.copied() != "c-1" {
		t.Errorf("as a value %q was copied", s.copied())
	}
	s.keys("y", "esc").misses("the terminal's clipboard")
}

func TestTicket(t *testing.T) {
	s := begin(t, 120, 36).visit()
	s.entries(&datalayer.Push{Page: "p1", Layer: "dataLayer", Kind: "object", Event: "widget_opened|x`y",
		Message: []byte(`{"event":"widget_opened|x` + "`" + `y","a":"` + "```" + `"}`)})
	s.keys("k", "y", "t")
	for _, want := range []string{
		"## \"widget_whatsapp_clicked\" has no \"link_text\"\n",
		"- **missing-parameter** (error) `link_text`",
		"| page | `https://shop.example/p/3` |",
		"| time | `2026-11-23 09:00:04.000 UTC` |",
		"| triggers | `All widget events, Clicks` |",
		"```json\n{\n",
	} {
		if !strings.Contains(s.copied(), want) {
			t.Errorf("the ticket has no %q:\n%s", want, s.copied())
		}
	}
	s.hits().keys("y", "t")
	if want := "| sent to ga4 | `widget_whatsapp_clicked, 204 key event; link_url: https://wa.me/4930123456` |"; !strings.Contains(s.copied(), want) || strings.Contains(s.copied(), "google-ads") {
		t.Errorf("the ticket does not have just the hits %q:\n%s", want, s.copied())
	}
	if s.keys("j", "y", "t"); !strings.Contains(s.copied(), "## \"widget_opened|x\\`y") || !strings.Contains(s.copied(), "\n``````json\n") {
		t.Errorf("text breaks out of the ticket:\n%s", s.copied())
	}
}

func TestSnippetOfWhatJSONCannotHold(t *testing.T) {
	s := begin(t, 80, 24).live().entries(&datalayer.Push{Page: "p1", Layer: "dataLayer", Kind: "gtag", Message: datalayer.Encode(nil,
		datalayer.Value{Kind: datalayer.Array, Items: []datalayer.Value{
			datalayer.StringOf("event"), {Kind: datalayer.Undefined}, {Kind: datalayer.Number, Text: "NaN"},
			{Kind: datalayer.BigInt, Text: "12"}, {Kind: datalayer.Date, Text: "2026-11-23T09:00:00.000Z"},
			{Kind: datalayer.Element, Text: "a*/"},
		}})})
	s.keys("y", "c")
	want := "gtag(\n  \"event\",\n  undefined,\n  NaN,\n  12n,\n  new Date(\"2026-11-23T09:00:00.000Z\"),\n  undefined /* element a* / */\n);"
	if got := s.copied(); got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	s.keys("y", "m")
	if !json.Valid([]byte(s.copied())) {
		t.Errorf("%s isn't JSON", s.copied())
	}
}

func TestMarksAndNotes(t *testing.T) {
	var s *story
	s = begin(t, 100, 30, func(o *ui.Options) {
		o.Mark = func(on int, sign string) error {
			s.session.Add(&datalayer.Mark{On: on, Mark: sign})
			return nil
		}
		o.Note = func(on int, text string) error {
			if text == "" {
				return fmt.Errorf("writing the note: it is empty")
			}
			s.session.Add(&datalayer.Note{On: on, Text: text})
			return nil
		}
		o.Record = func() (string, error) { return "", nil }
	}).visit()
	s.keys("m").sees("★ ✗ missing link_text").
		keys("a").types("ask Mara").keys("enter").sees("note saved", "✎ ask Mara", "★ “ask Mara”").golden("marked").
		keys("m").misses("★").
		keys("a", "ctrl+u", "enter").sees("✗ writing the note: it is empty")
	s.keys("esc")
	if s.keys("q").sees("marks or notes on 1 message are unsaved"); s.over {
		t.Error("marks were lost without a question")
	}
	if s.keys("q"); !s.over {
		t.Error("q after the question does not quit")
	}
	begin(t, 100, 30).visit().keys("m").sees("marks and notes can't be kept here")
}

func TestPause(t *testing.T) {
	begin(t, 80, 24).visit().keys("p").sees("‖ paused, 0 new").
		push("widget_closed", "").push("widget_opened", "").
		sees("‖ paused, 2 new", "4 shown").misses("widget_closed").
		keys("p").sees("6 shown", "widget_closed")
}

// The user's own themes are selected like the built-in ones, and restored.
func TestThemesOfOnesOwn(t *testing.T) {
	drawn := func(s *story) string { return s.model.View().Content }
	s := begin(t, 80, 24, func(o *ui.Options) {
		o.Theme, o.Themes = "mine", map[string]style.Theme{"mine": {"accent": {Light: "#010203", Dark: "#010203"}}}
	}).visit()
	const mine = "38;2;1;2;3m"
	if !strings.Contains(drawn(s), mine) {
		t.Error("the user's theme is not in force")
	}
	if s.keys(":").types("theme ocean").keys("enter"); strings.Contains(drawn(s), mine) {
		t.Error("it is in force beside another")
	}
	s.keys(":").types("theme mi").keys("tab", "enter").sees("theme mine")
	if !strings.Contains(drawn(s), mine) {
		t.Error("it does not come back")
	}
}

func TestTypedCommands(t *testing.T) {
	s := begin(t, 80, 24).visit().
		keys(":").types("cov").sees(": coverage").keys("tab", "enter").sees("[2 Coverage]").
		keys(":").types("filter sent").keys("enter").under("widget_message_sent").
		keys("F").sees("widget_opened").keys("F").misses("widget_opened").
		keys(":").types("teme").keys("enter").sees("unknown command \"teme\"").keys("esc").
		keys(":").types("theme ocean").keys("enter").sees("theme ocean").
		keys(":").types("theme neon").keys("enter").sees("unknown theme \"neon\": must be one of contrast, default, ocean").keys("esc")
	if s.keys(":").types("quit").keys("enter"); !s.over {
		t.Error(":quit does not quit")
	}
}

func TestFilterCompletes(t *testing.T) {
	begin(t, 80, 24).visit().keys("f").types("widget_what").keys("tab", "enter").
		sees("filter: widget_whatsapp_clicked")
}

// If a text is longer than the line, the part around the cursor is shown.
func TestLongText(t *testing.T) {
	s := begin(t, 60, 20).visit().keys("f").types("widget_"+strings.Repeat("0123456789", 8)+" end").
		sees("filter …", "789 end").misses("widget_0", "tab completes")
	if c := s.model.View().Cursor; c == nil || c.X < 40 || c.X > 59 {
		t.Errorf("the cursor is at %+v", c)
	}
	for range 30 {
		s.keys("left")
	}
	s.sees("filter …", "0123").misses(" end")
	s.keys("home").sees("filter widget_0123").misses("filter …")
	if c := s.model.View().Cursor; c == nil || c.X != len(" filter ") {
		t.Errorf("the cursor is at %+v", c)
	}
}
