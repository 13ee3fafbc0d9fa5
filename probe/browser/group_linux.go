package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the browser in its own process group, so that Ctrl-C in the terminal
// doesn't kill it before its last messages were read, and has the kernel kill it if
// this program dies.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// outlive lets the browser keep running after this program exits.
func outlive(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = 0 }
