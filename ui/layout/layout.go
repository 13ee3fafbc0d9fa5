// Package layout divides the screen among its panes.
package layout

import "layertap/ui/pane"

// Layout has the positions of the panes. A pane that isn't shown has no height.
type Layout struct {
	Notice pane.Rect // one line
	List   pane.Rect // the rows themselves, without their heading
	Detail pane.Rect // with its title line
	Body   pane.Rect // everything between the tabs and the footer
	Beside bool      // the panes are side by side
}

// Screen is the size of the screen, and what it shows.
type Screen struct {
	Width, Height int
	Bottom        int  // lines below the panes
	Notice        bool // there is a line below the tabs
	Headed        bool // the list has a line with the names of its columns
	Board         bool // a screen other than the messages; it has a side pane only if Beside is set
	Beside        bool
	Zoomed        bool // the detail fills the screen
	Split         int  // by how many steps the border between the panes was moved, right or down
}

// SideBySideWidth is the width in cells from which the list of messages is next to the
// detail.
const SideBySideWidth = 170

const detailWidth = 80 // enough next to the list, which gets the rest

// The minimum sizes of panes, in cells, when the border between them is moved.
const leastList, leastPane, leastRows = 84, 32, 4

// splitSteps is the number of steps across the whole screen.
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

// moved returns the position of the border between two panes; of is their total size.
func (s Screen) moved(from, of, before, after int) int {
	if s.Split == 0 {
		return from
	}
	return max(min(from+s.Split*of/splitSteps, of-after), min(before, from))
}

// Resplit returns the split moved by the given number of steps, within its limits.
func (s Screen) Resplit(by int) int {
	moved := s
	moved.Split = max(min(s.Split, splitSteps), -splitSteps) + by
	if before, after := s.Arrange(), moved.Arrange(); after.List == before.List && after.Detail == before.Detail {
		return s.Split
	}
	return moved.Split
}

// divided puts the panes side by side, with a rule between them; the list gets width cells.
// The list's last cell stays blank, so that no text touches the rule.
func (l Layout) divided(width int) Layout {
	l.Beside = true
	l.List = pane.Rect{X: 0, Y: l.Body.Y, Width: width - 1, Height: l.Body.Height}
	l.Detail = pane.Rect{X: width + 1, Y: l.Body.Y, Width: l.Body.Width - width - 1, Height: l.Body.Height}
	return l
}
