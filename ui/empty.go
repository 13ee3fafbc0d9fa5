package ui

import "layertap/ui/frame"

// empty is what says why there is no message.
func (m Model) empty() frame.Empty {
	return frame.Empty{
		Capture: m.capture(), List: m.messages, Key: m.commands.keyOrName,
		Can: func(name string) bool {
			c, _ := m.commands.named(name)
			return len(c.keys) > 0 && (c.whyNot == nil || c.whyNot(m) == "")
		},
	}
}
