package ui

import (
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/ui/frame"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// header is what the first line is made from.
func (m Model) header() frame.Header {
	h := frame.Header{Capture: m.capture(), Recording: m.newest().Recording, Shown: -1, Width: m.width}
	if m.messages.Counted() {
		_, h.Shown = m.messages.Standing(m.snapshot)
	}
	return h
}

// noticeLine is the line that the user should see all the while; nil for none.
func noticeLine(m Model) text.Line {
	for _, s := range m.behind {
		if trouble := s.trouble(); trouble != "" {
			return text.Of(style.Bad, " ✗ live: "+trouble)
		}
	}
	a := m.snapshot.Attachment
	if trouble := m.trouble(); trouble != "" {
		line := text.Of(style.Bad, " ✗ "+trouble)
		if key := m.commands.keyOf("switch-tab"); a.Phase == datalayer.Lost && key != "" && cannotSwitch(m) == "" {
			line = line.With(style.Title, "  "+key).With(style.Faint, " lists the tabs")
		}
		return line
	}
	switch {
	case a.Phase == datalayer.Over && a.Detail != "":
		return text.Of(style.Warn, " ■ "+a.Detail)
	case a.Phase == datalayer.Starting && m.messages.Told > 0 && a.Detail != "":
		return text.Of(style.Warn, " ◌ "+a.Detail)
	case m.capture().Asked() && a.Detail != "":
		return text.Of(style.Warn, " ▲ "+a.Detail)
	}
	notices := a.Notices
	if blind := m.capture().Blind(); blind != "" {
		notices = slices.Insert(slices.Clone(notices), 0, blind)
	}
	if len(notices) == 0 {
		return nil
	}
	line := text.Of(style.Warn, " ▲ "+notices[0])
	if more := len(notices) - 1; more > 0 {
		line = line.With(style.Faint, " (and "+strconv.Itoa(more)+" more)")
	}
	return line
}

// trouble is what goes wrong with the capture; empty for nothing.
func (s showing) trouble() string {
	switch a := s.snapshot.Attachment; {
	case s.newest().Recording.Err != nil:
		return "recording stopped: " + s.newest().Recording.Err.Error()
	case a.Phase == datalayer.Lost:
		return a.Detail
	}
	return ""
}

// drawNotice draws the notice and says where the rest of a long one is.
func drawNotice(m Model) string {
	notice := noticeLine(m)
	if notice.Width() <= m.width {
		return notice.Draw(m.sheet, style.Base, m.width)
	}
	if m.screen == screen.Health || m.picking() || m.chooser.choices != nil || m.prompt.Open() { // the key does not lead there
		return notice.Draw(m.sheet, style.Base, m.width)
	}
	return text.Spread(m.sheet, style.Base, m.width, notice, text.Of(style.Title, " "+m.commands.keyOrName("health")).With(style.Faint, " shows all "))
}

// tabLine names the screens.
func tabLine(m Model) string {
	var line text.Line
	for _, t := range screen.Tabs(m.data(), m.screen) {
		line = append(line, t.Label...)
	}
	return pane.Ruled(m.sheet, m.width, line)
}
