package probe

import (
	"testing"

	"layertap/datalayer"
)

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
