// Package style maps the role of each text on the screen to its look on the user's
// terminal.
package style

import (
	"strings"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
)

// Role is the meaning of a text on the screen.
type Role uint8

// The roles of text.
const (
	Plain Role = iota
	Faint
	Strong
	Title // the name of the focused pane
	Accent
	Good
	Bad
	Warn
	Info
	Name // of a parameter
	String
	Number
	Literal // true, null, undefined, and values that JSON can't represent
	Match   // text that was searched for
	roles
)

// Ground is the background of a text.
type Ground uint8

// The backgrounds.
const (
	Base   Ground = iota
	Cursor        // the row under the cursor
	Shade         // that row in a pane without the focus
	Bar           // the header
	grounds
)

// looks has the color name of each role and whether it is bold.
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

// Sheet has the control sequence for each role on each background, for one terminal.
type Sheet struct {
	open [grounds][roles]string
}

// New returns the sheet for a theme on a terminal with a light or dark background and the
// given number of colors.
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
		s = s.Faint() // there is no color, or the eighth, which is invisible on some backgrounds
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

// swaps reports whether a background is shown by swapping the terminal's own two colors.
// None of the sixteen colors is certain to be readable with all the others.
func (p palette) swaps(ground Ground) bool {
	return p.profile <= colorprofile.ANSI && (ground == Cursor || ground == Bar)
}

const reset = "\x1b[m"

// Draw appends text, which must be safe, to b in the look of its role.
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
