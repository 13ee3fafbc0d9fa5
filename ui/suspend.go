package ui

import (
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Suspend returns a command that releases the terminal while stop runs, and then redraws
// everything.
func Suspend(stop func() error) tea.Cmd {
	return tea.Exec(outside(stop), func(err error) tea.Msg { return done{err: err} })
}

// outside is a function that runs while the terminal is released.
type outside func() error

func (o outside) Run() error {
	// Bubble Tea (2.1) stops its frame ticker in a separate goroutine, and starts it again
	// when this returns. The pause ensures this order.
	time.Sleep(50 * time.Millisecond)
	return o()
}

func (outside) SetStdin(io.Reader)  {}
func (outside) SetStdout(io.Writer) {}
func (outside) SetStderr(io.Writer) {}

func suspend(m Model) (Model, tea.Cmd) { return m, Suspend(m.options.Suspend) }

func cannotSuspend(m Model) string {
	if m.options.Suspend == nil {
		return "can't suspend: there is no shell"
	}
	return ""
}
