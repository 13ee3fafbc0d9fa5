package session

import (
	"errors"
	"fmt"

	"layertap/datalayer"
)

// Record writes everything that the session holds to sink, and then whatever
// comes. Where that fails the recording ends, [Recording] of the snapshots says
// why, and the session goes on.
//
// The header names the browser, so nothing is written before the browser
// answered.
func (s *Session) Record(sink Sink) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sink != nil {
		return fmt.Errorf("recording to %s: %s is still being written", sink.Name(), s.sink.Name())
	}
	s.sink, s.begun = sink, false
	s.current.Recording = Recording{File: sink.Name()}
	s.record(nil)
	s.publish()
	return s.current.Recording.Err
}

// StopRecording completes the recording. It does nothing where there is none.
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

// record hands entries that are not yet in the log to the sink.
func (s *Session) record(entries []datalayer.Entry) {
	if s.sink == nil || !s.begun && s.current.Attachment.Phase < datalayer.Live {
		return // in the end, or once the browser has answered, the log is written
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

// begin writes the header and what the session held before the recording was
// switched on.
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
	if s.sink == nil {
		return nil
	}
	counts := s.current.Counts
	end := &datalayer.End{Place: s.last, Pushes: counts.Messages, Hits: counts.Hits, Lost: counts.Lost}
	datalayer.Stamp(end, s.last.Seq+1)
	err := s.begin()
	if err == nil {
		err = s.sink.Write([]datalayer.Entry{end})
	}
	err = errors.Join(err, s.sink.Close())
	s.sink = nil
	s.current.Recording = Recording{Err: err}
	return err
}
