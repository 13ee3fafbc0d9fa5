package ui

import (
	"slices"
	"strings"

	"layertap/ui/frame"
	"layertap/ui/help"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
)

// footer returns the lines below the panes: the last status, the position in the list, and
// the keys.
func (m Model) footer() []string {
	if m.chooser.choices != nil {
		return []string{m.chooser.draw(m.sheet, m.width)}
	}
	if m.status.Error {
		var lines []string
		for _, line := range m.status.Lines(m.width) {
			lines = append(lines, text.Of(style.Bad, " ").And(line).Draw(m.sheet, style.Base, m.width))
		}
		return lines
	}
	left := footerLeft(m)
	var right text.Line
	for _, h := range keyHints(m, m.width-left.Width()-2) {
		right = append(right, h.line...)
	}
	return []string{text.Spread(m.sheet, style.Base, m.width, left, right)}
}

// footerLeft returns the last status, or else the position in the list.
func footerLeft(m Model) text.Line {
	if m.status.Text != "" {
		return text.Of(style.Accent, " "+m.status.Text)
	}
	return listStanding(m)
}

// listStanding returns the position in the list and what it leaves out.
func listStanding(m Model) text.Line {
	s := frame.Standing{
		List: m.messages, Snapshot: m.snapshot, File: m.from.File, Paused: m.paused, Width: m.width,
		Pause: m.commands.keyOrName("pause"), End: m.commands.keyOrName("end"), Fold: m.commands.keyOrName("fold-noise"),
	}
	if m.paused {
		s.Missed = missedWhilePaused(m)
	}
	if m.screen == screen.Messages {
		return s.Line()
	}
	if m.screen.Hint != nil && !m.paused && !m.rowZoomed() {
		if command, words := m.screen.Hint(m.data()); command != "" {
			return text.Of(style.Title, " "+m.commands.keyOrName(command)).With(style.Faint, " "+words)
		}
	}
	return s.PausedLine()
}

// hint is a key and the word for its action.
type hint struct {
	line text.Line
	command
}

func hintOf(c command) hint {
	return hint{text.Of(style.Title, help.ShownKey(c.keys[0])).With(style.Faint, " "+c.hint+"  "), c}
}

// keyHints returns as many of the keys that are useful now as fit.
func keyHints(m Model, room int) []hint {
	var hints []hint
	room++ // the last one needs one cell after it instead of two
	if quit, ok := m.commands.named("quit"); ok && len(m.behind) > 0 && !m.rowZoomed() && len(quit.keys) > 0 {
		back := text.Of(style.Title, help.ShownKey(quit.keys[0])).With(style.Faint, " back to ").And(m.behind[0].brief()).With(style.Plain, "  ")
		hints = append(hints, hint{back, quit})
		room -= back.Width()
	}
	bound := m.commands.hints(m.scope())
	fits := map[string]hint{}
	for _, h := range byRank {
		i := slices.IndexFunc(bound, func(c command) bool { return c.name == h.name })
		if i < 0 || !isHinted(m, bound[i]) {
			continue
		}
		if bound[i].says != nil {
			bound[i].hint = bound[i].says(m)
		}
		if h := hintOf(bound[i]); h.line.Width() <= room {
			fits[h.name] = h
			room -= h.line.Width()
		}
	}
	for _, h := range hinted {
		if fitting, ok := fits[h.name]; ok {
			hints = append(hints, fitting)
		}
	}
	if n := len(hints); n > 0 {
		last := hints[n-1].line
		last[len(last)-1].Text = strings.TrimSuffix(last[len(last)-1].Text, " ")
	}
	return hints
}

// isHinted reports whether a command does something now. Commands for the message under the
// cursor are always hinted; otherwise the hints would change with every row.
func isHinted(m Model, c command) bool {
	switch {
	case c.picks && m.screen != screen.Messages, c.worth != nil && !c.worth(m):
		return false
	case c.whyNot == nil:
		return true
	}
	why := c.whyNot(m)
	return why == "" || why == notOnMessage || why == notOnFinding
}
