//go:build !unix

package cli

import tea "charm.land/bubbletea/v2"

// suspender returns nil: there is no job control here.
func suspender() func() error { return nil }

// watchQuit does nothing: there is no SIGQUIT here.
func watchQuit(func()) func() { return func() {} }

func watchJobControl(*tea.Program) func() { return func() {} }
