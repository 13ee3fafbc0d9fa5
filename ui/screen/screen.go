// Package screen has the views behind the number keys, each in its own file.
package screen

import (
	"layertap/datalayer"
	"layertap/ui/detail"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/text"
)

// Screen is one of the views behind the number keys: a list of rows, of which some lead to
// messages, and a side pane for the row under the cursor. Each is in its own file; a new
// one also needs an entry in table.
type Screen struct {
	Key     string // the number key
	Name    string // in the line of screens
	Short   string // if there isn't room for the name; empty for the name
	Command string // the name of the command that opens it
	Help    string // the description of that command
	// Rows returns the rows for the given width in cells.
	Rows func(d Data, width int) pane.Items
	// Needs is what must be worked out before the rows are complete.
	Needs overview.Need
	// Audits is set if the rows show findings about the containers.
	Audits bool
	// tally is shown next to the name; nil for none.
	tally func(Data) string
	// Heading returns the names of the columns; nil for none.
	Heading func(d Data, width int) text.Line
	// HasBeside reports whether the rows have a side pane; nil for never.
	HasBeside func(Data) bool
	// WhyNot returns why the screen can't be shown now; nil if it always can.
	WhyNot func(Data) string
	// Tab is the view of a message that its rows lead to; nil for the last one.
	Tab *detail.View
	// Hint returns a command and its hint for the footer; nil for none.
	Hint func(d Data) (command, words string)
}

// Data is the input of the screens.
type Data struct {
	overview.Source
	Push     *datalayer.Push // the message under the cursor, or else the nearest; nil for none
	File     string          // the file of the session; empty if it is live
	Name     string          // of the session, among others
	WhatIf   WhatIf
	Compared *Compared // nil for no comparison
	Unfolded Unfolded
	Width    int  // of the terminal
	Beside   bool // there is a side pane
	// Key returns how to run a command: its key or its name.
	Key func(command string) string
}

// table lists the screens in the order of their keys.
var table = []*Screen{Messages, Coverage, Triggers, Variables, Hits, Health, Diff, Tags, Summary}

// All returns all screens in the order of their keys.
func All() []*Screen { return table }

// Messages is the list of messages with the message under the cursor. Other packages draw
// it.
var Messages = &Screen{Key: "1", Name: "Messages", Short: "Msgs", Command: "messages", Help: "the messages"}

// IsThere reports whether the screen is named in the line of screens.
func (s *Screen) IsThere(d Data) bool { return s.WhyNot == nil || s.WhyNot(d) == "" }
