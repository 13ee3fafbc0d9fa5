//go:build unix && !linux

package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C in the terminal from killing the browser before its last
// messages were taken.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// outlive lets the browser run on when this program has ended, as it does here anyway.
func outlive(*exec.Cmd) {}
