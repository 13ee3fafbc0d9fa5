package ui_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/rules/plan/plantest"
	"layertap/session"
	"layertap/ui"
)

// If a command does nothing, the key that would have answered its question is ignored.
func TestRestOfASequence(t *testing.T) {
	s := begin(t, 80, 24).live().page("https://shop.example/").push("widget_opened", "")
	s.entries(&datalayer.LayerChange{Page: "p1", Layer: "dataLayer", What: datalayer.LayerFound})
	s.keys("up", "down", "y").sees("select a message first").
		keys("t").sees("select a message first").misses("there are no tabs").
		keys("t").sees("there are no tabs")
	s.keys("y", "down").misses("select a message first")
}

// A terminal may have no clipboard, so a ticket can be saved to a file.
func TestTicketIsSaved(t *testing.T) {
	var saved string
	s := begin(t, 80, 24, func(o *ui.Options) {
		o.SaveTicket = func(seq int, markdown string) (string, error) {
			if saved = markdown; seq != 8 {
				return "", errors.New("writing ticket.md: no space left")
			}
			return "ticket-8.md", nil
		}
	}).visit().keys("y").sees("f ticket file", "Esc back").keys("f").sees("saved ticket-8.md")
	if !strings.HasPrefix(saved, "## \"widget_whatsapp_clicked\" has no") {
		t.Errorf("saved as a ticket: %s", saved)
	}
	s.keys("k", "y", "f").sees("✗ writing ticket.md: no space left")
	begin(t, 80, 24).visit().keys("y", "f").sees("tickets can't be saved here")
}

// The key that leaves the detail of a row is the same on all screens.
func TestLeaveTheDetailOfARow(t *testing.T) {
	for _, screen := range []string{"2", "3", "5", "9"} {
		s := begin(t, 80, 24).visit().hits().keys(screen).idle().keys("enter").sees("q back").misses("q quit")
		if s.keys("q").sees("q quit").misses("q back"); s.over {
			t.Errorf("on screen %s, q quits from a row's detail", screen)
		}
	}
}

// The lines below the pane are counted, with the key that shows them.
func TestMoreBelow(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("g", "]").sees("e explains").misses("more lines")
	s.keys("e").sees("A parameter's name is misspelled", "more lines  ⏎").golden("explained-below")
	s.keys("enter").misses("more lines").resize(80, 18).sees("more lines  PgDn").keys("G").misses("more lines", "more line")
}

// A jump to a finding shows it in any view; moving between messages keeps the view.
func TestJumpShowsTheFinding(t *testing.T) {
	begin(t, 80, 24).visit().keys("g", "v").sees("[Variables]").keys("]").sees("[Findings]", "✗ misspelled-parameter").
		keys("v", "j").sees("[Variables]").keys("{").sees("[Findings]")
}

// The key for explanations also works on the other screens.
func TestExplainARow(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("9").idle().under("misspelled-parameter").sees("e explain").
		keys("e").sees("A parameter's name is misspelled").keys("e").misses("A parameter's name is misspelled")
	s.keys("G", "e").sees("no finding in this row: select one with ↑")
	begin(t, 80, 24).visit().keys("2", "e").sees("no finding in this row: 9 lists the findings")
	begin(t, 160, 50).visit().keys("9").idle().sees("A parameter's name is misspelled").
		keys("e").sees("the side pane explains it: J scrolls it", "A parameter's name is misspelled")
}

// Without a container the triggers are those of the plan, and the screen says so. If no
// event of the plan came, there are none.
func TestTriggersOfNoContainer(t *testing.T) {
	suggested, err := gtm.Suggested(gtm.Pattern{Name: "All widget events", Regexp: `^widget_.*`})
	if err != nil {
		t.Fatal(err)
	}
	plan := plantest.Widget(t)
	rules := check.New(plan)
	rules.StepBack(plan)
	s := beginAnalysis(t, session.Analysis{Rules: rules, GTM: engine.New(suggested)}, 80, 24).live().page("https://shop.example/").
		push("purchase", "").keys("3").sees("no triggers known").misses("All widget events")
	s.push("widget_opened", "").sees("no container; 1 example trigger of the plan, 1 matched", "All widget events")
}

// A frame's page is named by its URL.
func TestHeadingOfAFrame(t *testing.T) {
	framed := message("widget_loaded", "")
	framed.Page, framed.Frame = "p2", "DD090871A44417F302C9E2C66AEF60B6"
	begin(t, 80, 24).live().page("https://shop.example/").push("widget_opened", "").
		entries(&datalayer.Page{ID: "p2", Target: "t1", Frame: framed.Frame, Parent: "main", URL: "https://chat.example/frame", Cause: datalayer.CauseLoad}, framed).
		sees("── chat.example/frame in a frame ──").misses("DD09")
}

// A tab that was closed is a row, under its last page.
func TestClosedTab(t *testing.T) {
	s := begin(t, 80, 24).live().page("https://shop.example/").push("widget_opened", "")
	popup := message("widget_loaded", "")
	popup.Page = "p2"
	s.entries(&datalayer.Page{ID: "p2", Target: "t2", Frame: "main", URL: "https://shop.example/chat", Cause: datalayer.CauseLoad}, popup,
		&datalayer.TabClosed{Page: "p2", Target: "t2"}).push("widget_closed", "")
	var order []int
	for _, text := range []string{"widget_opened", "shop.example/chat", "widget_loaded", "· tab t2 was closed", "widget_closed"} {
		order = append(order, strings.LastIndex(s.screen(), text))
	}
	if order[0] < 0 || !slices.IsSorted(order) {
		t.Errorf("the rows are at %v:\n%s", order, s.screen())
	}
	s.keys("k", "k").under("tab t2 was closed").keys("enter").sees("https://shop.example/chat")
}
