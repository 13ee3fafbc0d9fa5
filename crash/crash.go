// Package crash converts panics to errors. A goroutine that panics would end the
// program at once: with the terminal in raw mode, the recording incomplete and the
// browser open. An error is handled like any other, and everything is closed.
package crash

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Error is a recovered panic.
type Error struct {
	Value any
	Stack []byte // of the goroutine, at the time of the panic
}

// Error returns a message with the panic's value.
func (e *Error) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Unwrap returns the panic's value if it is an error.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Catch recovers from a panic and adds it to *err. Defer it at the start of a
// goroutine.
func Catch(err *error) {
	if value := recover(); value != nil {
		*err = errors.Join(*err, &Error{value, debug.Stack()})
	}
}

// Guard calls a function and returns its error; if it panics, the panic as an error.
func Guard(call func() error) (err error) {
	defer Catch(&err)
	return call()
}
