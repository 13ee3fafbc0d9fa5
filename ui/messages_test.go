package ui_test

import (
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"layertap/datalayer"
	"layertap/ui"
)

// visit is a visit to the shop that opens the chat widget: two faults in seven messages.
func (s *story) visit() *story {
	return s.live().page("https://shop.example/p/3").
		push("gtm.js", `"gtm.start":1795424400041`).
		push("widget_loaded", `"widget_platform":"web","widget_id":"w-77","timestamp":1795424400100`).
		push("gtm.dom", "").
		entries(&datalayer.Action{Page: "p1", Action: "click", Selector: "button.chat", Text: "Chat with us"}).
		push("widget_opened", `"widget_platform":"web","timestamp":1795424401523`).
		push("widget_message_sent", `"widget_platform":"web","widet_conversation_id":"c-1","timestamp":1795424402000,"total_messages":1`).
		push("widget_whatsapp_clicked", `"widget_platform":"web","timestamp":1795424403000,"link_url":"https://wa.me/4930123456","link_type":"whatsapp"`)
}

var sizes = [][2]int{{80, 24}, {120, 36}, {160, 50}}

func TestFirstScreens(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).golden("before-anything").
			state(datalayer.Starting, "starting /usr/bin/chromium, headless").golden("starting").
			live("running as root, so Chrome runs without its sandbox: open only sites that you trust").
			page("https://shop.example/").
			golden("no-messages")
	}
}

func TestVisit(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).visit().golden("faults").
			keys("k").under("widget_message_sent").
			keys("enter").golden("findings").
			keys("right").golden("payload").
			keys("right").golden("state").
			keys("right", "right").sees("[Triggers]").golden("triggers").
			keys("right", "right", "right").sees("[Hits]").golden("hits-of-a-message").
			keys("right").sees("[Origin]").golden("origin")
	}
}

func TestOnlyNoiseSoFar(t *testing.T) {
	begin(t, 80, 24).live().push("gtm.js", "").push("gtm.dom", "").
		sees("2 messages so far, all from Google Tag Manager itself, hidden", "z shows them").
		keys("z").sees("gtm.js", "gtm.dom").
		keys("z").misses("gtm.dom")
}

func TestFollowLikeTail(t *testing.T) {
	s := begin(t, 80, 24).live()
	for i := range 20 {
		s.push(fmt.Sprintf("event_%d", i), "")
	}
	s.under("event_19").sees("▼ following").
		keys("k").under("event_18").
		push("event_20", "").push("event_21", "").
		under("event_18").sees("▼ 1 new").misses("event_21").
		keys("G").under("event_21").sees("▼ following").
		push("event_22", "").under("event_22")
}

func TestCursorStaysWhileTheDetailIsRead(t *testing.T) {
	begin(t, 80, 24).visit().keys("enter").
		push("widget_closed", `"widget_platform":"web","timestamp":1`).
		sees("widget_whatsapp_clicked", "▼ 1 new").
		keys("esc").under("widget_whatsapp_clicked").
		keys("G").under("widget_closed")
}

func TestResizeKeepsTheCursor(t *testing.T) {
	s := begin(t, 160, 50).visit()
	for i := range 60 {
		s.push(fmt.Sprintf("event_%d", i), "")
	}
	for range 30 {
		s.keys("k")
	}
	s.under("event_29")
	for _, size := range [][2]int{{80, 24}, {40, 12}, {20, 5}, {200, 60}, {99, 30}, {1, 1}, {100, 30}} {
		s.resize(size[0], size[1]).screen()
	}
	s.under("event_29").misses("▼")
}

// A long URL takes the room that the rest of the header doesn't need.
func TestLongAddress(t *testing.T) {
	begin(t, 120, 36).live().page("https://shop.example/lamps/table/alba?colour=forest&size=small").
		push("widget_opened", "").sees("shop.example/lamps/table/alba?colour=forest&size=small  dataLayer", "1 message").
		resize(80, 24).sees("shop.example/lamps/table/al…  dataLayer  1 message")
}

func TestTooSmall(t *testing.T) {
	begin(t, 30, 8).visit().sees("The terminal has 30×8").
		resize(40, 12).misses("needs").golden("faults")
}

// If the screen is too small to draw, keys do nothing, except for quitting.
func TestTooSmallForKeys(t *testing.T) {
	s := begin(t, 80, 24, func(o *ui.Options) { o.Keys = map[string][]string{"quit": {"Q"}} }).visit().keys("f").types("sent")
	s.resize(20, 5).keys("x", "enter", "1", "q").resize(80, 24).sees("filter sent")
	if s.resize(20, 5).sees("press Q", "quit").keys("Q"); !s.over {
		t.Error("the key that quits does not")
	}
}

func TestFilter(t *testing.T) {
	s := begin(t, 80, 24).visit().
		keys("f").sees("filter").types("CLICKED").keys("enter").
		under("widget_whatsapp_clicked").sees("filter: CLICKED", "shop.example/p/3").misses("widget_opened").
		push("widget_phone_clicked", "").sees("widget_phone_clicked").
		push("widget_closed", `"widget_platform":"web","timestamp":1795424409000`).misses("widget_closed")
	s.keys("f", "ctrl+u").types("error not clicked").keys("enter").
		under("widget_message_sent").golden("filtered").
		keys("f", "ctrl+u").types("nowhere").keys("enter").golden("filtered-to-nothing").
		keys("esc").sees("widget_opened").under("widget_message_sent")
}

func TestFind(t *testing.T) {
	begin(t, 80, 24).visit().
		keys("/").types("gtm.start").keys("enter").under("gtm.js").
		keys("/").types("web").keys("enter").under("widget_loaded").
		keys("n").under("widget_opened").
		keys("N", "N").under("widget_whatsapp_clicked").
		keys("/").types("pigeon").keys("enter").sees("“pigeon” not found")
}

func TestFindInTheDetail(t *testing.T) {
	begin(t, 80, 24).live().push("purchase", `"ecommerce":{"currency":"EUR","items":[{"item_id":"needle"}]},"other":"Needle"`).
		keys("right", "enter", "j", "enter").misses("item_id").
		keys("/").sees("in this message").types("needle").keys("enter").under("item_id").
		keys("n").under("other").keys("n").under("item_id").
		keys("/").types("hay").keys("enter").sees("“hay” not found here")
}

func TestNextFinding(t *testing.T) {
	begin(t, 80, 24).visit().keys("g", "]").under("widget_message_sent").
		keys("]").under("widget_whatsapp_clicked").
		keys("]").sees("continued from the start").under("widget_message_sent").
		keys("[").sees("continued from the end").under("widget_whatsapp_clicked")
	begin(t, 80, 24).live().push("fine", "").keys("]").sees("no findings so far")
}

func TestRowsThatAreNoMessages(t *testing.T) {
	begin(t, 100, 30).visit().
		entries(&datalayer.Gap{Why: "the browser did not respond", Lost: -1, Until: 0}).
		entries(&datalayer.Page{ID: "p2", Frame: "main", URL: "https://shop.example/cart", Cause: datalayer.CauseReload}).
		push("widget_loaded", "").
		state(datalayer.Lost, "the tab isn't responding; trying again").
		golden("gap")
}

// The number of lost messages is visible even if the reason is long.
func TestGapThatCostMessages(t *testing.T) {
	begin(t, 80, 24).live().page("https://shop.example/").
		entries(&datalayer.Gap{Why: strings.Repeat("a long reason ", 10), Lost: 12, Until: 3 * time.Second}).idle().
		sees("▲ gap  12 messages lost  a long reason")
}

func TestFile(t *testing.T) {
	begin(t, 80, 24, func(o *ui.Options) { o.File = "/home/me/old.session.jsonl" }).
		visit().state(datalayer.Over, "").under("widget_loaded").sees("■ recorded", "old.session.jsonl").golden("file")
}

func TestMouse(t *testing.T) {
	begin(t, 160, 50).visit().
		click(10, 5).under("button.chat").
		wheel(10, 10, tea.MouseWheelDown).under("widget_whatsapp_clicked").
		wheel(10, 10, tea.MouseWheelUp).under("button.chat")
	begin(t, 160, 50).visit().clickOn("Payl").sees("[Payload]", `link_type: "whatsapp"`)
}

// Key hints can be clicked, and so can the numbers of errors and warnings.
func TestMouseOnTheKeys(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("g").clickOn("✗ 2").under("widget_message_sent").
		clickOn("▲ 0").sees("no findings so far").
		clickOn("y copy").sees("t ticket").clickOn("t ticket").sees("ticket: sent ").
		keys("k", "j").clickOn("y copy").clickOn("Esc back").misses("t ticket").
		clickOn("] finding").under("widget_whatsapp_clicked").
		clickOn("? help").sees("[Help]").keys("esc")
	if len(s.clipboard) != 1 {
		t.Errorf("the clipboard was written %d times, want once", len(s.clipboard))
	}
	if s.clickOn("q quit"); !s.over {
		t.Error("a click on quit does not quit")
	}
}

// If there are also warnings, there is a key for errors only.
func TestNextError(t *testing.T) {
	begin(t, 100, 30).visit().misses("} error").
		push("widget_survey", `"timestamp":1795424403000`).sees("✗ 2  ▲ 1", "} error").
		keys("g", "]", "]", "]").under("widget_survey").
		keys("}").sees("continued from the start").under("widget_message_sent").
		keys("}").under("widget_whatsapp_clicked").keys("{").under("widget_message_sent")
	begin(t, 100, 30).live().push("fine", "").keys("}").sees("no errors so far")
}

// A jump leaves room above and below its target, and the list stays there.
func TestJump(t *testing.T) {
	s := begin(t, 80, 24).live()
	for n := range 60 {
		s.push(map[bool]string{true: "widget_opend", false: "fine"}[n == 30], "")
	}
	s.keys("g", "]").under("widget_opend").sees("     30  ", "     33  ").
		keys("G", "k", "/").types("opend").keys("enter").under("widget_opend").sees("     30  ", "     33  ")
	s = begin(t, 80, 24).live().push("fine", "").push("widget_opend", "").keys("k", "]").push("fine", "").under("widget_opend")
	s.keys("]").sees("no other so far")
}

func TestHelp(t *testing.T) {
	for _, size := range sizes {
		begin(t, size[0], size[1]).visit().keys("?").golden("help").keys("esc").sees("[1 Messages]")
	}
}

// The help begins with the signs and the tasks; commands for the focused pane come before
// the rest. Typing filters it.
func TestHelpIsAboutTheScreen(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("6", "?").sees("\n Signs\n", "◫ screenshot", "\n Find\n", "next message with a finding").
		types("move row").sees("no key or command matches move row").keys("esc").
		types("health").sees("\n Health\n   ↑ k          up", "more of this row; its messages").keys("esc").
		keys("esc", "1", "tab", "?").types("detail").sees("\n Detail\n", "q            back to the list").keys("esc").
		keys("end").sees("Other screens  not here").misses("\n Signs").
		keys("home").sees("\n Signs\n")
	s.types("scre").sees("find scre", "take a screenshot", "full screen").types("ensh").misses("full screen").
		sees("take a screenshot, kept with the message").golden("help-found").keys("esc").
		types("pigeon").sees("no key or command matches pigeon").keys("esc")
	if got := s.types("freeze").colorOf("freeze"); !sameColor(got, color.RGBA{0xe3, 0xb3, 0x41, 0xff}) {
		t.Errorf("what was found is drawn in %v", got)
	}
	s.keys("esc").sees("[Help]").keys("esc").misses("[Help]")
	s.keys("?").wheel(5, 5, tea.MouseWheelDown).misses("\n Signs\n").wheel(5, 5, tea.MouseWheelUp).sees("\n Signs\n").keys("?").misses("[Help]")
}

// The user's own keys are in the help, and work in it.
func TestHelpHasTheKeysInForce(t *testing.T) {
	keys := map[string][]string{"find": {"ctrl+s"}, "help": {"ctrl+g"}}
	begin(t, 80, 24, func(o *ui.Options) { o.Keys = keys }).visit().
		keys("ctrl+g").sees("[Help]").types("find text").sees("^s           find text").keys("esc").types("close the rec").sees("q            quit").
		keys("esc", "ctrl+g").misses("[Help]")
}

func TestQuit(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		if s := begin(t, 80, 24).live().keys(key); !s.over {
			t.Errorf("%s does not quit", key)
		}
	}
	if s := begin(t, 80, 24).visit().keys("enter", "q").sees("shop.example/p/3 ─"); s.over {
		t.Error("q in the detail quits")
	}
	if s := begin(t, 80, 24).live().keys("/", "q"); s.over {
		t.Error("a q that was typed quits")
	}
}

func TestFoldedPayload(t *testing.T) {
	s := begin(t, 80, 24).live().push("purchase",
		`"ecommerce":{"currency":"EUR","items":[{"item_id":"a"},{"item_id":"b"}]},"note":"`+strings.Repeat("long ", 40)+`"`)
	s.keys("right", "enter").sees("currency", `item_id: "b"`, "…").
		keys("j", "enter").misses("item_id").sees("▹ ecommerce").
		keys("enter").sees("item_id").
		keys("G", "enter").sees("long long").golden("payload-tree")
}

// A key applies to the message that was under the cursor when the user decided to press it.
func TestArrivingEntriesKeepTheTarget(t *testing.T) {
	seen := make(chan struct{})
	s := begin(t, 80, 24, func(o *ui.Options) { o.Reaction = func() { <-seen } })
	s.slow = true
	s.live().push("first", "")
	s.push("second", "").under("second").keys("enter").sees("first")
	s.keys("esc", "G").under("second").push("third", "").keys("k").under("second")
	close(seen)
}

func TestKeysCanBeChanged(t *testing.T) {
	keys := map[string][]string{"filter": {"ctrl+f"}, "page-down": {"space"}}
	if err := ui.CheckKeys(keys); err != nil {
		t.Error(err)
	}
	begin(t, 80, 24, func(o *ui.Options) { o.Keys = keys }).visit().
		sees("^f filter").keys("ctrl+f").sees("such as  error").keys("esc").keys("f").misses("such as  error")
	for _, tt := range []struct {
		keys map[string][]string
		want string
	}{
		{map[string][]string{"fliter": {"f"}}, `binding keys to "fliter": no such command`},
		{map[string][]string{"copy": {"f"}}, `binding f: it would be both "filter" and "copy"`},
		{map[string][]string{"quit": nil}, ""},
	} {
		if err := ui.CheckKeys(tt.keys); tt.want == "" && err != nil || tt.want != "" && (err == nil || err.Error() != tt.want) {
			t.Errorf("%v: %v, want %q", tt.keys, err, tt.want)
		}
	}
	if err := ui.CheckKeys(nil); err != nil {
		t.Errorf("the built-in keys: %v", err)
	}
}

// After the window was closed, a key opens its page again.
func TestWindowThatWasClosed(t *testing.T) {
	reloads := 0
	s := begin(t, 100, 24, func(o *ui.Options) {
		o.Page = &ui.Page{Reload: func() error { reloads++; return nil }}
	}).live().page("https://shop.example/").push("fine", "")
	s.give(datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Lost, Detail: "the window was closed", Reopens: "https://shop.example/cart"}}).
		sees("✗ the window was closed  R opens https://shop.example/cart again").
		keys("R").sees("opening the page in a new window")
	if reloads != 1 {
		t.Errorf("it was asked for %d times", reloads)
	}
	s.give(datalayer.Batch{Attachment: &datalayer.Attachment{Phase: datalayer.Lost, Detail: "the connection to the browser was lost; trying again"}}).
		keys("R").sees("no page is attached")
}
