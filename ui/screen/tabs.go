package screen

import (
	"layertap/ui/style"
	"layertap/ui/text"
)

// Tab is the label of a screen in the line of them.
type Tab struct {
	Screen *Screen
	Label  text.Line
}

// talliesWidth is the width from which on the names of screens have numbers.
const talliesWidth = 100

// Tabs are the labels of the screens. Where there is no room for all names there is
// that of the screen that is shown.
func Tabs(d Data, shown *Screen) []Tab {
	tabs := namedTabs(d, shown, true)
	width := 0
	for _, t := range tabs {
		width += t.Label.Width()
	}
	if width > d.Width {
		return namedTabs(d, shown, false)
	}
	return tabs
}

func namedTabs(d Data, shown *Screen, all bool) []Tab {
	var tabs []Tab
	for _, s := range All() {
		if !s.IsThere(d) {
			continue
		}
		name, tally := " "+s.Name, ""
		if s.Short != "" && d.Width < 84 && d.Compared != nil {
			name = " " + s.Short
		}
		if s.tally != nil && d.Width >= talliesWidth {
			tally = s.tally(d)
		}
		label := text.Of(style.Faint, "─")
		switch {
		case s == shown:
			label = label.With(style.Title, "["+s.Key+name+tally+"]")
		case all:
			label = label.With(style.Plain, " "+s.Key+name).With(style.Faint, tally+" ")
		default:
			label = label.With(style.Plain, " "+s.Key+" ")
		}
		tabs = append(tabs, Tab{s, label})
	}
	return tabs
}
