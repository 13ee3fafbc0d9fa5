//go:build !unix

package browser

import "os/exec"

func ownGroup(*exec.Cmd) {}

// outlive lets the browser run on when this program has ended, as it does here anyway.
func outlive(*exec.Cmd) {}
