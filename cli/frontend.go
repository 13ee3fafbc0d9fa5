package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"layertap/datalayer"
	"layertap/recording"
	"layertap/report/plain"
	"layertap/report/unreached"
	"layertap/session"
	"layertap/visible"
)

// A frontend shows a session.
type frontend struct {
	// show returns when ctx ends, the user quits, or the session is complete.
	show func(ctx context.Context, s *session.Session) error
	// end reports the result of a session that is over. It may be nil.
	end func(session.Snapshot) error
}

// refresh is how often a frontend that prints polls the session.
const refresh = 50 * time.Millisecond

// watch calls each with every newer snapshot until the session or ctx ends.
func watch(ctx context.Context, s *session.Session, each func(session.Snapshot) error) error {
	var version uint64
	for {
		snapshot, newer := s.Wait(ctx, version)
		if err := each(snapshot); err != nil {
			return err
		}
		if !newer || snapshot.Attachment.Phase == datalayer.Over {
			return nil
		}
		version = snapshot.Version
		pause(ctx, refresh)
	}
}

// newLog returns a log of a live session.
func newLog(w io.Writer) *plain.Log { return &plain.Log{Out: w, Zone: time.Local, Now: time.Now} }

// plainFrontend prints a session as lines. If later entries can change whether a
// message matches the filter, it waits for them.
func plainFrontend(log *plain.Log) frontend {
	return frontend{end: log.End, show: func(ctx context.Context, s *session.Session) error {
		return watch(ctx, s, func(snapshot session.Snapshot) error {
			if log.Filter.Late() && snapshot.Attachment.Phase != datalayer.Over {
				return nil
			}
			return errors.Join(log.Print(snapshot), snapshot.Recording.Err)
		})
	}}
}

// ndjsonFrontend prints the contents of a session file to w, and what such a file
// cannot represent, such as frames that were not reached, to trouble.
func (f *liveFlags) ndjsonFrontend(w, trouble io.Writer) frontend {
	var missed unreached.List
	show := func(ctx context.Context, s *session.Session) error {
		if err := s.Record(f.sink(recording.NewWriter(w, "standard output"))); err != nil {
			return err
		}
		return watch(ctx, s, func(snapshot session.Snapshot) error {
			missed.Note(snapshot.Attachment)
			return snapshot.Recording.Err
		})
	}
	return frontend{show: show, end: func(session.Snapshot) error {
		for _, line := range missed.Lines(time.Local) {
			fmt.Fprintf(trouble, "# %s\n", visible.Text(line))
		}
		return nil
	}}
}

// progressFrontend prints the progress of a recording: changes of its state, its end
// and, on a terminal, the number of messages so far.
func progressFrontend(w io.Writer, onTerminal bool) frontend {
	counts := &countLine{w: w}
	log := &plain.Log{Out: counts, Brief: true, Zone: time.Local, Now: time.Now}
	return frontend{end: log.End, show: func(ctx context.Context, s *session.Session) error {
		return watch(ctx, s, func(snapshot session.Snapshot) error {
			if err := log.Print(snapshot); err != nil {
				return err
			}
			if c := snapshot.Counts; onTerminal {
				counts.show(fmt.Sprintf("messages: %d, errors: %d, warnings: %d", c.Messages, c.Errors, c.Warnings))
			}
			return snapshot.Recording.Err
		})
	}}
}

// countLine is a terminal whose last line is updated in place.
type countLine struct {
	w    io.Writer
	last string
}

func (c *countLine) show(line string) {
	if line != c.last {
		c.last = line
		fmt.Fprintf(c.w, "\r%s ", line)
	}
}

// Write writes text above the line that is updated.
func (c *countLine) Write(text []byte) (int, error) {
	if c.last != "" {
		fmt.Fprintf(c.w, "\r%*s\r", len(c.last)+1, "")
		c.last = ""
	}
	return c.w.Write(text)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
