package frame

import (
	"strconv"

	"layertap/datalayer"
	"layertap/session"
	"layertap/ui/messages"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Standing is where the list of messages is and what it leaves out, below it.
type Standing struct {
	messages.List
	Snapshot session.Snapshot
	File     string // that is shown; empty where the session is live
	Paused   bool
	Missed   int    // messages that came while the screen is paused
	Pause    string // the key that pauses and resumes
	End      string // the key that leads to the end
	Fold     string // the key that shows what is folded
	Width    int
}

// PausedLine says that the screen is paused; nil if it is not.
func (s Standing) PausedLine() text.Line {
	if !s.Paused {
		return nil
	}
	return text.Of(style.Warn, " ‖ paused, "+strconv.Itoa(s.Missed)+" new: ").With(style.Title, s.Pause).With(style.Faint, " resumes")
}

// Line says where the list is.
func (s Standing) Line() text.Line {
	line := s.PausedLine()
	over := s.Snapshot.Attachment.Phase == datalayer.Over
	switch {
	case s.Paused:
	case s.Unseen() > 0 && (s.File == "" || !over):
		line = text.Of(style.Accent, " ▼ "+strconv.Itoa(s.Unseen())+" new: ").With(style.Title, s.End).With(style.Faint, " shows")
	case s.Follow && !over:
		line = text.Of(style.Good, " ▼ following")
	case len(s.Rows) > 0:
		nth, of := s.Standing(s.Snapshot)
		line = text.Of(style.Faint, " "+strconv.Itoa(nth)+"/"+strconv.Itoa(of))
	}
	if !s.Sieve.Filter.All() {
		line = line.With(style.Warn, "  filter: "+text.Cut(s.Sieve.Filter.String(), 24))
	}
	if s.Scanning {
		line = line.With(style.Faint, "  searching…")
	}
	if s.Folded > 0 && !s.Sieve.Filter.All() && s.Width >= messages.OneLineWidth { // else the header says it
		line = line.With(style.Faint, "  "+strconv.Itoa(s.Folded)+" gtm.* hidden").With(style.Title, " "+s.Fold)
	}
	return line
}
