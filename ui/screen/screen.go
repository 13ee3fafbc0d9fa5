// Package screen is the views that the number keys lead to, each in a file of its own.
package screen

import (
	"layertap/datalayer"
	"layertap/ui/detail"
	"layertap/ui/overview"
	"layertap/ui/pane"
	"layertap/ui/text"
)

// Screen is one of the views that the number keys lead to: a list of rows, of which
// some lead to messages, and a side pane for the row under the cursor. Each is in a
// file of its own; adding one takes that file and a row in the table.
type Screen struct {
	Key     string // the number key
	Name    string // in the line of screens
	Short   string // where there is no room for the name; empty for the name
	Command string // the name of the command that leads there
	Help    string // what that command does
	// rows are the rows, for a terminal part of so many cells.
	Rows func(d Data, width int) pane.Items
	// needs is what has to be worked out before the rows are complete.
	Needs overview.Need
	// Audits says that the rows show what is wrong with the containers.
	Audits bool
	// tally is a number next to the name; nil for none.
	tally func(Data) string
	// heading names the columns; nil for none.
	Heading func(d Data, width int) text.Line
	// hasBeside reports whether the rows have a side pane; nil for never.
	HasBeside func(Data) bool
	// whyNot is why the screen can't be shown now; nil where it always can.
	WhyNot func(Data) string
	// tab is the view of a message that its rows lead to; nil for the one before.
	Tab *detail.View
	// hint is a key and what it does here, for the line at the bottom; nil for none.
	Hint func(d Data) (command, words string)
}

// Data is what the screens are made from.
type Data struct {
	overview.Source
	Push     *datalayer.Push // the one under the cursor, or else the nearest; nil for none
	File     string          // that the session is read from; empty where it is live
	Name     string          // of the session, next to others
	WhatIf   WhatIf
	Compared *Compared // nil for no comparison
	Unfolded Unfolded
	Width    int  // of the terminal
	Beside   bool // there is a side pane
	// key is how a command is given: by its key, or else its name.
	Key func(command string) string
}

// table lists the screens in the order of their keys.
var table = []*Screen{Messages, Coverage, Triggers, Variables, Hits, Health, Diff, Tags, Summary}

// All returns all screens in the order of their keys.
func All() []*Screen { return table }

// Messages is the list of messages with the message under the cursor. It is
// drawn by packages of its own.
var Messages = &Screen{Key: "1", Name: "Messages", Short: "Msgs", Command: "messages", Help: "the messages"}

// IsThere reports whether the line of screens names a screen.
func (s *Screen) IsThere(d Data) bool { return s.WhyNot == nil || s.WhyNot(d) == "" }
