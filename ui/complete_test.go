package ui_test

import (
	"slices"
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/ui"
)

// folders are directories with their contents.
func folders(o *ui.Options) {
	o.Files = func(dir string) []string {
		return map[string][]string{
			"":       {".hidden.jsonl", "notes.txt", "old.session.jsonl", "other/", "torn.session.jsonl"},
			"other/": {"draft.json", "older.session.jsonl.gz"},
		}[dir]
	}
}

// Every command can be typed. Tab cycles through the matching ones, and the current one is
// described.
func TestCommandLineCompletes(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := old(t).beside(size[0], size[1]).visit()
		s.keys(":").golden("command-line").
			types("re").sees("record  redraw  reload", "start or stop recording  · r").golden("command-typed").
			keys("tab").sees(": record ").keys("tab").sees(": redraw ", "redraw the screen  · ^l").
			keys("shift+tab", "shift+tab").sees(": reload ").keys("tab", "right").sees(": record ").
			keys("esc")
		s.keys(":").types("cov").keys("right", "enter").sees("[2 Coverage").
			keys(":").types("hea").keys("enter").sees("[6 Health]").
			keys(":").types("fin").keys("enter").sees("✗ ambiguous command \"fin\": find, find-next, find-previous").keys("esc").
			keys(":").types("pause now").keys("enter").sees("✗ pause takes no argument: remove \"now\"").keys("esc").
			keys(":").types("xyz").sees("no such command").keys("esc", "1")
	}
}

// Commands take their arguments on the same line, and complete them there.
func TestCommandLineTakesWords(t *testing.T) {
	s := begin(t, 80, 24, folders, func(o *ui.Options) { o.Open = old(t).open }).visit()
	s.keys(":").types("filter evnt:x").sees("^", "unknown field “evnt”").golden("command-filter-wrong").
		keys("ctrl+u").types("filter trigger:cl").keys("tab").sees(": filter trigger:Clicks ").keys("enter").
		sees("filter: trigger:Clicks").under("widget_whatsapp_clicked")
	s.keys(":").types("filter-named cl").keys("tab").sees(": filter-named clicks").keys("enter").sees("filter: @clicks").keys("esc").
		keys(":").types("find wa.me").keys("enter").under("widget_whatsapp_clicked").keys("esc").
		keys(":").types("what-if _opened$").keys("enter").sees("would match 1 message").keys("esc").
		keys(":").types("theme oc").keys("tab", "enter").sees("theme ocean").
		keys(":").types("copy mes").keys("tab", "enter").sees("message: sent ").
		keys(":").types("copy nonsense").keys("enter").sees("✗ can't copy \"nonsense\": must be one of ticket, ticket file, message").keys("esc").
		keys(":").types("open t").keys("tab").sees(": open torn.session.jsonl").keys("enter").sees("■ recorded  torn")
	s.keys("q", ":").types("diff ol").keys("tab", "enter").sees("[7 Diff")
}

// A file is found through its directories. If no recording matches, other files are
// offered.
func TestFilesComplete(t *testing.T) {
	s := begin(t, 80, 24, folders, func(o *ui.Options) { o.Open = old(t).open }).visit()
	s.keys("o").sees(" old.session.jsonl  torn.session.jsonl  other/").misses(".hidden", "notes").golden("open-completes").
		resize(120, 36).golden("open-completes").resize(80, 24).
		types("oth").keys("tab").sees("open other/", "other/older.session.jsonl.gz").misses("draft").
		keys("tab").sees("open other/older.session.jsonl.gz").
		keys("ctrl+u").types("not").keys("tab").sees("open notes.txt").
		keys("ctrl+u").types("nothing").sees("no such file here").
		keys("ctrl+u").types(".h").keys("tab").sees("open .hidden.jsonl").
		keys("ctrl+u").types("torn").keys("right", "enter").sees("■ recorded")
	s.keys("o", "up").sees("open torn.session.jsonl").keys("esc", "q")
	s.keys("w").sees("a container file").types("oth").keys("tab").types("dr").keys("tab").sees("what if other/draft.json").keys("esc")
}

// Values seen in the session are suggested for the fields of a filter.
func TestFilterCompletesWhatWasSeen(t *testing.T) {
	s := beginAnalysis(t, planOnly(t), 120, 36).tour().keys("f")
	for typed, want := range map[string]string{
		"param:item_": "item_id  item_name",
		"tag:GA4":     "GA4",
		"hit:":        "88120041  Contact  G-4K2LM8Q  ga4  meta",
		"url:":        "/lamps/alba",
		"layer=":      "dataLayer",
		"code:miss":   "missing-parameter",
		"kind:":       "object  gtag  command  function  other",
		"event:user":  "widget_user_joined  widget_user_typing",
		"-@no":        "@no-hit  @no-trigger",
		"sent":        "widget_message_sent  widget_agent_message_sent",
	} {
		s.keys("ctrl+u").types(typed).sees(want)
	}
	s.keys("ctrl+u").types("param:item_n").keys("tab").sees("filter param:item_name ").
		keys("enter").sees("filter: param:item_name").under("view_item")
}

// The arrows recall what was typed, and then return to the current draft.
func TestHistory(t *testing.T) {
	s := begin(t, 80, 24).visit().
		keys(":").types("coverage").keys("enter", ":").types("health").keys("enter", ":").types("hi").
		keys("up").sees(": health").keys("up").sees(": coverage").keys("up").sees(": coverage").
		keys("down").sees(": health").keys("down").sees(": hi").keys("esc", "1")
	s.keys("/").types("opened").keys("enter", "/").sees(" / ").keys("up").sees(" / opened").keys("esc")
}

// A text that is longer than the screen scrolls with its cursor and caret.
func TestLongLine(t *testing.T) {
	s := begin(t, 80, 24).visit().keys("f").types(strings.Repeat("widget_opened or ", 6)+"evnt:x").
		sees("filter …", "evnt:x", "unknown field “evnt”")
	lines := strings.Split(s.screen(), "\n")
	typed, caret := lines[21], lines[22]
	if at := strings.Index(typed, "evnt"); len([]rune(typed[:at])) != strings.Index(caret, "^") {
		t.Errorf("the caret is not under the fault:\n%s\n%s", typed, caret)
	}
	if s.keys("home"); !strings.HasPrefix(strings.Split(s.screen(), "\n")[21], " filter widget_opened or ") {
		t.Errorf("the beginning is not to be seen:\n%s", s.screen())
	}
}

// A typed command acts on the message that was shown when the prompt was opened, even if
// others arrive meanwhile.
func TestTypedNoteIsOnWhatWasSeen(t *testing.T) {
	var on []int
	s := begin(t, 100, 30, func(o *ui.Options) {
		o.Mark = func(int, string) error { return nil }
		o.Note = func(seq int, text string) error {
			on = append(on, seq)
			return nil
		}
	}).visit().under("widget_whatsapp_clicked").keys(":").types("note look")
	s.push("widget_closed", "").push("widget_opened", "").types(" at this").keys("enter").sees("note saved").under("widget_whatsapp_clicked")
	if !slices.Equal(on, []int{8}) {
		t.Errorf("the note is on %v, want 8", on)
	}
}

// Text chosen by a page is suggested, but never interpreted.
func TestCompletionOfHostileNames(t *testing.T) {
	for _, bad := range hostile {
		s := begin(t, 80, 24).live().entries(&datalayer.Push{Page: "p1", Layer: bad, Kind: "object", Event: "x" + bad,
			Message: datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{{Name: bad, Value: datalayer.StringOf(bad)}}})})
		s.keys("f").types("event:x").harmless(bad)
		s.keys("tab").harmless(bad)
		s.screen()
		s.keys("ctrl+u").types("param:").keys("tab").harmless(bad)
		s.screen()
	}
}

// The history is kept for the next start, without private text.
func TestHistoryIsKept(t *testing.T) {
	var kept []string
	s := begin(t, 80, 24, func(o *ui.Options) {
		o.History = map[string][]string{"filter": {"event:earlier"}}
		o.Remember = func(kind, typed string) { kept = append(kept, kind+" "+typed) }
		o.Mark = func(int, string) error { return nil }
		o.Note = func(int, string) error { return nil }
	}).visit()
	s.keys("f", "up").sees("filter event:earlier").keys("esc").
		keys("f").types("opened").keys("enter", "f", "ctrl+u", "up", "up").sees("filter event:earlier").keys("esc", "esc").
		keys(":").types("note call +49 30 123").keys("enter").sees("note saved").
		keys(":").types("coverage").keys("enter")
	if want := []string{"filter opened", "command coverage"}; !slices.Equal(kept, want) {
		t.Errorf("%q were kept, want %q", kept, want)
	}
}

// Every command can be typed anywhere, and is harmless if it can do nothing.
func TestEveryCommandCanBeTyped(t *testing.T) {
	for _, c := range ui.Commands(nil) {
		for _, place := range [][]string{nil, {"enter"}, {"2"}, {"6"}, {"f", "esc"}} {
			for _, visited := range []bool{true, false} {
				s := begin(t, 80, 24, folders)
				if visited {
					s.visit()
				}
				s.keys(place...).keys(":").types(c.Name).keys("enter").misses("there is no command")
				if c.Words != "" {
					s.keys("esc", "esc").keys(":").types(c.Name+" some words").keys("enter").misses("takes no words", "there is no command")
				}
			}
		}
	}
}
