package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C in the terminal from killing the browser before its last
// messages were taken, and has the kernel end the browser should this program die.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// outlive lets the browser run on when this program has ended.
func outlive(cmd *exec.Cmd) { cmd.SysProcAttr.Pdeathsig = 0 }
