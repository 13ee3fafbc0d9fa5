package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"layertap/cli/livepage"
	"layertap/cli/visit"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/probe"
	"layertap/session"
	"layertap/ui"
)

// page returns the screen's functions for the page that source watches.
func page(ctx context.Context, s *session.Session, source *probe.Probe) *ui.Page {
	live := livepage.Page{Session: s, Probe: source}
	return &ui.Page{
		Reload: func() error { return live.Reload(ctx) },
		Navigate: func(typed string) error {
			url, err := visit.Address(typed)
			if err != nil {
				return err
			}
			return live.Navigate(ctx, url)
		},
		Screenshot: func(on int) (string, error) {
			picture, err := live.Screenshot(ctx)
			if err != nil {
				return "", err
			}
			return keepScreenshot(s, on, picture)
		},
		CheckMessage: func(message string) error { return live.CheckMessage(ctx, message) },
		Push:         func(layer, message string) error { return live.Push(ctx, layer, message) },
		ReadValue: func(page, variable string, read gtm.PageRead) (datalayer.Value, error) {
			return live.ReadValue(ctx, page, variable, read)
		},
	}
}

// keepScreenshot writes a screenshot next to the recording, or to the working directory
// if there is none.
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

// writeNew writes a file that must not exist.
func writeNew(name string, content []byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
