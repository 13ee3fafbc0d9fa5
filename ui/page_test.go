package ui_test

import (
	"errors"
	"slices"
	"testing"

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
		keys("R").sees("reloaded the page").
		keys("u").types("shop.example/cart").keys("enter").sees("opened shop.example/cart").
		keys("S").sees("saved shop.png").
		keys("P").types(`{event: "test"}`).keys("enter").sees("push into dataLayer?").golden("push-by-hand").
		keys("esc").misses("by hand")
	s.keys(":").types("push").keys("enter").types(`{"a":1}`).keys("enter", "y").sees("pushed into dataLayer by hand")
	s.keys("u", "enter", "P", "enter").misses("push into")
	trouble = errors.New("reloading the page: it hangs")
	s.keys("R").sees("✗ reloading the page: it hangs").keys("j").sees("it hangs").keys("esc").misses("it hangs")

	want := []string{"reload", "go to shop.example/cart", "screenshot", `push {"a":1} into dataLayer`, "reload"}
	if !slices.Equal(asked, want) {
		t.Errorf("the page was asked for %q, want %q", asked, want)
	}
	s.state(datalayer.Lost, "trying again").keys("R").sees("no page is attached yet, or no longer")
}

func TestPageOfARecording(t *testing.T) {
	s := begin(t, 80, 24, func(o *ui.Options) { o.File = "a.session.jsonl" }).visit()
	for _, key := range []string{"R", "u", "S", "P"} {
		s.keys(key).sees("this is a recording: there is no page behind it").keys("esc")
	}
}
