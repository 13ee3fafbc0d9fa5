package ui

import (
	"path"
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/ui/messages"
	"layertap/ui/pane"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// header is the first line: attached or not, to what, recording or not, and
// whether anything is wrong.
func (m Model) header() string {
	right := m.totals()
	room := m.width - right.Width() - 2
	left := text.Of(style.Title, " layertap  ")
	left = append(left, m.capture().Phase()...)
	for _, part := range whereabouts(m, room-left.Width()) {
		free := room - left.Width() - 2
		for len(part) > 1 && part.Width() > free {
			part = part[:len(part)-1]
		}
		switch {
		case part.Width() <= free:
			left = left.With(style.Plain, "  ").And(part)
		case len(part) == 1 && free >= minWhereabouts:
			left = left.With(style.Plain, "  ").With(part[0].Role, text.Cut(part[0].Text, free))
		}
	}
	return text.Spread(m.sheet, style.Bar, m.width, left, right)
}

// minWhereabouts is the least of a name that is worth showing.
const minWhereabouts = 10

// whereabouts are the parts of the header that may be left out, the more
// important ones first, and the more important words of each. The name of what is
// shown is cut where the others would have no room beside it.
func whereabouts(m Model, room int) []text.Line {
	var parts []text.Line
	if rec := m.newest().Recording; rec.Err != nil {
		parts = append(parts, text.Of(style.Bad, "✗ REC stopped"))
	} else if rec.File != "" {
		recording := text.Of(style.Bad, "◉ REC")
		if m.width >= messages.OneLineWidth {
			recording = recording.With(style.Plain, " "+path.Base(rec.File))
		}
		parts = append(parts, recording)
	}
	container := containerWords(m)
	room -= container.Width() + 4
	for _, part := range parts {
		room -= part.Width() + 2
	}
	switch {
	case m.from.File != "":
		parts = append(parts, text.Of(style.Strong, text.Cut(path.Base(m.from.File), max(m.width/3, 12, room))))
	case m.seen.Page != nil:
		parts = append(parts, text.Of(style.Strong, text.Cut(text.BareURL(m.seen.Page.URL), max(m.width/4, 16, room))))
	}
	return append(parts, container)
}

// containerWords names the container, or else the layers.
func containerWords(m Model) text.Line {
	layers := m.seen.LayerNames()
	n := len(m.seen.Containers)
	if n == 0 {
		return text.Of(style.Faint, layers)
	}
	c := m.seen.Containers[n-1]
	line := text.Of(style.Plain, c.ID)
	if c.Version != "" {
		line = line.With(style.Plain, " v"+c.Version)
	}
	if layers != "" {
		line = line.With(style.Faint, " · "+layers)
	}
	return line
}

func (m Model) totals() text.Line {
	c := m.snapshot.Counts
	line := text.Of(style.Plain, text.Count(c.Messages, "message"))
	if _, shown := m.messages.Standing(m.snapshot); shown < c.Messages && m.messages.Counted() && m.width >= messages.NarrowRow {
		line = text.Of(style.Plain, strconv.Itoa(shown)+" of "+line.String())
	}
	for _, n := range []struct {
		role  style.Role
		sign  string
		count int
	}{{style.Bad, "✗", c.Errors}, {style.Warn, "▲", c.Warnings}} {
		role := n.role
		if n.count == 0 {
			role = style.Faint
		}
		line = line.With(style.Plain, "  ").With(role, n.sign+" "+strconv.Itoa(n.count))
	}
	return line.With(style.Plain, " ")
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
