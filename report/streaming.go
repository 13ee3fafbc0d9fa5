package report

import (
	"io"

	"layertap/datalayer"
	"layertap/internal/spool"
	"layertap/session"
)

// Entries writes a file entry by entry.
type Entries interface {
	// Add writes the entry at index i, if the file has such entries. They come in order.
	Add(s session.Snapshot, i int) error
	// End writes what follows the entries of s, whose header it may use.
	End(s session.Snapshot) error
}

// Streaming takes what a file has of the entries of a session, which need not keep them. The
// file is written when the whole session was read.
type Streaming struct {
	text    spool.Spool
	entries Entries
	err     error // the first
}

// Stream returns what takes the entries of one session. tool is the name and version of this
// program.
func (e Export) Stream(tool string) *Streaming {
	s := &Streaming{}
	s.entries = e.Entries(&s.text, tool)
	return s
}

// Settle is for the session's analysis.
func (s *Streaming) Settle(of session.Snapshot, i int, _ bool) datalayer.Entry {
	if s.err == nil {
		s.err = s.entries.Add(of, i)
	}
	return nil
}

// Write writes the file. Whole has the entries that weren't settled.
func (s *Streaming) Write(w io.Writer, whole session.Snapshot) error {
	for i := whole.Settled(); i < whole.Len(); i++ {
		s.Settle(whole, i, false)
	}
	if s.err == nil {
		s.err = s.entries.End(whole)
	}
	if s.err != nil {
		return s.err
	}
	_, err := s.text.WriteTo(w)
	return err
}
