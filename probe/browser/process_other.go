//go:build !unix

package browser

import (
	"os"
	"os/exec"
)

// alive reports whether a process runs; where nobody can tell, it does not.
func alive(int) bool { return false }

// killGroup ends what is left of a browser.
func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// hasPipes says that a browser can be reached by pipes. Elsewhere they aren't numbered
// files, so that a port is used.
const hasPipes = false

// claim removes the file at path, and reports whether it could: not if it is open.
func claim(path string) (release func(), ok bool) { return func() {}, os.Remove(path) == nil }

// tryLock has nothing to do: a file that is open is safe from claim.
func tryLock(*os.File) bool { return true }
