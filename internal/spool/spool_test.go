package spool_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"layertap/internal/spool"
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

// What is filled in is where a place was left, also between blocks and at the ends.
func TestFill(t *testing.T) {
	var want strings.Builder
	var s spool.Spool
	for i := range 60_000 {
		if i%10_000 == 0 || i%7777 == 5 {
			s.Leave(i)
			s.Leave(-i)
			fmt.Fprintf(&want, "filled %d\nfilled %d\n", i, -i)
		}
		fmt.Fprintf(&s, "row %d of the report\n", i)
		fmt.Fprintf(&want, "row %d of the report\n", i)
	}
	s.Leave(1)
	want.WriteString("filled 1\n")
	var got strings.Builder
	if err := s.Fill(&got, func(key int) error {
		_, err := fmt.Fprintf(&got, "filled %d\n", key)
		return err
	}); err != nil || got.String() != want.String() {
		t.Errorf("%d bytes, want %d, error %v", got.Len(), want.Len(), err)
	}
	failed := errors.New("no")
	if err := s.Fill(io.Discard, func(int) error { return failed }); !errors.Is(err, failed) {
		t.Errorf("error %v", err)
	}
}

func TestReader(t *testing.T) {
	for _, rows := range []int{0, 1, 60_000} {
		var want strings.Builder
		var s spool.Spool
		for i := range rows {
			fmt.Fprintf(&want, "row %d of the report\n", i)
			fmt.Fprintf(&s, "row %d of the report\n", i)
		}
		got, err := io.ReadAll(s.Reader())
		if err != nil || string(got) != want.String() || !s.Empty() {
			t.Errorf("%d rows: %d bytes, want %d, error %v; empty is %v", rows, len(got), want.Len(), err, s.Empty())
		}
	}
}
