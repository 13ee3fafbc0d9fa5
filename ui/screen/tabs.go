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

// talliesWidth is the width from which the names of screens have numbers.
const talliesWidth = 100

// Tabs returns the labels of the screens. If they don't fit they are shortened, or only the
// current screen is named.
func Tabs(d Data, shown *Screen) []Tab {
	for _, names := range []naming{{}, {tight: true}, {short: true}, {short: true, tight: true}} {
		tabs, width := namedTabs(d, shown, names), 0
		for _, t := range tabs {
			width += t.Label.Width()
		}
		if width <= d.Width {
			return tabs
		}
	}
	return namedTabs(d, shown, naming{onlyShown: true})
}

// naming is a format for the names of the screens.
type naming struct {
	tight     bool // with less between them
	short     bool
	onlyShown bool // the others have only their keys
}

func namedTabs(d Data, shown *Screen, names naming) []Tab {
	var tabs []Tab
	for _, s := range All() {
		if !s.IsThere(d) {
			continue
		}
		name, tally := " "+s.Name, ""
		if s.Short != "" && s != shown && names.short {
			name = " " + s.Short
		}
		if s.tally != nil && d.Width >= talliesWidth {
			tally = s.tally(d)
		}
		label, gap := text.Of(style.Faint, "─"), " "
		if names.tight {
			gap = ""
		}
		switch {
		case s == shown:
			label = label.With(style.Title, "["+s.Key+name+tally+"]")
		case !names.onlyShown:
			label = label.With(style.Plain, gap+s.Key+name).With(style.Faint, tally+gap)
		default:
			label = label.With(style.Plain, " "+s.Key+" ")
		}
		tabs = append(tabs, Tab{s, label})
	}
	return tabs
}
