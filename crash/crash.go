// Package crash makes an error of a panic. A goroutine that panics would end the
// program where it stands: with the terminal in raw mode, the recording without
// its last line and the browser still open. As an error it is told like anything
// else that went wrong, and what was open is closed on the way.
package crash

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Error is a panic that was caught.
type Error struct {
	Value any
	Stack []byte // of the goroutine that panicked, as it was then
}

// Error says what the panic was about.
func (e *Error) Error() string { return fmt.Sprintf("internal error: %v", e.Value) }

// Unwrap returns what was panicked with, where that was an error.
func (e *Error) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Catch is deferred where a goroutine of ours begins. It adds a panic to *err and
// lets the function return.
func Catch(err *error) {
	if value := recover(); value != nil {
		*err = errors.Join(*err, &Error{value, debug.Stack()})
	}
}

// Guard calls a function and returns its error, or its panic as one.
func Guard(call func() error) (err error) {
	defer Catch(&err)
	return call()
}
