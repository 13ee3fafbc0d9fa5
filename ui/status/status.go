// Package status is what the screen has to tell about the last thing that was done.
package status

import (
	"strconv"

	"layertap/ui/style"
	"layertap/ui/text"
)

// Status is what the screen has to tell about the last thing that was done.
type Status struct {
	Text  string
	Error bool // stays until it is dismissed
	// Dismissed says that the user has read an error.
	Dismissed bool
	// Kind is what failed, and Fixed what works again: an error of that kind is
	// no longer one.
	Kind, Fixed string
	older       *Status // an error that was not read yet either
}

// Told returns the status that tells a text until the next key.
func Told(text string) Status { return Status{Text: text} }

// Failed returns the status that tells an error until it is dismissed.
func Failed(err error) Status { return Status{Text: err.Error(), Error: true} }

// Read returns what remains to be told after the next key. An error stays until
// it is dismissed.
func (s Status) Read() Status {
	if s.Error {
		return s
	}
	return Status{}
}

// Then returns what is to be told after s, where next is what there is to tell
// now. No error goes away unread.
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

// unread is how many errors there are.
func (s Status) unread() int {
	n := 1
	for older := s.older; older != nil; older = older.older {
		n++
	}
	return n
}

// mostErrorLines is how much of the screen an error may take.
const mostErrorLines = 4

// Lines are the error that was not read yet, whole where it is not too long.
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
