package ui

import (
	"strconv"

	"layertap/ui/style"
	"layertap/ui/text"
)

// screen is one of the views that the number keys lead to.
type screen uint8

const (
	onMessages screen = iota
	screens
)

var screenNames = [screens]string{"Messages"}

// screenTab is the label of a screen in the line of them.
type screenTab struct {
	screen screen
	label  text.Line
}

func (m Model) screenTabs() []screenTab {
	tabs := make([]screenTab, screens)
	for s := range screens {
		name := strconv.Itoa(int(s)+1) + " " + screenNames[s]
		label := text.Of(style.Faint, "─")
		if s == m.screen {
			label = label.With(style.Title, "["+name+"]")
		} else {
			label = label.With(style.Plain, " "+name+" ")
		}
		tabs[s] = screenTab{s, label}
	}
	return tabs
}
