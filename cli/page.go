package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"layertap/datalayer"
	"layertap/probe"
	"layertap/session"
	"layertap/ui"
)

// patience is how long a page may take to answer what the user asks of it.
const patience = 10 * time.Second

// page is what the screen may ask of the page that source watches.
func page(ctx context.Context, s *session.Session, source *probe.Probe) *ui.Page {
	within := func(d time.Duration, do func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(ctx, d)
		defer cancel()
		return do(ctx)
	}
	return &ui.Page{
		Reload: func() error { return within(patience, source.Reload) },
		Navigate: func(typed string) error {
			url, err := address(typed)
			if err != nil {
				return err
			}
			// A server may be slow to answer.
			return within(3*patience, func(ctx context.Context) error { return source.Navigate(ctx, url) })
		},
		Screenshot: func(on int) (name string, err error) {
			err = within(patience, func(ctx context.Context) error {
				picture, err := source.Screenshot(ctx)
				if err == nil {
					name, err = keepScreenshot(s, on, picture)
				}
				return err
			})
			return name, err
		},
		CheckMessage: func(message string) error {
			return within(patience, func(ctx context.Context) error { return source.CheckMessage(ctx, message) })
		},
		Push: func(layer, message string) error {
			return within(patience, func(ctx context.Context) error {
				before := s.Snapshot()
				if err := source.Push(ctx, layer, message); err != nil {
					return err
				}
				return awaitByHand(ctx, s, before)
			})
		},
	}
}

// keepScreenshot writes a picture beside the recording, or where there is none
// to the working directory.
func keepScreenshot(s *session.Session, on int, picture []byte) (string, error) {
	snapshot := s.Snapshot()
	name := strings.TrimSuffix(recordingName(snapshot.Header.URL, time.Now()), ".session.jsonl")
	name = filepath.Join(filepath.Dir(snapshot.Recording.File), fmt.Sprintf("%s-%d.png", name, on))
	if err := writeNew(name, picture); err != nil {
		return "", fmt.Errorf("saving the screenshot: %w", err)
	}
	if on != 0 {
		s.Add(&datalayer.Screenshot{Place: placeNow(s), On: on, File: filepath.Base(name)})
	}
	return name, nil
}

// writeNew writes a file that is not there yet.
func writeNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
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
