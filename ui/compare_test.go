package ui_test

import (
	"testing"

	"layertap/datalayer"
)

// A session is compared with a recording: messages that are missing, extra, reordered, or
// differ in shape or value. Enter leads from each row to the message.
func TestCompareWithARecording(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 36}} {
		s := old(t).beside(size[0], size[1]).visit().
			keys("7").sees("no comparison yet: press D to compare with a recording").
			keys("D").types("old.session.jsonl").keys("enter").
			sees("[7 Diff", "old.session.jsonl → this session: 1 missing, 3 extra, 1 changed in shape",
				"4 messages in the recording, 6 here", "IDs, timestamps", "- link_text: WhatsApp", "~ widget_platform: ios → web").
			under("widget_closed").golden("diff")
		s.keys("enter").sees("■ recorded  old.session.jsonl").under("widget_closed").
			keys("q").sees("[7 Diff").
			keys("G").under("widget_platform: ios → web").keys("enter").sees("[1 Messages]", "● live").under("widget_opened")
	}
}

// The differences are updated while they are shown.
func TestComparisonFollowsTheSession(t *testing.T) {
	s := old(t).beside(100, 30).visit().
		keys(":").types("diff old.session.jsonl").keys("enter").sees("1 missing, 3 extra", "[7 Diff 6]").under("widget_closed").
		keys("G", "k").under("widget_opened").
		push("widget_closed", `"widget_platform":"web","timestamp":1795424404000`).
		sees("3 extra, 1 reordered", "4 messages in the recording, 7 here").misses("missing").under("widget_opened")
	s.keys("1").sees("7 Diff 6").push("widget_joined", "").keys("7").sees("4 extra", "8 here").
		keys("D").sees("compare with old.session.jsonl").keys("esc").
		keys("esc").sees("[1 Messages]")
}

func TestCompareTheSame(t *testing.T) {
	shelf := old(t)
	s := shelf.beside(80, 24).live()
	s.give(datalayer.Batch{Entries: shelf.files["old.session.jsonl"]}).
		keys("D").types("old.session.jsonl").keys("enter").
		sees("✓ no differences: old.session.jsonl → this session", "4 messages in the recording, 4 here").golden("diff-same")
}

// The screen says what a recording may lack. An error on opening one stays until it is
// dismissed.
func TestCompareDoubts(t *testing.T) {
	old(t).beside(100, 30).visit().entries(&datalayer.Gap{Why: "the browser did not respond"}).
		keys("D").types("torn.session.jsonl").keys("enter").
		sees("▲ torn.session.jsonl: the recording was not closed", "▲ this session has 1 gap").
		keys("D", "ctrl+u").types("nowhere.jsonl").keys("enter").
		sees("✗ opening nowhere.jsonl: no such file", "torn.session.jsonl → this session").
		keys("1").sees("✗ opening nowhere.jsonl").keys("esc").misses("nowhere")
}

// Two recordings can be compared, without a live session.
func TestCompareTwoRecordings(t *testing.T) {
	old(t).beside(120, 36).live().keys("o").types("old.session.jsonl").keys("enter").
		keys("D").types("torn.session.jsonl").keys("enter").
		sees("torn.session.jsonl → old.session.jsonl: ").
		keys("1", "q").sees("● live").misses("7 Diff")
}

// Text chosen by a page is harmless here too.
func TestCompareHostileText(t *testing.T) {
	for _, bad := range hostile {
		object := func(name string) []byte {
			return datalayer.Encode(nil, datalayer.Value{Kind: datalayer.Object, Fields: []datalayer.Field{{Name: name, Value: datalayer.StringOf(bad)}}})
		}
		push := func(message []byte) datalayer.Entry {
			return &datalayer.Push{Page: "p1", Layer: bad, Kind: "object", Event: bad, Message: message}
		}
		shelf := old(t)
		shelf.files["bad.jsonl"] = []datalayer.Entry{&datalayer.Page{ID: "p1", URL: "https://shop.example/" + bad}, push(object("a" + bad)), push(object("c"))}
		s := shelf.beside(80, 24).live().page("https://shop.example/" + bad)
		s.entries(push(object("b" + bad))).keys("D").types("bad.jsonl").keys("enter").sees("[7 Diff").harmless(bad)
		s.keys("G").harmless(bad)
		s.screen() // checks the length of the lines
	}
}
