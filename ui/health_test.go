package ui_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/gtm/parse"
	"layertap/ui"
	"layertap/ui/screen"
)

// attached sets the frames of the shop.
func (s *story) attached(frames ...datalayer.Frame) *story {
	return s.give(datalayer.Batch{Attachment: &datalayer.Attachment{
		Phase: datalayer.Live, Browser: "Chrome/156.0.8078.79", Since: started.Add(-2 * time.Second), Frames: frames}})
}

var shopFrames = []datalayer.Frame{
	{Target: "t1", URL: "https://shop.example/p/3", Hooked: true, Layers: []datalayer.Layer{{Name: "dataLayer", Hook: datalayer.HookHeld}}},
	{Target: "t1", Depth: 1, URL: "https://chat.example/widget/frame.html", Hooked: true, Layers: []datalayer.Layer{{Name: "dataLayer", Hook: datalayer.HookAwaited}}},
	{Target: "t1", Depth: 1, URL: "about:blank", Empty: true, Remark: "no script runs in it"},
}

func TestHealth(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).visit().attached(shopFrames...).
			entries(&datalayer.Container{ID: "GTM-ABC123", Version: "42", Layer: "dataLayer", Source: "page"}).
			keys("6").golden("health-live").sees("✓ nothing missed, as far as known", "✓ hook in place in 2 frames")
	}
}

// Every problem that a capture can have has its line.
func TestHealthWithEverythingWrong(t *testing.T) {
	layer := func(name string, hook datalayer.Hook, change ...func(*datalayer.Layer)) datalayer.Layer {
		l := datalayer.Layer{Name: name, Hook: hook}
		for _, c := range change {
			c(&l)
		}
		return l
	}
	frames := []datalayer.Frame{
		{Target: "t1", URL: "https://shop.example/p/3", Hooked: true, Remark: "what it pushes on being left is not seen, because it has a service worker",
			Layers: []datalayer.Layer{
				layer("dataLayer", datalayer.HookHeld, func(l *datalayer.Layer) { l.Displaced = 3 }),
				layer("chatLayer", datalayer.HookFrozen),
			}},
		{Target: "t1", Depth: 1, URL: "https://chat.example/widget/frame.html?conversation=c-1&platform=web&version=2026-11-23", Hooked: true, Silent: started.Add(70 * time.Second),
			Layers: []datalayer.Layer{layer("dataLayer", datalayer.HookHeld, func(l *datalayer.Layer) { l.Lexical = true })}},
		{Target: "t1", Depth: 2, URL: "https://ads.example/slot", Remark: "it crashed"},
		{Target: "t1", Depth: 1, URL: "https://pay.example/", Hooked: true, Layers: []datalayer.Layer{
			layer("payLayer", datalayer.HookObject), layer("dataLayer", datalayer.HookHeld, func(l *datalayer.Layer) { l.Rested = 1 }), layer("oldLayer", datalayer.HookNone)}},
		{Target: "t2", URL: "https://shop.example/help"},
	}
	for i := range 15 {
		frames = append(frames, datalayer.Frame{Target: "t2", Depth: 1, URL: fmt.Sprintf("https://ads.example/slot/%d", i), Hooked: true})
	}
	sized := append(append([][2]int{}, sizes...), [2]int{40, 12})
	for _, size := range sized {
		s := begin(t, size[0], size[1]).visit()
		if err := s.session.Record(brokenSink{}); err == nil {
			t.Fatal("a broken disk takes a recording")
		}
		s.entries(
			&datalayer.Gap{Why: "the page removed the hook on dataLayer; it was reinstalled, but values that aren't objects may be missing", Lost: -1},
			&datalayer.Gap{Why: "the connection to the browser was lost", Lost: 12, Until: 30 * time.Second},
			&datalayer.Gap{Why: "the page removed the hook on dataLayer; it was reinstalled, but values that aren't objects may be missing", Lost: -1},
			&datalayer.Push{Page: "p1", Layer: "dataLayer", Recovered: true, Via: datalayer.ViaInitial, Event: "early", Message: []byte(`{"event":"early"}`)},
		)
		s.push("purchase", `"html":{"$":"truncated","kind":"string","size":2000000,"value":"<p>"},"ecommerce":{"items":{"$":"truncated","kind":"array","size":60000,"value":[1,2]}}`)
		s.give(datalayer.Batch{Attachment: &datalayer.Attachment{
			Phase: datalayer.Live, Browser: "Chrome/156.0.8078.79", Since: started.Add(-2 * time.Second), Frames: frames,
			Ahead:   -125 * time.Second,
			Notices: []string{"running as root, so Chrome runs without its sandbox: open only sites that you trust"},
		}})
		s.keys("6").golden("health-all-wrong").keys("pgdown").screen()
	}
}

// brokenSink fails like a full disk.
type brokenSink struct{ sink }

func (brokenSink) Write([]datalayer.Entry) error { return errors.New("no space left on device") }

// A recording has the same health after it is opened again.
func TestHealthOfARecording(t *testing.T) {
	s := begin(t, 80, 24, func(o *ui.Options) { o.File = "old.session.jsonl" }).visit().
		entries(&datalayer.Gap{Why: "the tab had crashed", Lost: -1}).
		push("purchase", `"html":{"$":"truncated","kind":"string","size":2000000,"value":"<p>"}`).
		state(datalayer.Over, "").keys("6").golden("health-of-a-file")
	said, sound := screen.NewDiagnosis("old.session.jsonl").Lines(s.session.Snapshot())
	if sound {
		t.Error("all is said to be well")
	}
	lines := strings.Join(said, "\n")
	for _, want := range []string{"▲ 1 gap, 1 message cut", "Missed       ▲ the tab had crashed", "1 string, 1999997 characters left out of html in #10"} {
		if !strings.Contains(lines, want) {
			t.Errorf("%q is not said:\n%s", want, lines)
		}
	}
	s.keys("enter").sees("the tab had crashed").keys("enter").under("the tab had crashed")
}

// Details of the row under the cursor are shown next to the screen.
func TestHealthDetails(t *testing.T) {
	s := begin(t, 140, 40).visit().attached(shopFrames...)
	for i := range 50 {
		s.entries(&datalayer.Gap{Why: "the page stood still", Lost: i % 3})
	}
	s.keys("6").under("▲ 50× the page stood still").sees("─ 50 gaps ─", "#9", "▼ ", "J").
		keys("J", "J", "J", "J").sees("and 10 more gaps").
		keys("end").sees("─ ✗ missing-parameter ─").sees("GA4").
		keys("k", "k").under("about:blank").sees("nothing to hook: no script runs in it").
		keys("k", "k").under("shop.example/p/3").sees("every message is captured", "https://shop.example/p/3").
		keys("home").sees("how to read this")
}

// A container that the user loads is in effect, even if no page has it.
func TestContainerThatWasLoaded(t *testing.T) {
	export, err := os.ReadFile("testdata/container.json")
	if err != nil {
		t.Fatal(err)
	}
	container, err := parse.Container(export)
	if err != nil {
		t.Fatal(err)
	}
	a := analysis(t)
	a.GTM = engine.New(container)
	beginAnalysis(t, a, 80, 40).visit().keys("6").sees("✓ GTM-ABC123 version 42, loaded from a file").misses("none seen")
}
