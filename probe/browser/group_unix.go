//go:build unix && !linux

package browser

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the browser in its own process group, so that Ctrl-C in the terminal
// doesn't kill it before its last messages were read.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// outlive does nothing: here the browser keeps running after this program exits anyway.
func outlive(*exec.Cmd) {}
