package ui

import (
	"cmp"

	"layertap/datalayer"
	"layertap/ui/frame"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// header returns the data of the first line.
func (m Model) header() frame.Header {
	h := frame.Header{Capture: m.capture(), Recording: m.newest().Recording, Shown: -1, Width: m.width}
	if m.messages.Counted() {
		_, h.Shown = m.messages.Position(m.snapshot)
		h.Folded, h.Fold = m.messages.Folded, m.commands.KeyOrName("fold-noise")
	}
	return h
}

// noticeLine returns the line that must always be visible; nil if there is none.
func noticeLine(m Model) text.Line {
	n := frame.Notice{Capture: m.capture(), Trouble: m.trouble(), Listed: m.messages.Listed}
	for _, s := range m.behind {
		n.Behind = cmp.Or(n.Behind, s.trouble())
	}
	if noPage(m) == "" {
		n.Reload = m.commands.KeyOf("reload")
	}
	if cannotSwitch(m) == "" {
		n.Switch = m.commands.KeyOf("switch-tab")
	}
	return n.Line()
}

// trouble returns what is wrong with the capture; empty if nothing is.
func (s showing) trouble() string {
	switch a := s.snapshot.Attachment; {
	case s.newest().Recording.Err != nil:
		return "recording stopped: " + s.newest().Recording.Err.Error()
	case a.Phase == datalayer.Lost:
		return a.Detail
	}
	return ""
}

// drawNotice draws the notice, with a pointer to the rest of a long one.
func drawNotice(m Model) string {
	notice := noticeLine(m)
	if notice.Width() <= m.width {
		return notice.Draw(m.sheet, style.Base, m.width)
	}
	if m.screen == screen.Health || m.picking() || m.chooser.choices != nil || m.prompt.Open() { // the key doesn't work there
		return notice.Draw(m.sheet, style.Base, m.width)
	}
	return text.Spread(m.sheet, style.Base, m.width, notice, text.Of(style.Title, " "+m.commands.KeyOrName("health")).With(style.Faint, " shows all "))
}

// tabLine returns the line with the names of the screens.
func tabLine(m Model) string {
	var line text.Line
	for _, t := range screen.Tabs(m.data(), m.screen) {
		line = append(line, t.Label...)
	}
	return pane.Ruled(m.sheet, m.width, line)
}
