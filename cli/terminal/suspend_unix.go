//go:build unix

package terminal

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"layertap/ui"
)

// jobs receives the signals of a shell that stops and continues programs. Between the
// two, the terminal belongs to the shell.
var jobs = make(chan os.Signal, 1)

// Suspender returns a function that stops the program until a shell continues it, or
// nil if there is no shell to do so: one with job control gives each job its own
// process group.
func Suspender() func() error {
	if session, err := unix.Getsid(0); err != nil || session == unix.Getpgrp() {
		return nil
	}
	return suspend
}

func suspend() error {
	signal.Stop(jobs)
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, syscall.SIGCONT)
	defer func() {
		signal.Stop(continued)
		signal.Notify(jobs, syscall.SIGTSTP, syscall.SIGCONT)
	}()
	// To the whole job, such as go run. SIGTSTP would have no effect in a Go program that
	// has caught it before.
	if err := syscall.Kill(0, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("suspending: %w", err)
	}
	<-continued
	return nil
}

// watchJobControl handles a stop signal from outside like the key for suspending, and
// redraws everything after a stop that couldn't be caught, until the returned function
// is called.
func watchJobControl(program *tea.Program) func() {
	signal.Notify(jobs, syscall.SIGTSTP, syscall.SIGCONT)
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-over:
				return
			case s := <-jobs:
				stop := Suspender()
				if s == syscall.SIGCONT || stop == nil {
					stop = func() error { return nil }
				}
				program.Send(ui.Suspend(stop)())
			}
		}
	}()
	return func() {
		signal.Stop(jobs)
		close(over)
	}
}

// watchQuit calls restoreTerminal before SIGQUIT has its usual effect on a Go program, which
// is to print all goroutines and exit, until the returned function is called.
func watchQuit(restoreTerminal func()) func() {
	if signal.Ignored(syscall.SIGQUIT) {
		return func() {}
	}
	quit, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(quit, syscall.SIGQUIT)
	go func() {
		select {
		case <-over:
		case <-quit:
			restoreTerminal()
			signal.Reset(syscall.SIGQUIT)
			_ = syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		}
	}()
	return func() {
		signal.Stop(quit)
		close(over)
	}
}
