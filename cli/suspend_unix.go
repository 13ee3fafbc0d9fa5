//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"

	"layertap/ui"
)

// jobs are the signals of a shell that stops programs and continues them. Between
// the two the terminal is the shell's.
var jobs = make(chan os.Signal, 1)

// suspender returns what stops the program until a shell continues it, or nil
// where there is none that would: one with job control gives each job a process
// group of its own.
func suspender() func() error {
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
	// To the whole job, such as go run. It is not SIGTSTP, which does nothing more
	// in a Go program that has once caught it.
	if err := syscall.Kill(0, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("suspending: %w", err)
	}
	<-continued
	return nil
}

// watchJobControl obeys who stops the program from outside as it obeys the key
// for that, and redraws everything when it was stopped without being asked. It
// does so until the function that it returns is called.
func watchJobControl(program *tea.Program) func() {
	signal.Notify(jobs, syscall.SIGTSTP, syscall.SIGCONT)
	over := make(chan struct{})
	go func() {
		for {
			select {
			case <-over:
				return
			case s := <-jobs:
				stop := suspender()
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

// watchQuit calls giveBack before SIGQUIT does what it does to every Go program, which
// is to say what each goroutine is at and to end it at once. It does so until the
// function that it returns is called.
func watchQuit(giveBack func()) func() {
	if signal.Ignored(syscall.SIGQUIT) {
		return func() {}
	}
	quit, over := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(quit, syscall.SIGQUIT)
	go func() {
		select {
		case <-over:
		case <-quit:
			giveBack()
			signal.Reset(syscall.SIGQUIT)
			_ = syscall.Kill(os.Getpid(), syscall.SIGQUIT)
		}
	}()
	return func() {
		signal.Stop(quit)
		close(over)
	}
}
