// Package layout divides the screen among its panes.
package layout

import "layertap/ui/pane"

// Layout says where the panes are. A pane that is not shown has no height.
type Layout struct {
	Notice pane.Rect // one line
	List   pane.Rect // the rows themselves, without their heading
	Detail pane.Rect // with its title line
	Body   pane.Rect // all between the tabs and the footer
	Beside bool      // the panes are side by side
}

// Screen is what is to be shown, on how many cells.
type Screen struct {
	Width, Height int
	Bottom        int  // lines below the panes
	Notice        bool // there is a line below the tabs
	Headed        bool // the list has a line that names its columns
	Board         bool // it is not the list of messages, and has a side pane only if Beside is set
	Beside        bool
	Zoomed        bool // the detail has the screen to itself
	Split         int  // how many steps the border between the panes was moved, right or down
}

// SideBySideWidth is the width from which on the list of messages is next to the detail.
const SideBySideWidth = 140

const detailWidth = 80 // is enough beside the list, which has the rest

// What a pane keeps, in cells, when the border between two is moved.
const leastList, leastPane, leastRows = 84, 32, 4

// splitSteps is how many steps lead from one end of the screen to the other.
const splitSteps = 20

// Arrange divides the screen.
func (s Screen) Arrange() Layout {
	var l Layout
	l.Body = pane.Rect{X: 0, Y: 2, Width: s.Width, Height: max(s.Height-2-s.Bottom, 0)}
	if s.Notice {
		l.Notice = pane.Rect{X: 0, Y: 2, Width: s.Width, Height: 1}
		l.Body.Y++
		l.Body.Height--
	}
	switch {
	case s.Board && s.Beside:
		l = l.divided(s.moved(s.Width*11/20, s.Width, leastPane, leastPane))
	case s.Board:
		l.List = l.Body
		if s.Zoomed {
			l.Detail = l.Body
		}
	case s.Zoomed:
		l.Detail = l.Body
	case s.Width >= SideBySideWidth:
		l = l.divided(s.moved(max(s.Width*2/3, s.Width-detailWidth), s.Width, leastList, leastPane))
	default:
		height := s.moved(l.Body.Height*11/20, l.Body.Height, leastRows, leastRows)
		l.List = pane.Rect{X: 0, Y: l.Body.Y, Width: s.Width, Height: height}
		l.Detail = pane.Rect{X: 0, Y: l.Body.Y + height, Width: s.Width, Height: l.Body.Height - height}
	}
	if l.List.Height > 0 && s.Headed {
		l.List.Y++
		l.List.Height--
	}
	return l
}

// moved is where the border between two panes is, of so many cells.
func (s Screen) moved(from, of, before, after int) int {
	if s.Split == 0 {
		return from
	}
	return max(min(from+s.Split*of/splitSteps, of-after), min(before, from))
}

// Resplit returns how far the border was moved after so many more steps: no further than
// it goes.
func (s Screen) Resplit(by int) int {
	moved := s
	moved.Split = max(min(s.Split, splitSteps), -splitSteps) + by
	if before, after := s.Arrange(), moved.Arrange(); after.List == before.List && after.Detail == before.Detail {
		return s.Split
	}
	return moved.Split
}

// divided puts the panes side by side, the list so many cells wide and a rule
// between the two. The list's last cell stays free, so that no text touches the rule.
func (l Layout) divided(width int) Layout {
	l.Beside = true
	l.List = pane.Rect{X: 0, Y: l.Body.Y, Width: width - 1, Height: l.Body.Height}
	l.Detail = pane.Rect{X: width + 1, Y: l.Body.Y, Width: l.Body.Width - width - 1, Height: l.Body.Height}
	return l
}
