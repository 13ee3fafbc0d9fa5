// Package capture sets up the session of a browser capture, for all commands that
// capture.
package capture

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/probe"
	"layertap/session"
)

// Header returns the header of a session that starts now, and completes the options of
// the probe that is its source. Setup describes how the visit was set up.
func Header(o *probe.Options, tool string, setup []string) datalayer.Header {
	started := time.Now().Truncate(time.Millisecond)
	o.Started, o.Container = started, Container
	return datalayer.Header{
		ID: ulid.MustNew(ulid.Timestamp(started), rand.Reader).String(), Tool: tool, Started: started,
		URL: datalayer.WithoutUserInfo(o.URL), Setup: setup,
	}
}

// Session returns an empty session. It contains the given containers, so that a
// recording includes what it was checked against.
func Session(header datalayer.Header, analysis session.Analysis, given []*gtm.Container) *session.Session {
	s := session.New(header, analysis)
	for _, c := range given {
		entry := c.Entry("")
		entry.Source = "file"
		s.Add(entry)
	}
	return s
}

// Container finds the container or the Google tag in the text of a script that a page
// loaded. id is the one in the script's URL: Google's scripts contain the IDs of others.
func Container(script []byte, id string) datalayer.Entry {
	c := parse.Find(script)
	switch {
	case c == nil:
		return nil
	case strings.HasPrefix(id, "GTM-") || datalayer.IsGoogleTag(id):
		c.ID = id
	case c.ID == "":
		c.ID = id
	}
	entry := c.Entry("")
	if datalayer.IsGoogleTag(c.ID) {
		return &datalayer.GoogleTag{ID: c.ID, Version: c.Version, SHA256: entry.SHA256, Resource: entry.Resource}
	}
	return entry
}

// Live waits until the page of a session is live, and returns the time at which it was.
// The time is zero if ctx ends first.
func Live(ctx context.Context, s *session.Session) time.Time {
	for version := uint64(0); ; {
		snapshot, more := s.Wait(ctx, version)
		if !more || !snapshot.Attachment.Since.IsZero() {
			return snapshot.Attachment.Since
		}
		version = snapshot.Version
	}
}

// NeverLive returns an error that explains why the page of a session was never live, or
// nil if it was.
func NeverLive(s session.Snapshot) error {
	switch {
	case !s.Attachment.Since.IsZero():
		return nil
	case s.Attachment.Detail != "":
		return fmt.Errorf("the page never loaded, so nothing was captured; last status: %s", s.Attachment.Detail)
	}
	return errors.New("the page never loaded, so nothing was captured")
}
