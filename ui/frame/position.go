package frame

import (
	"strconv"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/messages"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Position is the line with the position in the list of messages and what the list leaves
// out.
type Position struct {
	messages.List
	Snapshot session.Snapshot
	File     string // the file that is shown; empty if the session is live
	Paused   bool
	Missed   int    // messages that came while the screen is paused
	Pause    string // the key that pauses and resumes
	End      string // the key that leads to the end
	Fold     string // the key that shows what is folded
	Width    int
}

// PausedLine returns the line for a paused screen; nil if it isn't paused.
func (s Position) PausedLine() text.Line {
	if !s.Paused {
		return nil
	}
	return text.Of(style.Warn, " ‖ paused, "+strconv.Itoa(s.Missed)+" new: ").With(style.Title, s.Pause).With(style.Faint, " resumes")
}

// Line returns the line with the position in the list.
func (s Position) Line() text.Line {
	line := s.PausedLine()
	over := s.Snapshot.Attachment.Phase == datalayer.Over
	switch {
	case s.Paused:
	case s.Unseen() > 0 && (s.File == "" || !over):
		line = text.Of(style.Accent, " ▼ "+strconv.Itoa(s.Unseen())+" new: ").With(style.Title, s.End).With(style.Faint, " shows")
	case s.Follow && !over:
		line = text.Of(style.Good, " ▼ following")
	case len(s.Rows) > 0:
		nth, of := s.Position(s.Snapshot)
		line = text.Of(style.Faint, " "+strconv.Itoa(nth)+"/"+strconv.Itoa(of))
	}
	if !s.RowFilter.Filter.All() {
		line = line.With(style.Warn, "  filter: "+text.Cut(s.RowFilter.Filter.String(), 24))
	}
	if s.Scanning {
		line = line.With(style.Faint, "  searching…")
	}
	if s.Folded > 0 && !s.RowFilter.Filter.All() && s.Width >= messages.OneLineWidth { // otherwise the header shows it
		line = line.With(style.Faint, "  "+strconv.Itoa(s.Folded)+" gtm.* hidden").With(style.Title, " "+s.Fold)
	}
	return line
}
