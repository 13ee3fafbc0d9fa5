package ui_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/ui"
)

// walkKey is a key, and the words on the screen from which a new user learns it.
type walkKey struct{ key, label string }

// walkStep is the next goal of a new user.
type walkStep struct {
	wants string
	keys  []walkKey
	most  int // keys; a step must never take more
	sees  []string
	kept  string // the name of the screen that it leads to
}

// The walk of a new user: find the one bad event among 300 messages, see why, copy the
// ticket, filter by it, mark it, record, quit.
var theWalk = []walkStep{
	{
		wants: "find the bad one", keys: []walkKey{{"]", "] finding"}}, most: 1, kept: "walk-found",
		sees: []string{"✗ widet_conversation_id → "},
	},
	{
		wants: "see why", most: 0,
		sees: []string{"✗ misspelled-parameter  widet_conversation_id", `fix: Rename "widet_conversation_id"`},
	},
	{
		wants: "copy the ticket", keys: []walkKey{{"y", "y copy"}, {"t", "t ticket"}}, most: 2, kept: "walk-copied",
		sees: []string{"ticket: sent ", " bytes to the terminal's clipboard"},
	},
	{
		wants: "filter to it", keys: []walkKey{{"f", "f filter"}, {"tab", "Tab completes"}, {"enter", "⏎ filters"}}, most: 3, kept: "walk-filtered",
		sees: []string{"1 of 300 messages", "filter: error"},
	},
	{
		wants: "mark it", keys: []walkKey{{"m", "m mark"}}, most: 1, kept: "walk-marked",
		sees: []string{"★ ✗ widet_conversation_id", " marked "},
	},
	{
		wants: "record", keys: []walkKey{{"r", "r record"}}, most: 1, kept: "walk-recording",
		sees: []string{"◉ REC", "recording to demo.session.jsonl: 300 messages"},
	},
	{
		wants: "quit", keys: []walkKey{{"q", "q quit"}}, most: 1,
	},
}

// walked makes a page push 300 messages, of which one is bad: six visits to a page, each
// with Google Tag Manager's own messages, clicks, and a chat.
func (s *story) walked() *story {
	s.live()
	n := 0
	for visit, path := range []string{"/", "/lamps", "/lamps/alba", "/cart", "/checkout", "/help"} {
		page := fmt.Sprintf("p%d", visit+1)
		push := func(event, parameters string) datalayer.Entry {
			n++
			p := message(event, parameters)
			p.Page = page
			return p
		}
		clicked := func(selector, text string) datalayer.Entry {
			return &datalayer.Action{Page: page, Action: "click", Selector: selector, Text: text}
		}
		entries := []datalayer.Entry{
			&datalayer.Page{ID: page, Frame: "main", URL: "https://shop.example" + path, Cause: datalayer.CauseLoad},
			push("gtm.js", ""), push("gtm.dom", ""), push("gtm.load", ""),
			push("widget_loaded", fmt.Sprintf(`"widget_platform":"web","widget_id":"w-77","timestamp":%d`, 1795424400000+visit)),
		}
		for turn := 1; turn <= 15; turn++ {
			conversation := "widget_conversation_id"
			if visit == 3 && turn == 9 {
				conversation = "widet_conversation_id"
			}
			chat := func(name string) string {
				return fmt.Sprintf(`"widget_platform":"web","%s":"c-4711","timestamp":%d,"total_messages":%d`, name, 1795424400000+n, n)
			}
			entries = append(entries, clicked("button.send", "Send"), push("widget_message_sent", chat(conversation)),
				push("widget_agent_message_sent", chat("widget_conversation_id")))
			if turn%5 == 0 {
				entries = append(entries, push("view_item", fmt.Sprintf(`"ecommerce":{"currency":"EUR","value":%d,"items":[{"item_id":"SKU-%d"}]}`, n, n)))
			}
		}
		for turn := range 13 {
			entries = append(entries, push("scroll_depth", fmt.Sprintf(`"percent":%d`, turn*7)))
		}
		s.entries(entries...)
	}
	if n != 300 {
		s.t.Fatalf("the page pushed %d messages, want 300", n)
	}
	return s
}

// The walk takes no more keys than before, and each is shown on the screen before it is
// pressed.
func TestWalk(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		s, d := recordable(t, size[0], size[1])
		s.walked().sees("▼ following", "✗ 1").golden("walk-arrived")
		for _, step := range theWalk {
			s.step(step, func(k walkKey) { s.keys(k.key) })
			if step.kept != "" {
				s.golden(step.kept)
			}
		}
		s.walkedThrough(d)
	}
}

// The walk also works with the mouse, except for typing.
func TestWalkWithTheMouse(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		s, d := recordable(t, size[0], size[1])
		s.walked()
		for _, step := range theWalk {
			s.step(step, func(k walkKey) {
				if k.key == "tab" || k.key == "enter" {
					s.keys(k.key)
					return
				}
				s.clickOn(k.label)
			})
		}
		s.walkedThrough(d)
	}
}

// The walk also works on a recording: its marks are saved next to it.
func TestWalkOverARecording(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		var s *story
		s = begin(t, size[0], size[1], func(o *ui.Options) {
			o.File, o.Summary = "visit.session.jsonl", true
			o.Mark = func(on int, sign string) error {
				s.session.Add(&datalayer.Mark{On: on, Mark: sign})
				return nil
			}
			o.Note = o.Mark
		})
		s.walked().state(datalayer.Over, "").misses("r record").golden("walk-opened")
		for _, step := range theWalk {
			switch step.wants {
			case "mark it":
				s.keys("m").sees("marked", "★")
			case "record":
				s.keys("r").sees("this is already a recording")
			default:
				s.step(step, func(k walkKey) { s.keys(k.key) })
			}
		}
		if !s.over {
			t.Errorf("the walk does not end:\n%s", s.screen())
		}
	}
}

func (s *story) step(step walkStep, press func(walkKey)) {
	s.t.Helper()
	if len(step.keys) > step.most {
		s.t.Errorf("to %s takes %d keys, and took no more than %d", step.wants, len(step.keys), step.most)
	}
	for _, k := range step.keys {
		s.sees(k.label)
		press(k)
	}
	s.sees(step.sees...)
}

// walkedThrough asserts the results of the walk.
func (s *story) walkedThrough(d *disk) {
	s.t.Helper()
	for _, want := range []string{
		"widet_conversation_id", "**misspelled-parameter** (error) `widet_conversation_id`",
		"`https://shop.example/cart`", `"widet_conversation_id": "c-4711"`,
	} {
		if !strings.Contains(s.copied(), want) {
			s.t.Errorf("the ticket does not say %s:\n%s", want, s.copied())
		}
	}
	if !s.over {
		s.t.Errorf("the walk does not end:\n%s", s.screen())
	}
	if least := int64(300 * 300); d.written < least {
		s.t.Errorf("%d bytes were recorded, want %d at least", d.written, least)
	}
}

// The guide for newcomers has the same steps and keys.
func TestWalkDocument(t *testing.T) {
	table, total := "| You want to | Keys | How many |\n|---|---|---|\n", 0
	for _, step := range theWalk {
		var keys []string
		for _, k := range step.keys {
			keys = append(keys, "`"+map[string]string{"tab": "Tab", "enter": "⏎"}[k.key]+strings.NewReplacer("tab", "", "enter", "").Replace(k.key)+"`")
		}
		if keys == nil {
			keys = []string{"it is shown"}
		}
		total += len(step.keys)
		table += fmt.Sprintf("| %s | %s | %d |\n", step.wants, strings.Join(keys, " "), len(step.keys))
	}
	table += fmt.Sprintf("| all of it | | %d |\n", total)
	const file = "../docs/walk.md"
	if kept, err := os.ReadFile(file); err != nil || !strings.Contains(string(kept), table) {
		t.Errorf("%s does not have the walk as it is (%v):\n%s", file, err, table)
	}
}
