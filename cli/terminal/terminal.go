// Package terminal draws a model on the terminal and restores the terminal, however the
// drawing ends: it resets the modes that were set, and shows the shell again before anything
// that takes time.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/term"

	"layertap/crash"
)

// flushes is the maximum number of writes to the terminal per second. It bounds the
// delay between a key and its frame, and costs nothing if nothing has changed: the
// source of what is drawn limits how often that changes.
const flushes = 120

// patienceWithTerminal is how long a terminal that no longer accepts output may delay
// the end.
const patienceWithTerminal = 2 * time.Second

// errTerminalGone ends a screen whose terminal was closed.
var errTerminalGone = errors.New("the terminal was closed")

// Interactive reports whether output is a terminal and keys can be read.
func Interactive() bool {
	return term.IsTerminal(os.Stdout.Fd()) && term.IsTerminal(os.Stdin.Fd())
}

// Draw shows a model on the terminal until the user quits or ctx ends. If the model panics,
// it returns a [crash.Error].
func Draw(ctx context.Context, model tea.Model, noColor bool) error {
	keys, err := openKeys()
	if err != nil {
		return fmt.Errorf("drawing on the terminal: %w", err)
	}
	if keys != os.Stdin {
		defer keys.Close()
	}
	session := ctx
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	options := []tea.ProgramOption{
		tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(flushes),
		tea.WithInput(keyboard{keys, func() { end(errTerminalGone) }}),
	}
	if noColor {
		options = append(options, tea.WithColorProfile(colorprofile.Ascii))
	}
	before, err := term.GetState(keys.Fd())
	if err != nil {
		return fmt.Errorf("drawing on the terminal: %w", err)
	}
	program := tea.NewProgram(guarded{model, end}, options...)
	defer watchJobControl(program)()
	defer watchQuit(func() { restoreTerminal(program, keys, before) })()
	ended := make(chan error, 1)
	go func() {
		ended <- crash.Guard(func() error { _, err := program.Run(); return err })
	}()
	select {
	case err = <-ended:
	case <-ctx.Done():
		select {
		case err = <-ended:
		case <-time.After(patienceWithTerminal): // a write to the terminal is blocked
			_ = term.Restore(keys.Fd(), before)
		}
	}
	var crashed *crash.Error
	switch {
	case session.Err() == nil && errors.As(context.Cause(ctx), &crashed):
		return crashed
	case err != nil && ctx.Err() == nil:
		return fmt.Errorf("drawing on the terminal: %w", err)
	}
	return nil
}

// restoreTerminal restores the terminal while the program is running.
func restoreTerminal(program *tea.Program, keys *os.File, before *term.State) {
	given := make(chan struct{})
	go func() {
		_ = program.ReleaseTerminal() // what fails here would fail again
		close(given)
	}()
	select {
	case <-given:
	case <-time.After(patienceWithTerminal):
		_ = term.Restore(keys.Fd(), before)
	}
}

// openKeys returns the file from which keys are read. If standard input is something
// else, such as a recording, that is the terminal itself.
func openKeys() (*os.File, error) {
	if term.IsTerminal(os.Stdin.Fd()) {
		return os.Stdin, nil
	}
	keys, _, err := tea.OpenTTY()
	if err != nil {
		return nil, errors.New("no terminal to read keys from; remove the redirection, or use --plain")
	}
	return keys, nil
}

// keyboard is the input of the terminal. If the terminal is gone, reads return io.EOF,
// and a program that only waits for keys would never end.
type keyboard struct {
	*os.File
	gone func()
}

func (k keyboard) Read(p []byte) (int, error) {
	n, err := k.File.Read(p)
	if err != nil {
		k.gone()
	}
	return n, err
}

// guarded is a model whose panics end the program like errors: its last view stays
// until the terminal has been restored.
type guarded struct {
	model tea.Model
	end   context.CancelCauseFunc
}

func (g guarded) Init() tea.Cmd {
	var cmd tea.Cmd
	g.guard(func() { cmd = g.model.Init() })
	return g.guardCmd(cmd)
}

func (g guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	g.guard(func() { g.model, cmd = g.model.Update(msg) })
	return g, g.guardCmd(cmd)
}

func (g guarded) View() tea.View {
	var view tea.View
	g.guard(func() { view = g.model.View() })
	return view
}

func (g guarded) guard(call func()) {
	if err := crash.Guard(func() error { call(); return nil }); err != nil {
		g.end(err)
	}
}

// guardCmd wraps a command, and those that it returns, to recover panics.
func (g guarded) guardCmd(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		var msg tea.Msg
		g.guard(func() { msg = cmd() })
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i, cmd := range batch {
				batch[i] = g.guardCmd(cmd)
			}
		}
		return msg
	}
}
