// Package style says how each kind of text on the screen is drawn: which role it
// has, and what that role looks like on the terminal at hand.
package style

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Role is what a piece of text means on the screen.
type Role uint8

// The roles of text.
const (
	Plain Role = iota
	Faint
	Strong
	Title // the name of a pane that has the focus
	Accent
	Good
	Bad
	Warn
	Info
	Name // of a parameter
	String
	Number
	Literal // true, null, undefined, and what JSON has no form for
	Match   // text that was searched for
	roles
)

// Ground is what a piece of text stands on.
type Ground uint8

// The grounds.
const (
	Base   Ground = iota
	Cursor        // the row under the cursor
	Shade         // that row in a pane without the focus
	Bar           // the header
	grounds
)

// looks names the colour of each role and reports whether it is bold.
var looks = [roles]struct {
	color     string
	bold      bool
	underline bool
}{
	Faint:   {color: "faint"},
	Strong:  {bold: true},
	Title:   {color: "accent", bold: true},
	Accent:  {color: "accent"},
	Good:    {color: "good"},
	Bad:     {color: "bad", bold: true},
	Warn:    {color: "warn"},
	Info:    {color: "info"},
	Name:    {color: "name"},
	String:  {color: "string"},
	Number:  {color: "number"},
	Literal: {color: "literal"},
	Match:   {color: "warn", bold: true, underline: true},
}

var groundColors = [grounds]string{Cursor: "cursor", Shade: "shade", Bar: "bar"}

// Sheet holds the control sequence that switches to each role on each ground, on
// one terminal.
type Sheet struct {
	open [grounds][roles]string
}

// New returns the sheet for a theme on a terminal with a light or a dark ground
// and so many colours.
func New(theme Theme, dark bool, profile colorprofile.Profile) *Sheet {
	p := palette{theme, dark, profile}
	sheet := &Sheet{}
	for ground := range grounds {
		for role := range roles {
			sheet.open[ground][role] = p.open(ground, role)
		}
	}
	return sheet
}

func (p palette) open(ground Ground, role Role) string {
	var s ansi.Style
	look := looks[role]
	if look.bold {
		s = s.Bold()
	}
	if look.underline {
		s = s.Underline(true)
	}
	if p.swaps(ground) {
		return s.Reverse(true).String()
	}
	if c := p.color(look.color); role == Faint && p.profile <= colorprofile.ANSI {
		s = s.Faint() // there is no colour, or the eighth, which is not to be seen on some grounds
	} else if c != nil {
		s = s.ForegroundColor(c)
	}
	if c := p.color(groundColors[ground]); c != nil && p.profile != colorprofile.ANSI {
		s = s.BackgroundColor(c)
	}
	if len(s) == 0 {
		return ""
	}
	return s.String()
}

// swaps reports whether a ground is shown by swapping the terminal's own two colours.
// Sixteen colours have none that is sure to be readable under all the others.
func (p palette) swaps(ground Ground) bool {
	return p.profile <= colorprofile.ANSI && (ground == Cursor || ground == Bar)
}

const reset = "\x1b[m"

// Draw appends text, which has to be safe, to b in the looks of its role.
func (s *Sheet) Draw(b *strings.Builder, ground Ground, role Role, text string) {
	open := s.open[ground][role]
	if open == "" || text == "" {
		b.WriteString(text)
		return
	}
	b.WriteString(open)
	b.WriteString(text)
	b.WriteString(reset)
}
