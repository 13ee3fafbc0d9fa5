//go:build !unix

package terminal

import tea "charm.land/bubbletea/v2"

// Suspender returns nil: there is no job control here.
func Suspender() func() error { return nil }

// watchQuit does nothing: there is no SIGQUIT here.
func watchQuit(func()) func() { return func() {} }

func watchJobControl(*tea.Program) func() { return func() {} }
