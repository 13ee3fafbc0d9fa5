package ui

import (
	"layertap/ui/frame"
	"layertap/ui/status"
)

// empty returns what is shown if there are no messages.
func (m Model) empty() frame.Empty {
	return frame.Empty{
		Capture: m.capture(), List: m.messages, Key: m.commands.KeyOrName,
		Can: func(name string) bool {
			c, _ := m.commands.Named(name)
			return len(c.Keys) > 0 && c.Refusal(m) == ""
		},
	}
}

// firstSteps returns the first steps for a new user, shown until the first key.
func firstSteps(m Model) status.Status {
	key := m.commands.KeyOrName
	return status.Info("new here? " + key("next-finding") + " finds what is wrong, " + key("explain") + " explains it, " + key("help") + " shows all keys")
}
