//go:build !unix

package browser

import "os/exec"

func ownGroup(*exec.Cmd) {}

// outlive does nothing: here the browser keeps running after this program exits anyway.
func outlive(*exec.Cmd) {}
