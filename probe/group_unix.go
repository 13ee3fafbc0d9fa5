//go:build unix && !linux

package probe

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C in the terminal from killing the browser before its last
// messages were taken.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
