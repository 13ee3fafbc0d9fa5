package session_test

import (
	"strings"
	"testing"

	"layertap/datalayer"
	"layertap/session"
)

func TestCuts(t *testing.T) {
	s := session.New(datalayer.Header{}, analysis(t))
	add := func(message string) {
		p := push("cut")
		p.Message = []byte(message)
		s.Add(p)
	}
	add(`{"event":"whole","note":"it says \"truncated\", and is not"}`)
	add(`{"html":{"$":"truncated","kind":"string","size":12,"value":"ab😀"},"items":{"$":"truncated","kind":"array","size":9,"value":[{"a":{"$":"truncated","kind":"depth","size":4}}]}}`)
	before := s.Snapshot().Cuts(session.Cuts{})
	add(`{"a":{"b":[{"$":"truncated","kind":"string","size":50,"value":""}]}}`)
	add(`{"$":"truncated","kind":"object","size":3,"value":{"x":1}}`)
	want := session.Cuts{
		Messages: 3,
		Strings:  session.Cut{Values: 2, Left: 8 + 50, Most: 50, On: 3, Path: "a.b[0]"},
		Arrays:   session.Cut{Values: 1, Left: 8, Most: 8, On: 2, Path: "items"},
		Objects:  session.Cut{Values: 1, Left: 2, Most: 2, On: 4},
		Depths:   session.Cut{Values: 1, Left: 4, Most: 4, On: 2, Path: "items[0].a"},
	}
	for how, got := range map[string]session.Cuts{"at once": s.Snapshot().Cuts(session.Cuts{}), "in two goes": s.Snapshot().Cuts(before)} {
		if got.Messages != want.Messages || got.Strings != want.Strings || got.Arrays != want.Arrays || got.Objects != want.Objects || got.Depths != want.Depths {
			t.Errorf("%s: %+v, want %+v", how, got, want)
		}
	}
	add(`{"event":"x","big":[` + strings.Repeat("0,", 2*datalayer.MaxMembers) + `0],"last":1}`) // of another tool
	if got := s.Snapshot().Cuts(before); got.Messages != 4 || got.Arrays.Path != "big" || got.Arrays.Left < datalayer.MaxMembers {
		t.Errorf("what is cut when it is read isn't counted: %+v", got)
	}
	if before.Messages != 1 || before.Strings.Values != 1 {
		t.Errorf("the counts from before have changed: %+v", before)
	}
}
