package crash_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"layertap/crash"
)

func TestGuard(t *testing.T) {
	if err := crash.Guard(func() error { return io.EOF }); !errors.Is(err, io.EOF) {
		t.Errorf("an error became %v", err)
	}
	var caught *crash.Error
	err := crash.Guard(func() error { return outOfRange(nil) })
	if !errors.As(err, &caught) || !strings.Contains(err.Error(), "internal error: runtime error: index out of range") {
		t.Fatalf("a panic became %v", err)
	}
	if !strings.Contains(string(caught.Stack), "outOfRange") {
		t.Errorf("the stack does not say where:\n%s", caught.Stack)
	}
	if err := crash.Guard(func() error { panic(io.ErrShortWrite) }); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a panic with an error became %v", err)
	}
}

// A panic doesn't hide an earlier error.
func TestCatchAddsToAnError(t *testing.T) {
	err := func() (err error) {
		defer crash.Catch(&err)
		defer func() { err = io.EOF }()
		panic("all is lost")
	}()
	if !errors.Is(err, io.EOF) || !strings.Contains(err.Error(), "all is lost") {
		t.Errorf("%v", err)
	}
}

func outOfRange(s []error) error { return s[0] }
