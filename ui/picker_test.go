package ui_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/ui"
)

// offer sends choices in a phase, as a source does.
func (s *story) offer(phase datalayer.Phase, detail string, choices ...datalayer.Choice) *story {
	return s.give(datalayer.Batch{Attachment: &datalayer.Attachment{
		Phase: phase, Detail: detail, Browser: "Chrome/156.0.8078.79", Choices: choices}})
}

var (
	shopTab = datalayer.Choice{ID: "A", Title: "Shop: everything for the garden", URL: "https://shop.example/"}
	cartTab = datalayer.Choice{ID: "B", Title: "Cart (2)", URL: "https://shop.example/cart?step=1"}
	newsTab = datalayer.Choice{ID: "C", Title: "News", URL: "https://news.example/"}
	noTabs  = []datalayer.Choice{}
)

func watchedTab(c datalayer.Choice) datalayer.Choice {
	c.Watched = true
	return c
}

// choosing starts a screen, and returns the choices made on it.
func choosing(t *testing.T, width, height int) (*story, *[]string) {
	chosen := new([]string)
	return begin(t, width, height, func(o *ui.Options) {
		o.Choose = func(id string) { *chosen = append(*chosen, id) }
	}), chosen
}

// A user attaches to a browser with several tabs.
func TestPicksATab(t *testing.T) {
	for _, size := range sizes[:2] {
		s, chosen := choosing(t, size[0], size[1])
		s.state(datalayer.Starting, "attaching to 9222").
			offer(datalayer.ChoosingTab, "", cartTab, newsTab, shopTab).golden("picker").under("Cart").
			keys("down").under("News").
			offer(datalayer.ChoosingTab, "", newsTab, shopTab).under("News").sees("◌ choosing").misses("Cart").
			types("GARDEN shop").golden("picker-narrowed").under("Shop").misses("News").
			keys("enter")
		if !slices.Equal(*chosen, []string{"A"}) {
			t.Errorf("%q were chosen", *chosen)
		}
		s.state(datalayer.Starting, "attaching to https://shop.example/").sees("◌ starting", "attaching to https://shop.example/").
			visit().sees("widget_opened")
	}
}

func TestPickerIsLeft(t *testing.T) {
	s, chosen := choosing(t, 80, 24)
	s.offer(datalayer.ChoosingTab, "", cartTab, newsTab).
		types("newsq").sees("no match for newsq", "0 of 2").keys("enter").
		keys("esc").sees("News", "Cart", "q quits")
	if s.over {
		t.Error("esc quits although something was typed")
	}
	if s.keys("q"); !s.over || len(*chosen) > 0 {
		t.Errorf("q does not quit, or chose %q", *chosen)
	}
	s, _ = choosing(t, 80, 24)
	if s.offer(datalayer.ChoosingTab, "", cartTab, newsTab).keys("esc"); !s.over {
		t.Error("esc does not quit where nothing is watched yet")
	}
}

func TestPickerWithoutTabs(t *testing.T) {
	s, chosen := choosing(t, 80, 24)
	s.offer(datalayer.ChoosingTab, "", noTabs...).keys("enter", "down", "pgdown")
	s.offer(datalayer.ChoosingTab, "").sees("asking the browser for its tabs")
	s.give(datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.ChoosingTab, Choices: noTabs}}).golden("picker-empty").
		offer(datalayer.ChoosingTab, `no tab matches "checkout" yet`, newsTab).golden("picker-none-fits")
	if len(*chosen) > 0 {
		t.Errorf("%q were chosen out of nothing", *chosen)
	}
}

func TestPicksABrowser(t *testing.T) {
	s, chosen := choosing(t, 80, 24)
	s.offer(datalayer.ChoosingBrowser, "").golden("picker-no-browser")
	s.offer(datalayer.ChoosingBrowser, "",
		datalayer.Choice{ID: "9222", Title: "port 9222", URL: "127.0.0.1:9222"},
		datalayer.Choice{ID: "/home/mara/.config/google-chrome/DevToolsActivePort", Title: "google-chrome", URL: "/home/mara/.config/google-chrome/DevToolsActivePort"},
	).golden("picker-browsers").types("google").keys("enter")
	if len(*chosen) != 1 || !strings.HasSuffix((*chosen)[0], "DevToolsActivePort") {
		t.Errorf("%q were chosen", *chosen)
	}
}

func TestPickerWithManyTabs(t *testing.T) {
	var tabs []datalayer.Choice
	for i := range 200 {
		tabs = append(tabs, datalayer.Choice{ID: strconv.Itoa(i), Title: fmt.Sprintf("Tab %d", i), URL: fmt.Sprintf("https://site-%d.example/some/way", i%7)})
	}
	s, chosen := choosing(t, 80, 24)
	s.offer(datalayer.ChoosingTab, "", tabs...).keys("pgdown", "down", "down").golden("picker-many").under("Tab 23").
		offer(datalayer.ChoosingTab, "", tabs[20:]...).under("Tab 23").
		types("site-3 tab 17").under("Tab 171").keys("down", "enter")
	if !slices.Equal(*chosen, []string{"178"}) {
		t.Errorf("%q were chosen", *chosen)
	}
}

// The user switches to another tab while one is watched.
func TestSwitchesTabs(t *testing.T) {
	for _, size := range sizes[:2] {
		s, chosen := choosing(t, size[0], size[1])
		s.visit().offer(datalayer.Live, "", watchedTab(cartTab), newsTab, watchedTab(shopTab)).
			keys("t").golden("picker-live").keys("q").sees("widget_opened").
			keys("t").types("news").keys("enter").sees("switching to News", "widget_opened").
			keys(":").types("switch-tab").keys("enter").types("cart").keys("enter").sees("already watching Cart (2)")
		if !slices.Equal(*chosen, []string{"C", "B"}) {
			t.Errorf("%q were chosen", *chosen)
		}
		s.state(datalayer.Starting, "the tab isn't responding").sees("◌ the tab isn't responding", "widget_opened")
		s.offer(datalayer.Lost, "the tab was closed; choose another one to continue", newsTab).sees("t lists the tabs").keys("t").sees("News", "✗ lost").keys("esc").
			state(datalayer.Over, "the browser ended").keys("t").sees("no browser is connected")
	}
	begin(t, 80, 24).visit().keys("t").sees("there are no tabs")
	begin(t, 80, 24, func(o *ui.Options) { o.File = "a.session.jsonl" }).visit().keys("t").sees("this is a recording: it has no tabs")
}

func TestPickerWithMouse(t *testing.T) {
	s, _ := choosing(t, 80, 24)
	s.offer(datalayer.ChoosingTab, "", cartTab, newsTab, shopTab).click(10, 3).under("News").click(10, 20).under("News").
		wheel(10, 3, tea.MouseWheelUp).under("Cart").wheel(10, 3, tea.MouseWheelDown).under("Shop")
}

func TestPickerWithHostileText(t *testing.T) {
	for _, size := range sizes[:2] {
		var tabs []datalayer.Choice
		for i, bad := range hostile {
			tabs = append(tabs, datalayer.Choice{ID: strconv.Itoa(i), Title: bad, URL: "https://" + bad, Watched: i%2 == 0})
		}
		s, _ := choosing(t, size[0], size[1])
		s.offer(datalayer.ChoosingTab, hostile[0], tabs...).golden("picker-hostile").harmless("tabs")
		for range len(tabs) / 10 {
			s.keys("pgdown").harmless("tabs")
			s.screen() // checks the length of the lines
		}
		s.types("o").harmless("narrowed tabs")
		s.keys("enter").harmless("a chosen tab")
	}
}
