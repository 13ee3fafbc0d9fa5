//go:build unix

package cli

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/rules/check"
	"layertap/session"
)

// However much arrives, the screen gets a snapshot at most thirty times a second, the
// first one immediately, and the last one is complete.
func TestSnapshotsComeCalmly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		s := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
		go s.Run(ctx, &flood{perSecond: 5_000, measure: &meter{over: make(chan struct{})}}) //nolint:errcheck // the flood never fails
		synctest.Wait()
		wait := waiter(ctx, s)
		began, shown, last := time.Now(), 0, session.Snapshot{}
		for time.Since(began) < 10*time.Second {
			snapshot, more := wait(last.Version)
			if !more {
				t.Fatal("no more snapshots come")
			}
			if shown == 0 && time.Since(began) > 0 {
				t.Errorf("the first snapshot came after %v", time.Since(began))
			}
			if behind := s.Snapshot().Counts.Messages - snapshot.Counts.Messages; behind != 0 {
				t.Errorf("after %v the snapshot is %d messages behind", time.Since(began), behind)
			}
			shown, last = shown+1, snapshot
		}
		if shown < 250 || shown > 302 {
			t.Errorf("%d snapshots in ten seconds", shown)
		}
		if last.Counts.Messages < 50_000 {
			t.Errorf("%d messages in ten seconds", last.Counts.Messages)
		}
		cancel()
		synctest.Wait()
	})
}
