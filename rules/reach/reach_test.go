package reach

import (
	"slices"
	"testing"

	"layertap/datalayer"
)

// Messages with successive numbers take the memory of one.
func TestExpected(t *testing.T) {
	var e expected
	var want []int
	for seq := 1; len(want) < 2*MaxMessages; seq++ {
		if seq%500 == 0 {
			continue
		}
		e.expect(&datalayer.Push{Place: datalayer.Place{Seq: seq}})
		want = append(want, seq)
	}
	if e.count != len(want) || !slices.Equal(e.messages(), want[:MaxMessages]) {
		t.Errorf("%d messages, of which %d are listed", e.count, len(e.messages()))
	}
	if len(e.runs) != 3 {
		t.Errorf("%d runs", len(e.runs))
	}
}
