package ui_test

import (
	"testing"

	"layertap/rules"
	"layertap/rules/accept"
	"layertap/ui"
)

// accepting lets a story accept findings, as the command line does.
func accepting(s **story) func(*ui.Options) {
	var list accept.List
	return func(o *ui.Options) {
		o.Accept = func(e accept.Exception, on bool) error {
			if e.From = accept.FromSettings; on {
				list = list.With(e)
			} else {
				list = list.Without(e)
			}
			(*s).session.Accept(list)
			return nil
		}
	}
}

func TestAcceptAFinding(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		var s *story
		s = begin(t, size[0], size[1], accepting(&s))
		s.visit().keys("g").sees("✗ 2").keys("]", "]", "i").golden("accept-asks")
		s.keys("a").sees("accepted ").golden("accepted")
		s.keys("9").idle().golden("accepted-summary")
	}
}

// An accepted finding is listed, isn't counted, and counts again after it is undone.
func TestRemoveException(t *testing.T) {
	var s *story
	s = begin(t, 160, 50, accepting(&s))
	s.visit().keys("k", "i").sees("accept misspelled-parameter widet_conversation_id", "e this event", "a everywhere")
	s.keys("e").sees("✗ 1", "accepted misspelled-parameter widet_conversation_id in widget_message_sent: 9 lists what is accepted",
		"○ accepted: misspelled-parameter", "by the settings")
	s.keys("i").sees("accepted: misspelled-parameter", "t take back").keys("t").
		sees("✗ 2", "counts again: misspelled-parameter").misses("○ accepted")
	s.keys("9").idle().under("misspelled-parameter")
	s.keys("i", "a").sees("✗ 1").idle().sees("Accepted", "○ misspelled-parameter widet_conversation_id  1×  the settings")
	s.keys("down").under("○ misspelled-parameter").keys("i", "t").sees("✗ 2").idle().misses("○ ")
}

func TestAcceptedByAPlan(t *testing.T) {
	a := analysis(t)
	a.Accepted = accept.List{{Code: rules.MisspelledParameter, Path: "widet_conversation_id", From: "the plan shop", Why: "fixed in May"}}
	var s *story
	s = beginAnalysis(t, a, 160, 50, accepting(&s))
	s.visit().keys("k").sees("✗ 1", "by the plan shop:").keys("i").sees("accepted by the plan shop: remove it there")
}

// Accepting everywhere covers this misspelling, not every misspelled event.
func TestAcceptAMisspelledEvent(t *testing.T) {
	var s *story
	s = begin(t, 80, 24, accepting(&s))
	s.live().page("https://shop.example/").push("widget_opend", "").push("widget_opned", "").sees("✗ 2")
	s.keys("i").sees("accept misspelled-event in widget_opned  a everywhere").misses("this event").
		keys("a").sees("✗ 1", "accepted misspelled-event in widget_opned")
	s.keys("9").idle().sees("○ misspelled-event in widget_opned", "widget_opend → widget_opened")
}

func TestNothingToAccept(t *testing.T) {
	begin(t, 80, 24).visit().keys("k", "i").sees("findings can't be accepted here")
	var s *story
	s = begin(t, 80, 24, accepting(&s))
	s.visit().keys("5", "i").sees("no finding in this row: 9 lists the findings")
	s.keys("1", "g", "j", "i").sees("select a message with a finding first")
}
