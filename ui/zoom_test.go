package ui_test

import "testing"

// If there is no room for a side pane, Enter shows its contents, a second Enter goes to the
// messages, and Esc returns to the rows.
func TestEnterShowsRowDetails(t *testing.T) {
	for _, screen := range []struct{ key, row, more, name string }{
		{"2", "widget_whatsapp_clicked", "link_text", "coverage-row"},
		{"3", "All widget events", "all conditions", "trigger-row"},
	} {
		s := begin(t, 80, 24).visit().keys(screen.key)
		for range 30 {
			if s.isUnder(screen.row) {
				break
			}
			s.keys("down")
		}
		s.under(screen.row).keys("enter").sees(screen.more).golden(screen.name)
		s.keys("esc").under(screen.row)
		s.keys("enter", "enter").sees("[1 Messages]").keys(screen.key).under(screen.row)
	}
	begin(t, 120, 36).visit().keys("3", "j").under("▣").keys("enter").sees("[1 Messages]")
}

// The border between the panes moves within its limits, and back.
func TestMoveTheSplit(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}, {200, 60}} {
		s := begin(t, size[0], size[1]).visit()
		before := s.screen()
		if after := s.keys(">").screen(); after == before {
			t.Errorf("%v: > moves nothing", size)
		}
		if after := s.keys("<").screen(); after != before {
			t.Errorf("%v: < does not move it back:\n%s", size, after)
		}
		for range 40 {
			s.keys("<")
		}
		least := s.screen()
		s.keys("<", ">")
		if s.screen() == least {
			t.Errorf("%v: it went further than it could", size)
		}
	}
}

func TestHideColumns(t *testing.T) {
	s := begin(t, 160, 50).visit().sees("Δt", "parameters", "triggers", "hits")
	s.keys("C").sees("t hide time", "p hide parameters").keys("t").misses("Δt").sees("parameters")
	s.keys("C", "p").misses("parameters").sees("triggers").golden("columns-hidden")
	s.keys("C", "g", "C", "h").misses("triggers ").sees("widget_message_sent")
	s.keys("C").sees("t show time").keys("t").sees("Δt")
	begin(t, 80, 24).visit().sees("+0.50s").keys("C", "t").misses("+0.50s").keys("C", "g").misses("All widget").golden("columns-hidden")
}
