//go:build !unix

package browser

import (
	"os"
	"os/exec"
)

// alive reports whether a process runs. It returns false here, because there is no way
// to find out.
func alive(int) bool { return false }

// killGroup kills the browser's process.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// hasPipes reports whether a browser can be controlled through pipes. Here it can't,
// because they aren't numbered file descriptors, so a port is used.
const hasPipes = false

// claim removes the file at path, and reports whether it could. An open file can't be
// removed.
func claim(path string) (release func(), ok bool) { return func() {}, os.Remove(path) == nil }

// tryLock does nothing: claim can't remove an open file.
func tryLock(*os.File) bool { return true }
