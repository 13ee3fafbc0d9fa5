// Package status is the message in the footer about the last action.
package status

import (
	"strconv"

	"layertap/ui/style"
	"layertap/ui/text"
)

// Status is the message about the last action.
type Status struct {
	Text  string
	Error bool // stays until it is dismissed
	// Dismissed is set if the user has dismissed an error.
	Dismissed bool
	// Kind is the kind of action that failed, and Fixed the kind that succeeded: it clears
	// an error of that kind.
	Kind, Fixed string
	older       *Status // an earlier error that hasn't been dismissed
}

// Info returns a status with a text that is shown until the next key.
func Info(text string) Status { return Status{Text: text} }

// Failed returns a status with an error that is shown until it is dismissed.
func Failed(err error) Status { return Status{Text: err.Error(), Error: true} }

// Read returns the status after the next key. An error stays until it is dismissed.
func (s Status) Read() Status {
	if s.Error {
		return s
	}
	return Status{}
}

// Then returns the status after s is followed by next. No error disappears undismissed.
func (s Status) Then(next Status) Status {
	switch {
	case next.Dismissed && s.older != nil:
		return *s.older
	case next.Dismissed:
		return Status{}
	case s.Error && next.Fixed != "" && next.Fixed == s.Kind:
		if s.older != nil {
			return *s.older
		}
		return next
	case s.Error && next.Error && next.Text != s.Text:
		next.older = &s
		return next
	case s.Error:
		return s
	}
	return next
}

// unread counts the errors.
func (s Status) unread() int {
	n := 1
	for older := s.older; older != nil; older = older.older {
		n++
	}
	return n
}

// mostErrorLines is the maximum number of lines of an error.
const mostErrorLines = 4

// Lines returns the lines of the error that isn't dismissed, cut if it is too long.
func (s Status) Lines(width int) []text.Line {
	line := text.Of(style.Bad, "✗ "+s.Text)
	hint := "  Esc closes"
	if more := s.unread() - 1; more > 0 {
		hint = "  and " + strconv.Itoa(more) + " more," + hint[1:]
	}
	lines := line.With(style.Faint, hint).Wrap(max(width-2, 1))
	if len(lines) > mostErrorLines {
		lines = append(lines[:mostErrorLines-1], text.Of(style.Bad, "…").With(style.Faint, hint))
	}
	return lines
}
