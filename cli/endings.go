package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"layertap/cli/capture"
	"layertap/datalayer"
	"layertap/session"
	"layertap/visible"
)

// How long a page may take to be live if the capture has a duration: in a browser that
// is started, and in a running one, which may prompt its user first.
const (
	liveWithin     = 30 * time.Second
	attachedWithin = time.Minute
)

// within returns how long the page may take to be live.
func (f *liveFlags) within() time.Duration {
	if f.probe.URL == "" || f.probe.Attach != "" {
		return attachedWithin
	}
	return liveWithin
}

// endInTime ends a session when its duration is over. The duration counts from when the
// page is live; if it doesn't become live in time, the session ends then.
func (f *liveFlags) endInTime(ctx context.Context, end context.CancelFunc, s *session.Session) {
	waiting, cancel := context.WithTimeout(ctx, f.within())
	defer cancel()
	var since time.Time
	for version, more := uint64(0), true; more && since.IsZero(); {
		var snapshot session.Snapshot
		snapshot, more = s.Wait(waiting, version)
		version, since = snapshot.Version, snapshot.Attachment.Since
		if f.probe.Pick && snapshot.Attachment.Phase != datalayer.Starting { // the user is choosing
			cancel()
			waiting, cancel = context.WithCancel(ctx)
			defer cancel()
		}
	}
	if !since.IsZero() {
		pause(ctx, time.Until(since.Add(time.Duration(f.duration))))
	}
	end()
}

// checkCaptured returns an error if a session that ended normally recorded nothing although
// it should have. It prints a warning if there are no messages, which is an error if
// messages are required.
func (f *liveFlags) checkCaptured(s session.Snapshot) error {
	if !f.must && f.duration == 0 && !f.require {
		return nil
	}
	what := "recording"
	if !f.must {
		what = "capturing"
	}
	site := s.Header.URL
	switch {
	case s.Attachment.Since.IsZero():
		return fmt.Errorf("%s: %w", what, capture.NeverLive(s))
	case s.Counts.Messages > 0:
		return nil
	case f.require:
		return fmt.Errorf("%s: no messages from %s", what, site)
	}
	fmt.Fprintf(os.Stderr, "layertap: no messages from %s (an error with --require-messages)\n", visible.Text(site))
	return nil
}

// checkEvery is how often a recording's file is checked.
const checkEvery = time.Second

// checkRecording checks the file of a recording until ctx ends.
func checkRecording(ctx context.Context, s *session.Session) {
	for ctx.Err() == nil {
		pause(ctx, checkEvery)
		s.CheckRecording()
	}
}
