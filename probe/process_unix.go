//go:build unix

package probe

import (
	"errors"
	"syscall"
)

// alive reports whether a process runs.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return pid > 0 && (err == nil || errors.Is(err, syscall.EPERM)) // it may be another user's
}
