package spool_test

import (
	"bytes"
	"fmt"
	"testing"

	"layertap/report/spool"
)

func TestSpool(t *testing.T) {
	for _, rows := range []int{0, 1, 100, 50_000} {
		var want, got bytes.Buffer
		var s spool.Spool
		for i := range rows {
			fmt.Fprintf(&want, "row %d of the report\n", i)
			fmt.Fprintf(&s, "row %d of the report\n", i)
		}
		for range 2 { // it can be written repeatedly
			got.Reset()
			n, err := s.WriteTo(&got)
			if err != nil || n != int64(want.Len()) || !bytes.Equal(got.Bytes(), want.Bytes()) {
				t.Errorf("%d rows: %d bytes of %d, error %v", rows, n, want.Len(), err)
			}
		}
		if s.Empty() != (rows == 0) {
			t.Errorf("%d rows: empty is %v", rows, s.Empty())
		}
	}
}
