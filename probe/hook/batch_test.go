package hook

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
	got := ParseStack(text)
	if len(got) != len(want) {
		t.Fatalf("%d frames, not %d: %+v", len(got), len(want), got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("frame %d is %+v, not %+v", i, got[i], want[i])
		}
	}
}
