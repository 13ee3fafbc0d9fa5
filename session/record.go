package session

import (
	"errors"
	"fmt"

	"layertap/datalayer"
)

// Record writes the whole session to sink, including later entries. If that fails, the
// recording ends, [Recording] in snapshots contains the error, and the session
// continues.
//
// The header contains the browser, so nothing is written before the browser has
// responded.
func (s *Session) Record(sink Sink) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sink != nil {
		return fmt.Errorf("recording to %s: %s is still being written", sink.Name(), s.sink.Name())
	}
	s.sink, s.begun = sink, false
	s.current.Recording = Recording{File: sink.Name(), Saved: s.current.Recording.Saved}
	s.record(nil)
	s.publish()
	return s.current.Recording.Err
}

// StopRecording completes the recording, if there is one.
func (s *Session) StopRecording() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sink == nil {
		return nil
	}
	err := s.stop()
	s.publish()
	return err
}

// record writes entries to the sink before they are added to the log.
func (s *Session) record(entries []datalayer.Entry) {
	if s.sink == nil || !s.begun && s.current.Attachment.Phase < datalayer.Live {
		return // the log is written later: when the browser has responded, or at the end
	}
	err := s.begin()
	if err == nil && len(entries) > 0 {
		err = s.sink.Write(entries)
	}
	if err != nil {
		s.current.Recording.Err = errors.Join(err, s.sink.Close())
		s.sink = nil
	}
}

// RenewWith sets a function that creates a new file if the recording's file, which is
// passed as gone, was deleted or replaced while it was being written.
func (s *Session) RenewWith(next func(gone string) (Sink, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = next
}

// CheckRecording checks that the recording's file still exists. If not, it continues in
// a new file that contains the whole session.
func (s *Session) CheckRecording() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.renew() {
		s.publish()
	}
}

// renew reports whether the recording had to continue in a new file or to stop.
func (s *Session) renew() bool {
	file, ok := s.sink.(interface{ Gone() bool })
	if !ok || s.next == nil || !s.begun || !file.Gone() {
		return false
	}
	gone := s.sink.Name()
	_ = s.sink.Close() // the file is gone, so errors don't matter
	s.sink, s.begun = nil, false
	sink, err := s.next(gone)
	if err != nil {
		s.current.Recording.Err = fmt.Errorf("%s was deleted or replaced while recording: %w", gone, err)
		return true
	}
	s.sink = sink
	s.current.Recording.File, s.current.Recording.Gone = sink.Name(), gone
	s.record(nil)
	return true
}

// begin writes the header and the entries from before the recording was started.
func (s *Session) begin() error {
	if s.begun {
		return nil
	}
	s.begun = true
	if err := s.sink.Begin(s.current.Header); err != nil {
		return err
	}
	for from := 0; from < s.current.log.length; from += chunkSize {
		var entries []datalayer.Entry
		for i := from; i < min(from+chunkSize, s.current.log.length); i++ {
			entries = append(entries, s.current.log.at(i).entry)
		}
		if err := s.sink.Write(entries); err != nil {
			return err
		}
	}
	return nil
}

// stop ends the recording with its closing line.
func (s *Session) stop() error {
	s.renew()
	if s.sink == nil {
		return nil
	}
	if !s.worthKeeping() {
		err := s.sink.Close()
		s.sink = nil
		s.current.Recording = Recording{Err: err}
		return err
	}
	counts := s.current.Counts
	end := &datalayer.End{Place: s.last, Pushes: counts.Messages, Hits: counts.Hits, Lost: counts.Lost}
	datalayer.Stamp(end, s.last.Seq+1)
	err := s.begin()
	if err == nil {
		err = s.sink.Write([]datalayer.Entry{end})
	}
	err = errors.Join(err, s.sink.Close())
	last := s.current.Recording
	if err == nil {
		last.Saved = s.sink.Name()
	}
	s.sink = nil
	s.current.Recording = Recording{Err: err, Gone: last.Gone, Saved: last.Saved}
	return err
}

// worthKeeping reports whether there is anything to record: a page was live, or there
// are entries anyway.
func (s *Session) worthKeeping() bool {
	return s.begun || !s.current.Attachment.Since.IsZero() || s.seen
}
