package probe

import (
	"testing"

	"layertap/datalayer"
)

func TestReadMessages(t *testing.T) {
	tests := []struct {
		snapshot string
		gtag     bool
		kind     datalayer.MessageKind
		event    string
	}{
		{`{"event":"a"}`, false, datalayer.KindObject, "a"},
		{`{"x":{"event":"inner"},"event":"a"}`, false, datalayer.KindObject, "a"},
		{`{"event":"a\"b\u00e9"}`, false, datalayer.KindObject, `a"bé`},
		{`{"x":1}`, false, datalayer.KindObject, ""},
		{`{}`, false, datalayer.KindObject, ""},
		{`{"event":""}`, false, datalayer.KindObject, ""},
		{`{"event":0}`, false, datalayer.KindObject, ""},
		{`{"event":null}`, false, datalayer.KindObject, ""},
		{`{"event":false}`, false, datalayer.KindObject, ""},
		{`{"event":{"$":"number","value":"NaN"}}`, false, datalayer.KindObject, ""},
		{`{"event":{"$":"undefined"}}`, false, datalayer.KindObject, ""},
		{`{"event":5}`, false, datalayer.KindObject, "5"},
		{`{"event":true}`, false, datalayer.KindObject, "true"},
		{`{"event":{"$":"instance","class":"String","value":{"value":"a"}}}`, false, datalayer.KindObject, "a"},
		{`{"event":{"$":"instance","class":"Number","value":{"value":5}}}`, false, datalayer.KindObject, "5"},
		{`{"event":{"$":"instance","class":"Name","value":{"value":"a"}}}`, false, datalayer.KindObject, "[object Object]"},
		{`{"event":{"$":"truncated","kind":"string","size":70000,"value":"aa"}}`, false, datalayer.KindObject, "aa"},
		{`{"event":{"$":"threw","message":"no"}}`, false, datalayer.KindObject, ""},
		{`{"event":{}}`, false, datalayer.KindObject, "[object Object]"},
		{`{"event":[]}`, false, datalayer.KindObject, ""},
		{`{"event":["a",null,["b",-1]]}`, false, datalayer.KindObject, "a,,b,-1"},
		{`{"$":"object","value":{"$":1,"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"instance","class":"Event","value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"truncated","kind":"object","size":99999,"value":{"event":"a"}}`, false, datalayer.KindObject, "a"},
		{`{"$":"function","name":"f"}`, false, datalayer.KindFunction, ""},
		{`{"$":"date","value":"x"}`, false, datalayer.KindOther, ""},
		{`["event","a"]`, true, datalayer.KindGtag, "a"},
		{`["event","a",{"x":1}]`, true, datalayer.KindGtag, "a"},
		{`["event","a",{"$":"undefined"}]`, true, datalayer.KindGtag, "a"},
		{`["event","a",null]`, true, datalayer.KindGtag, ""},
		{`["event","a","b"]`, true, datalayer.KindGtag, ""},
		{`["event","a",{},1]`, true, datalayer.KindGtag, ""},
		{`["event",5]`, true, datalayer.KindGtag, ""},
		{`["event"]`, true, datalayer.KindGtag, ""},
		{`["js",{"$":"date","value":"2026-11-23T00:00:00.000Z"}]`, true, datalayer.KindGtag, "gtm.js"},
		{`["js"]`, true, datalayer.KindGtag, ""},
		{`["config","G-1"]`, true, datalayer.KindGtag, ""},
		{`[]`, true, datalayer.KindGtag, ""},
		{`["event","a"]`, false, datalayer.KindCommand, ""},
		{`[1]`, false, datalayer.KindOther, ""},
		{`"text"`, false, datalayer.KindOther, ""},
		{`7`, false, datalayer.KindOther, ""},
		{`{"event":`, false, datalayer.KindOther, ""},
	}
	for _, test := range tests {
		if kind, event := read([]byte(test.snapshot), test.gtag); kind != test.kind || event != test.event {
			t.Errorf("%s: %s %q, not %s %q", test.snapshot, kind, event, test.kind, test.event)
		}
	}
}

func TestParseStack(t *testing.T) {
	const text = `Error
    at emit (https://cdn.example/widget.js:41:7)
    at https://shop.example/:3:13
    at Object.push (layertap:hook:12:3)
    at async Promise.all (index 0)
    at new Chat (https://cdn.example/a (b).js:1:2)
    at <anonymous>`
	want := []datalayer.StackFrame{
		{Func: "emit", URL: "https://cdn.example/widget.js", Line: 41, Col: 7},
		{URL: "https://shop.example/", Line: 3, Col: 13},
		{Func: "new Chat", URL: "https://cdn.example/a (b).js", Line: 1, Col: 2},
	}
	got := parseStack(text)
	if len(got) != len(want) {
		t.Fatalf("%d frames, not %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("frame %d is %+v, not %+v", i, got[i], want[i])
		}
	}
}

func TestNumbers(t *testing.T) {
	var s numbers
	for i, step := range []struct {
		n   int
		new bool
	}{{1, true}, {1, false}, {4, true}, {3, true}, {4, false}, {2, true}, {3, false}, {5, true}, {5, false}, {-1, false}, {0, false}} {
		if got := s.take(step.n); got != step.new {
			t.Errorf("step %d: %d is new: %v", i, step.n, got)
		}
	}
	if s.upTo != 5 || len(s.ahead) != 0 {
		t.Errorf("after all it is %+v", s)
	}
	if lost := s.skipTo(9); lost != 3 || !s.take(9) {
		t.Errorf("%d lost", lost)
	}
}
