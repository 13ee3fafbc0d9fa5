//go:build !unix

package cli

import tea "charm.land/bubbletea/v2"

// suspender returns nil: there is no shell here that could continue the program.
func suspender() func() error { return nil }

// watchQuit does nothing: no signal here asks a Go program what it is at.
func watchQuit(func()) func() { return func() {} }

func watchJobControl(*tea.Program) func() { return func() {} }
