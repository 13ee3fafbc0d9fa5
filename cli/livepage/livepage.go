// Package livepage controls a page that is being captured, for the user at the screen
// and for coding agents.
package livepage

import (
	"context"
	"errors"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/probe"
	"layertap/session"
)

// Timeouts for a page. Navigation has a longer one, because servers may be slow.
const (
	patience         = 10 * time.Second
	navigatePatience = 3 * patience
)

// Page is the page that a probe watches, and its session.
type Page struct {
	Session *session.Session
	Probe   *probe.Probe
}

// Reload reloads the page.
func (p Page) Reload(ctx context.Context) error { return within(ctx, patience, p.Probe.Reload) }

// Navigate opens a URL in the tab.
func (p Page) Navigate(ctx context.Context, url string) error {
	return within(ctx, navigatePatience, func(ctx context.Context) error { return p.Probe.Navigate(ctx, url) })
}

// Screenshot returns a PNG of what the tab shows.
func (p Page) Screenshot(ctx context.Context) (picture []byte, err error) {
	err = within(ctx, patience, func(ctx context.Context) (err error) {
		picture, err = p.Probe.Screenshot(ctx)
		return err
	})
	return picture, err
}

// CheckMessage returns an error if a message isn't valid JavaScript.
func (p Page) CheckMessage(ctx context.Context, message string) error {
	return within(ctx, patience, func(ctx context.Context) error { return p.Probe.CheckMessage(ctx, message) })
}

// Push pushes a message by hand. It returns when the message is in the session.
func (p Page) Push(ctx context.Context, layer, message string) error {
	return within(ctx, patience, func(ctx context.Context) error {
		before := p.Session.Snapshot()
		if err := p.Probe.Push(ctx, layer, message); err != nil {
			return err
		}
		return awaitByHand(ctx, p.Session, before)
	})
}

// ReadValue reads the value of a variable from the page with the given ID, and adds it to the
// session. The page is not changed. It must be what its frame shows now.
func (p Page) ReadValue(ctx context.Context, page, variable string, read gtm.PageRead) (datalayer.Value, error) {
	snapshot := p.Session.Snapshot()
	shown := lastOf(snapshot, snapshot.Page(page))
	if shown == nil {
		return datalayer.Value{}, probe.ErrMoved
	}
	var encoded []byte
	err := within(ctx, patience, func(ctx context.Context) (err error) {
		encoded, err = p.Probe.ReadValue(ctx, shown, read.Script)
		return err
	})
	if err != nil {
		return datalayer.Value{}, err
	}
	// It is of no use for messages from before, so the time is that after reading it.
	at := datalayer.Place{T: time.Since(snapshot.Header.Started)}
	v := &datalayer.PageValue{Place: at, Page: page, Variable: variable, Source: read.Source, Value: encoded}
	datalayer.StripUserInfo(v)
	p.Session.Add(v)
	return datalayer.Decode(v.Value)
}

// lastOf returns the last page of the document that a page is in: the one with the current
// URL. It is nil if the page's frame shows another document by now. A prerendered page is in
// the same frame, beside the one that is shown.
func lastOf(s session.Snapshot, page *datalayer.Page) *datalayer.Page {
	var pages []*datalayer.Page // of the frame from that one on, the newest first
	for i := s.Len() - 1; i >= 0 && (len(pages) == 0 || pages[len(pages)-1] != page); i-- {
		if other, ok := s.Entry(i).(*datalayer.Page); ok && other.Target == page.Target && other.Frame == page.Frame {
			pages = append(pages, other)
		}
	}
	if len(pages) == 0 || pages[len(pages)-1] != page { // it isn't in the session
		return nil
	}
	last := page
	for _, other := range slices.Backward(pages[:len(pages)-1]) {
		switch {
		case other.Cause == datalayer.CausePrerender:
		case other.Cause != datalayer.CauseHistory:
			return nil
		case other.Referrer == last.URL: // not the other document's
			last = other
		}
	}
	return last
}

func within(ctx context.Context, d time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return do(ctx)
}

// awaitByHand waits for a message that was pushed by hand after a snapshot.
func awaitByHand(ctx context.Context, s *session.Session, before session.Snapshot) error {
	for snapshot, seen := s.Snapshot(), before.Len(); ; {
		for ; seen < snapshot.Len(); seen++ {
			if push, ok := snapshot.Entry(seen).(*datalayer.Push); ok && push.ByHand() {
				return nil
			}
		}
		var more bool
		if snapshot, more = s.Wait(ctx, snapshot.Version); !more {
			return errors.New("pushing by hand: the page accepted the message, but it never appeared in the data layer")
		}
	}
}

// Source adapts a probe to a session's source. It closes the probe at the end of the
// session before it returns the last entries, so that what the probe and its hooks
// still hold is recorded.
type Source struct{ *probe.Probe }

// Next returns the next entries and, after ctx has ended, the last ones.
func (s Source) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := s.Probe.Next(ctx)
	if err != nil && ctx.Err() != nil {
		_ = s.Close()
		return s.Probe.Next(ctx)
	}
	return batch, err
}
