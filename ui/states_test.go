package ui_test

import (
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/ui"
)

// Every screen that is still empty says what to do.
func TestNothingYet(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).live().page("https://shop.example/")
		for _, screen := range boards {
			s.keys(screen.key).golden("nothing-" + screen.name)
		}
	}
}

// A capture that is interrupted, continues and ends.
func TestDisconnected(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).visit().attached(shopFrames...).
			state(datalayer.Lost, "the connection to the browser was lost; trying again").golden("lost").
			keys("6").golden("lost-health").keys("1").
			entries(&datalayer.Gap{Why: "the connection to the browser was lost", Lost: -1, Until: 40 * time.Second}).
			attached(shopFrames...).golden("back-again").
			push("widget_closed", `"widget_platform":"web","timestamp":1795424409000`).under("widget_closed").
			state(datalayer.Over, "the tab was closed").golden("over").
			keys("6").golden("over-health")
	}
}

// A tab that crashed waits to be reloaded, and its messages are kept.
func TestCrashedTab(t *testing.T) {
	begin(t, 80, 24).visit().attached(shopFrames...).
		state(datalayer.Lost, "the tab crashed; reload it in the browser to continue").golden("crashed").
		keys("R").sees("the tab crashed").
		entries(&datalayer.Gap{Why: "the tab had crashed", Lost: -1, Until: 30 * time.Second}).
		attached(shopFrames...).sees("● live", "▲ gap  the tab had crashed").misses("reload it")
}

// If the screen differs from what arrives, it always says so.
func TestWhatIsNotShown(t *testing.T) {
	for _, size := range sizes {
		s := begin(t, size[0], size[1]).visit()
		if err := s.session.Record(sink("shop.session.jsonl")); err != nil {
			t.Fatal(err)
		}
		s.idle().golden("recorded").
			keys("f").types("error").keys("enter").golden("filtered-faults").
			keys("p").push("widget_opend", "").push("widget_closed", "").golden("paused").
			keys("p").sees("widget_opend")
	}
	for _, size := range sizes {
		s := begin(t, size[0], size[1])
		if err := s.session.Record(brokenSink{}); err != nil {
			t.Fatal(err)
		}
		s.visit().golden("recording-stopped")
	}
}

// Every screen and every view of a message, at the widest and the narrowest.
func TestWidestAndNarrowest(t *testing.T) {
	for _, size := range [][2]int{{200, 60}, {40, 12}} {
		s := beginAnalysis(t, planOnly(t), size[0], size[1]).tour().attached(shopFrames...)
		s.keys("/").types("wa.me").keys("enter", "esc").golden("tour-messages")
		for _, screen := range boards {
			s.keys(screen.key).golden("tour-" + screen.name)
		}
		s.keys("?").golden("tour-help").keys("esc", "1", "enter").golden("tour-findings")
		for _, view := range []string{"payload", "state", "variables", "triggers", "tags", "consent", "hits", "origin"} {
			s.keys("right").golden("tour-message-" + view)
		}
	}
}

// After every key on every screen, the screen fits and drawing it twice gives the same
// result.
func TestEveryKeyOnEveryScreen(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {40, 12}, {160, 50}} {
		for _, where := range [][]string{{"1"}, {"1", "tab"}, {"1", "enter"}, {"2"}, {"3"}, {"4"}, {"5"}, {"6"}, {"8"}, {"9"}} {
			s := beginAnalysis(t, planOnly(t), size[0], size[1]).tour().attached(shopFrames...)
			for _, c := range ui.Commands(nil) {
				if c.Name == "quit" || c.Name == "suspend" || c.Name == "close" {
					continue
				}
				for _, key := range c.Keys {
					if key == "shift+tab" || key == "f1" {
						continue // keys that the story doesn't support
					}
					s.keys("esc", "esc", "esc", "esc", "G").keys(where...).keys(key).screen()
				}
			}
		}
	}
}

// A page that hangs, or isn't reachable, doesn't look like one that pushes nothing.
func TestPageThatIsNotSeen(t *testing.T) {
	hangs := datalayer.Frame{Target: "t1", URL: "https://shop.example/", Hooked: true, Silent: started.Add(70 * time.Second)}
	crashed := datalayer.Frame{Target: "t1", Depth: 1, URL: "https://ads.example/", Remark: "it crashed"}
	main := hangs
	main.Silent = time.Time{}
	begin(t, 80, 24).live().page("https://shop.example/").attached(hangs).golden("hangs").misses("hook in place").
		push("widget_closed", `"widget_platform":"web","timestamp":1795424409000`).
		sees("▲ the page hasn't responded since 09:01:10: it may be busy or paused").
		attached(main, crashed).sees("▲ 1 frame of the page not captured").
		attached(main).misses("not answered", "not seen")
}
