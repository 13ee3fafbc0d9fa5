package frame

import (
	"slices"
	"strconv"

	"layertap/datalayer"
	"layertap/ui/screen"
	"layertap/ui/style"
	"layertap/ui/text"
	"layertap/visible"
)

// Notice is the line below the header that must always be visible.
type Notice struct {
	screen.Capture
	Trouble string // of the session shown; empty for none
	Behind  string // of a session behind it
	Listed  int    // messages and other rows in the list
	Switch  string // the key that lists the tabs; empty if there is none
	Reload  string // the key that opens the page again; empty if there is none
}

// Line returns the line; nil if there is no notice.
func (n Notice) Line() text.Line {
	if n.Behind != "" {
		return text.Of(style.Bad, " ✗ live: "+n.Behind)
	}
	a := n.Snapshot.Attachment
	if n.Trouble != "" {
		line := text.Of(style.Bad, " ✗ "+n.Trouble)
		if a.Reopens != "" && n.Reload != "" {
			return line.With(style.Title, "  "+n.Reload).With(style.Faint, " opens "+visible.Text(a.Reopens)+" again")
		}
		if a.Phase == datalayer.Lost && n.Switch != "" {
			line = line.With(style.Title, "  "+n.Switch).With(style.Faint, " lists the tabs")
		}
		return line
	}
	switch {
	case a.Phase == datalayer.Over && a.Detail != "":
		return text.Of(style.Warn, " ■ "+a.Detail)
	case a.Phase == datalayer.Starting && n.Listed > 0 && a.Detail != "":
		return text.Of(style.Warn, " ◌ "+a.Detail)
	case n.Asked() && a.Detail != "":
		return text.Of(style.Warn, " ▲ "+a.Detail)
	}
	if a.Held != "" && a.Phase == datalayer.Live {
		return text.Of(style.Warn, " ▲ "+a.Held)
	}
	notices := a.Notices
	if unseen := n.WhyUnseen(); unseen != "" {
		notices = slices.Insert(slices.Clone(notices), 0, unseen)
	}
	if len(notices) == 0 {
		return nil
	}
	line := text.Of(style.Warn, " ▲ "+notices[0])
	if more := len(notices) - 1; more > 0 {
		line = line.With(style.Faint, " (and "+strconv.Itoa(more)+" more)")
	}
	return line
}
