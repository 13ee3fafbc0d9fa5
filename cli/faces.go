package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"layertap/datalayer"
	"layertap/filter"
	"layertap/recording"
	"layertap/report"
	"layertap/session"
)

// A face shows a session until ctx ends, the user leaves it, or nothing more is
// to come.
type face func(ctx context.Context, s *session.Session) error

// refresh is how often a face that prints looks for more.
const refresh = 50 * time.Millisecond

// watch calls each for newer and newer snapshots, with what is new of the state of
// the source.
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

// linesFace prints a line for each message that a filter lets through. Where the
// answer can become another by what comes later, that is awaited.
func linesFace(w io.Writer, f filter.Filter) face {
	return func(ctx context.Context, s *session.Session) error {
		shown, said := 0, ""
		return watch(ctx, s, func(snapshot session.Snapshot) error {
			if said = tell(w, snapshot, said); snapshot.Recording.Err != nil {
				return snapshot.Recording.Err
			}
			if f.Late() && snapshot.Attachment.Phase != datalayer.Over {
				return nil
			}
			from := shown
			shown = snapshot.Len()
			return report.Lines(w, snapshot, from, f)
		})
	}
}

// tell says what became of the source, where that is something new.
func tell(w io.Writer, s session.Snapshot, said string) string {
	if detail := s.Attachment.Detail; detail != said && detail != "" {
		fmt.Fprintf(w, "# %s\n", detail)
		for _, notice := range s.Attachment.Notices {
			fmt.Fprintf(w, "# %s\n", notice)
		}
		return detail
	}
	return said
}

// ndjsonFace prints what a session file would hold.
func (f *liveFlags) ndjsonFace(w io.Writer) face {
	return func(ctx context.Context, s *session.Session) error {
		if err := s.Record(f.sink(recording.NewWriter(w, "standard output"))); err != nil {
			return err
		}
		return watch(ctx, s, func(snapshot session.Snapshot) error { return snapshot.Recording.Err })
	}
}

// progressFace tells how a recording goes.
func progressFace(w io.Writer) face {
	return func(ctx context.Context, s *session.Session) error {
		messages, said := -1, ""
		err := watch(ctx, s, func(snapshot session.Snapshot) error {
			said = tell(w, snapshot, said)
			if c := snapshot.Counts; c.Messages != messages {
				messages = c.Messages
				fmt.Fprintf(w, "\r%d messages, %d errors, %d warnings ", c.Messages, c.Errors, c.Warnings)
			}
			return snapshot.Recording.Err
		})
		fmt.Fprintln(w)
		return err
	}
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
