package ui_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/ui"
)

func TestPage(t *testing.T) {
	var asked []string
	var trouble error
	page := &ui.Page{
		Reload:   func() error { asked = append(asked, "reload"); return trouble },
		Navigate: func(address string) error { asked = append(asked, "go to "+address); return trouble },
		Screenshot: func(on int) (string, error) {
			if on == 0 {
				t.Error("the screenshot is of no message")
			}
			asked = append(asked, "screenshot")
			return "shop.png", trouble
		},
		Push: func(layer, message string) error {
			asked = append(asked, "push "+message+" into "+layer)
			return trouble
		},
	}
	s := begin(t, 80, 24, func(o *ui.Options) { o.Page = page }).visit().
		keys("R").sees("page reloaded").
		keys("u").types("shop.example/cart").keys("enter").sees("opened shop.example/cart").
		keys("S").sees("saved shop.png").
		keys("P").types(`{event: "test", "items": [{id: 'a'}], }`).keys("enter").
		sees("push this to dataLayer on shop.example/p/3?", `event: "test"`).golden("push-by-hand").
		keys("esc").misses("push this into")
	s.keys(":").types("push").keys("enter").types(`{"a":1}`).keys("enter", "y").sees("pushed to dataLayer by hand")
	s.keys("u", "enter", "P", "enter").misses("push into")
	trouble = errors.New("reloading the page: it hangs")
	s.keys("R").sees("✗ reloading the page: it hangs").keys("j").sees("it hangs").keys("esc").misses("it hangs")

	want := []string{"reload", "go to shop.example/cart", "screenshot", `push {"a":1} into dataLayer`, "reload"}
	if !slices.Equal(asked, want) {
		t.Errorf("the page was asked for %q, want %q", asked, want)
	}
	s.state(datalayer.Lost, "trying again").keys("R").sees("no page is attached")
}

func TestPageOfARecording(t *testing.T) {
	s := begin(t, 80, 24, func(o *ui.Options) { o.File = "a.session.jsonl" }).visit()
	for _, key := range []string{"R", "u", "S", "P"} {
		s.keys(key).sees("this is a recording: it has no live page").keys("esc")
	}
}

// Text that isn't a message is rejected while it can still be fixed; JavaScript that must
// be evaluated is shown as typed.
func TestPushWhatIsNoMessage(t *testing.T) {
	page := &ui.Page{
		Push: func(_, message string) error {
			t.Errorf("%s was pushed", message)
			return nil
		},
		CheckMessage: func(message string) error {
			if strings.Contains(message, "Date.now(}") {
				return errors.New("SyntaxError: Unexpected token '}'")
			}
			return nil
		},
	}
	s := begin(t, 80, 24, func(o *ui.Options) { o.Page = page }).visit().
		keys("P").types(`"text"`).keys("enter").sees(`push "text"`, `✗ a message is an object, such as {event: "test"}`, "nothing was pushed").
		keys("ctrl+u").types(`{t: Date.now(}`).keys("enter").sees(`push {t: Date.now(}`, "✗ SyntaxError: Unexpected token '}'").golden("push-wrong").
		keys("left").types(")").keys("enter").sees("{t: Date.now()}", "this is JavaScript: the page evaluates it when it is pushed", "y push it").golden("push-script").
		keys("e").sees("push {t: Date.now()}").keys("esc")
	s.keys("P", "up").sees("push {t: Date.now()}").keys("esc").misses("Date.now")
	var long strings.Builder
	for i := range 40 {
		fmt.Fprintf(&long, "key_%d: %d, ", i, i)
	}
	s.keys("P").send(tea.PasteMsg{Content: "{" + long.String() + "}"}).keys("enter").sees("key_0:").misses("key_39").
		keys("pgdown", "pgdown", "pgdown").sees("key_39", "tags may fire").misses("key_0:").keys("pgup", "pgup", "up", "pgup").sees("key_0:").keys("n").misses("key_0:")
}

// A message pushed by the user is distinguished from the page's own.
func TestMadeByHand(t *testing.T) {
	byHand := message("test", `"a":1`)
	byHand.Stack = []datalayer.StackFrame{{URL: datalayer.ByHandURL, Line: 5, Col: 10}}
	s := begin(t, 80, 24).visit().entries(byHand).sees("by hand a=1", "pushed by hand, not by the page").
		keys("left").sees("[Origin]", "hand, not by the page").misses("layertap-by-hand")
	s.entries(&datalayer.Screenshot{On: s.last(), File: "shop-9.png"}).keys("y", "t")
	for _, want := range []string{"| pushed by | `hand, not by the page` |", "| screenshot | `shop-9.png` |"} {
		if !strings.Contains(s.copied(), want) {
			t.Errorf("the ticket has no %q:\n%s", want, s.copied())
		}
	}
}

// A screenshot is shown on its message, with the name of its file.
func TestScreenshots(t *testing.T) {
	begin(t, 100, 30).visit().entries(&datalayer.Mark{On: 8, Mark: "★"}, &datalayer.Screenshot{On: 8, File: "shop-8.png"}).
		sees("★ ◫ ✗ missing link_text", "◫ screenshot shop-8.png").golden("screenshot").
		keys("left").sees("screenshot", "shop-8.png")
	begin(t, 100, 30, func(o *ui.Options) { o.File = "a.session.jsonl" }).visit().entries(&datalayer.Screenshot{On: 8, File: "shop-8.png"}).
		keys("G").sees("◫ ✗ missing link_text", "◫ screenshot shop-8.png")
}

// If no message arrives, the screen lists other things to do.
func TestNothingComes(t *testing.T) {
	begin(t, 80, 24, func(o *ui.Options) { o.Page = &ui.Page{} }).live().
		sees("0 messages", "R reloads the page · u opens another URL")
	begin(t, 80, 24).live().sees("0 messages").misses("reloads the page")
}

// Explanations exist only for findings.
func TestExplainNothing(t *testing.T) {
	begin(t, 80, 24).visit().keys("g", "e").sees("select a message with a finding first").
		keys("]", "e").sees("A parameter's name is misspelled").
		keys("g", "e", "]").misses("A parameter's name is misspelled")
}
