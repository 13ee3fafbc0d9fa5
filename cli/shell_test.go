//go:build unix

package cli_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/charmbracelet/x/term"
	"golang.org/x/sys/unix"
)

// asShell makes the test binary a shell with job control that runs the program as its
// foreground job. It runs between a test and the program, so it sees when the program
// was stopped, and the state of the terminal at that moment, before the system resets
// it.
const asShell = "LAYERTAP_TEST_AS_SHELL"

// readsFrom names the file that the shell gives the program as standard input.
const readsFrom = "LAYERTAP_TEST_READS_FROM"

// afterJob is what the shell writes when it has the terminal back.
const afterJob = "[back in the shell]"

func init() {
	roles[asShell] = func() int { return shell(os.Args[1:]) }
}

// shell runs the program with the arguments. It reports its state changes on file
// descriptor 3, and continues it after a line on 4.
func shell(args []string) int {
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	events, orders := os.NewFile(3, "events"), bufio.NewReader(os.NewFile(4, "orders"))
	before, err := term.GetState(0)
	if err != nil {
		fmt.Fprintln(events, err)
		return 2
	}
	state := func() string {
		switch now, err := term.GetState(0); {
		case err != nil:
			return "the terminal is gone"
		case *now != *before:
			return "the terminal is left in another state"
		}
		return "the terminal is as before"
	}
	if os.Getenv(asShell) == "nohup" {
		signal.Ignore(syscall.SIGHUP) // which the program inherits
	}
	job := exec.Command(os.Args[0], args...)
	job.Env = append(os.Environ(), asShell+"=", asProgram+"=1")
	job.Stdin, job.Stdout, job.Stderr = os.Stdin, os.Stdout, os.Stderr
	if name := os.Getenv(readsFrom); name != "" {
		file, err := os.Open(name)
		if err != nil {
			fmt.Fprintln(events, err)
			return 2
		}
		job.Stdin = file
	}
	job.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Foreground: true, Ctty: 0}
	if err := job.Start(); err != nil {
		fmt.Fprintln(events, err)
		return 2
	}
	// Only now, so that the program doesn't inherit it.
	signal.Ignore(syscall.SIGTTOU, syscall.SIGHUP, syscall.SIGTTIN)
	fmt.Fprintf(events, "started %d\n", job.Process.Pid)
	for {
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(job.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil {
			if errors.Is(err, syscall.EINTR) {
				continue
			}
			fmt.Fprintln(events, err)
			return 2
		}
		_ = unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, syscall.Getpgrp()) // unless the terminal is gone
		is := state()
		_ = term.SetState(0, before) // as shells do
		if !status.Stopped() {
			fmt.Fprintf(events, "ended with %d, %s\n", status.ExitStatus(), is)
			fmt.Print(afterJob)
			_, _ = orders.ReadString('\n') // keep the terminal until the test has read everything
			return 0
		}
		fmt.Fprintf(events, "stopped, %s\n", is)
		fmt.Print(afterJob)
		if _, err := orders.ReadString('\n'); err != nil {
			return 2
		}
		_ = unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, job.Process.Pid)
		_ = syscall.Kill(-job.Process.Pid, syscall.SIGCONT)
	}
}
