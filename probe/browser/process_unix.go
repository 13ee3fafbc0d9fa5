//go:build unix

package browser

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// alive reports whether a process runs.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return pid > 0 && (err == nil || errors.Is(err, syscall.EPERM)) // EPERM: the process belongs to another user
}

// killGroup kills the remaining processes of a browser.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// hasPipes reports whether a browser can be controlled through pipes.
const hasPipes = true

// claim locks the file at path and reports whether it could, which it can't if another
// program holds the lock.
func claim(path string) (release func(), ok bool) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, false
	}
	if !tryLock(file) {
		_ = file.Close()
		return nil, false
	}
	return func() { _ = file.Close() }, true
}

// tryLock locks a file and reports whether it could, which it can't if another program
// holds the lock.
func tryLock(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
