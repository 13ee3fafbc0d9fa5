package ui_test

import (
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/ui"
)

// What a user wants to know of a recording or do with it, and the most keys that it may take
// from the message under the cursor. What is typed is one key.
var userTasks = []struct {
	wants string
	keys  []string
	most  int
	sees  []string
}{
	{"see why", nil, 0, []string{`"widget_whatsapp_clicked" has no "link_text"`}},
	{"copy the ticket", []string{"y", "t"}, 2, []string{"ticket: sent "}},
	{"mark it", []string{"m"}, 1, []string{" marked "}},
	{"add a note", []string{"a", "typed:ask Mara", "enter"}, 3, []string{"“ask Mara”"}},
	{"try a pattern", []string{"w", "typed:^widget_.*_clicked$", "enter"}, 3, []string{"would match 3 messages", "widget_email_clicked"}},
	{"which tags fired, and what they sent", []string{"T"}, 2, []string{"● fired", "GA4 - WhatsApp", "Event Name", `"widget_whatsapp_clicked"`}},
	{"why a trigger matched", []string{"T", "left"}, 2, []string{"✓ DLV - link type equals whatsapp  actual whatsapp"}},
	{"all variables", []string{"v"}, 1, []string{"set by this message", `"https://wa.me/4930123456"`}},
	{"all variables of the next message", []string{"J"}, 1, []string{"[Variables]", `"mailto:hello@shop.example"`}},
	{"the consent", []string{"c"}, 1, []string{"[Consent]", "the page has set no consent"}},
	{"the consent of the next message", []string{"J"}, 1, []string{"[Consent]", "widget_email_c"}},
	{"the hits", []string{"H"}, 1, []string{"[Hits]"}},
	{"the state", []string{"s"}, 1, []string{"[State]", "the data layer after this message"}},
	{"each tag's counts", []string{"8"}, 1, []string{"fired", "GA4 - chat"}},
	{"the verdict", []string{"9"}, 1, []string{"✗ FAIL", "misspelled-parameter"}},
	{"the first bad message", []string{"]"}, 1, []string{"[Findings]", "fix: "}},
}

// No task takes more keys than before.
func TestUserTasks(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {160, 50}} {
		var s *story
		s = beginAnalysis(t, planOnly(t), size[0], size[1], func(o *ui.Options) {
			o.File = "visit.session.jsonl"
			o.Mark = func(on int, sign string) error {
				s.session.Add(&datalayer.Mark{On: on, Mark: sign})
				return nil
			}
			o.Note = func(on int, text string) error {
				s.session.Add(&datalayer.Note{On: on, Text: text})
				return nil
			}
		})
		s.tour().state(datalayer.Over, "")
		begin := func() { s.keys("1", "g", "]", "]").isUnder("widget_whatsapp_clicked") }
		begin()
		for _, task := range userTasks {
			if len(task.keys) > task.most {
				t.Errorf("to %s takes %d keys, and took no more than %d", task.wants, len(task.keys), task.most)
			}
			if !strings.Contains(task.wants, "next message") { // which follows another task
				begin()
			}
			for _, key := range task.keys {
				if typed, ok := strings.CutPrefix(key, "typed:"); ok {
					s.types(typed)
					continue
				}
				s.keys(key)
			}
			s.sees(task.sees...)
		}
	}
}
