package ui

import (
	"layertap/ui/frame"
	"layertap/ui/keymap"
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
		right = append(right, h.Line...)
	}
	return []string{text.Spread(m.sheet, style.Base, m.width, left, right)}
}

// footerLeft returns the last status, or else the position in the list.
func footerLeft(m Model) text.Line {
	if m.status.Text != "" {
		return text.Of(style.Accent, " "+m.status.Text)
	}
	return listPosition(m)
}

// listPosition returns the position in the list and what it leaves out.
func listPosition(m Model) text.Line {
	s := frame.Position{
		List: m.messages, Snapshot: m.snapshot, File: m.from.File, Paused: m.paused, Width: m.width,
		Pause: m.commands.KeyOrName("pause"), End: m.commands.KeyOrName("end"), Fold: m.commands.KeyOrName("fold-noise"),
	}
	if m.paused {
		s.Missed = missedWhilePaused(m)
	}
	if m.screen == screen.Messages {
		return s.Line()
	}
	if m.screen.Hint != nil && !m.paused && !m.rowZoomed() {
		if command, words := m.screen.Hint(m.data()); command != "" {
			return text.Of(style.Title, " "+m.commands.KeyOrName(command)).With(style.Faint, " "+words)
		}
	}
	return s.PausedLine()
}

// hinted lists the commands that the footer shows, in display order.
var hinted = []keymap.Ranked{
	{Name: "close", Rank: 2}, {Name: "go", Rank: 2}, {Name: "export-missing", Rank: 3}, {Name: "value-from-page", Rank: 3}, {Name: "fold", Rank: 5},
	{Name: "show", Rank: 12}, {Name: "tab-next", Rank: 9}, {Name: "filter", Rank: 3}, {Name: "filter-toggle", Rank: 7},
	{Name: "find", Rank: 8}, {Name: "find-next", Rank: 5}, {Name: "next-finding", Rank: 4}, {Name: "next-error", Rank: 8},
	{Name: "explain", Rank: 7}, {Name: "copy", Rank: 4}, {Name: "mark", Rank: 5}, {Name: "note", Rank: 10},
	{Name: "record", Rank: 6}, {Name: "pause", Rank: 13}, {Name: "command", Rank: 14}, {Name: "help", Rank: 0},
	{Name: "quit", Rank: 1},
}

// keyHints returns as many of the keys that are useful now as fit.
func keyHints(m Model, room int) []keymap.Hint[Model] {
	var hints []keymap.Hint[Model]
	room++ // the last one needs one cell after it instead of two
	if quit, ok := m.commands.Named("quit"); ok && len(m.behind) > 0 && !m.rowZoomed() && len(quit.Keys) > 0 {
		back := text.Of(style.Title, m.commands.KeyOf("quit")).With(style.Faint, " back to ").And(m.behind[0].brief()).With(style.Plain, "  ")
		hints = append(hints, keymap.Hint[Model]{Line: back, Command: quit})
		room -= back.Width()
	}
	useful := func(c command) bool { return isHinted(m, c) }
	return keymap.Trimmed(append(hints, m.commands.Hints(m, m.scope(), hinted, useful, room)...))
}

// isHinted reports whether a command does something now. Commands for the message under the
// cursor are always hinted; otherwise the hints would change with every row.
func isHinted(m Model, c command) bool {
	if c.Picks && m.screen != screen.Messages || c.Worth != nil && !c.Worth(m) {
		return false
	}
	why := c.Refusal(m)
	return why == "" || why == notOnMessage || why == notOnFinding
}
