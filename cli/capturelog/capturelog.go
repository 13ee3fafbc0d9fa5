// Package capturelog writes a log of a capture, for troubleshooting.
package capturelog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"runtime"

	"layertap/datalayer"
	"layertap/session"
)

// Options configure the log.
type Options struct {
	File string // appended to; empty for no log
	Data bool   // include URLs and messages
}

// Open opens the log and writes the program and the system to it. Without a file it
// returns nil, which is a valid log that does nothing.
func (o Options) Open(tool string) (*Log, error) {
	if o.File == "" {
		return nil, nil
	}
	file, err := os.OpenFile(o.File, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, fmt.Errorf("writing the log %s: %w", o.File, err)
	}
	log := &Log{file: file, to: slog.New(slog.NewTextHandler(file, nil)), data: o.Data}
	log.to.Info("started", "tool", tool, "system", runtime.GOOS+"/"+runtime.GOARCH, "go", runtime.Version())
	return log, nil
}

// Log is the log of one capture. Each line has the time of its event. Write errors,
// such as a full disk, are ignored, so that they don't make a capture fail.
type Log struct {
	file *os.File
	to   *slog.Logger
	data bool
	last datalayer.Attachment
}

// Source returns a source that logs and returns what from returns.
func (l *Log) Source(from session.Source) session.Source {
	if l == nil {
		return from
	}
	return logged{from, l}
}

// logged is a source that is logged.
type logged struct {
	session.Source
	log *Log
}

// Next returns the next batch of the source.
func (s logged) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := s.Source.Next(ctx)
	if batch.Attachment != nil {
		s.log.attachment(*batch.Attachment)
	}
	s.log.entries(batch.Entries)
	return batch, err
}

// End writes how the capture ended, with err unless that is nil, and closes the log.
func (l *Log) End(err error) {
	if l == nil {
		return
	}
	if err != nil {
		l.to.Error("ended", "error", l.text(err.Error()))
	} else {
		l.to.Info("ended")
	}
	_ = l.file.Close()
}

// attachment writes what has changed in the state of the source.
func (l *Log) attachment(a datalayer.Attachment) {
	if a.Phase != l.last.Phase || a.Detail != l.last.Detail || a.Browser != l.last.Browser {
		l.to.Info("attachment", "phase", phases[a.Phase], "detail", l.text(a.Detail), "browser", a.Browser)
	}
	if !reflect.DeepEqual(a.Notices, l.last.Notices) {
		for _, notice := range a.Notices {
			l.to.Warn("notice", "text", l.text(notice))
		}
	}
	if a.Ahead != l.last.Ahead {
		l.to.Info("browser clock", "ahead", a.Ahead)
	}
	for i, frame := range a.Frames {
		if i >= len(l.last.Frames) || !reflect.DeepEqual(frame, l.last.Frames[i]) {
			l.frame(i, frame)
		}
	}
	if len(a.Frames) != len(l.last.Frames) {
		l.to.Info("frames", "count", len(a.Frames))
	}
	l.last = a
}

// phases are the words for the phases of a source.
var phases = map[datalayer.Phase]string{
	datalayer.Starting: "starting", datalayer.ChoosingBrowser: "choosing a browser", datalayer.ChoosingTab: "choosing a tab",
	datalayer.Live: "live", datalayer.Lost: "lost", datalayer.Over: "over",
}

func (l *Log) frame(i int, f datalayer.Frame) {
	var layers []string
	for _, layer := range f.Layers {
		text := fmt.Sprintf("%s:%s", layer.Name, layer.Hook)
		if layer.Displaced > 0 {
			text += fmt.Sprintf(" displaced %d times", layer.Displaced)
		}
		if layer.Rested > 0 {
			text += fmt.Sprintf(" stepped aside %d times", layer.Rested)
		}
		layers = append(layers, text)
	}
	args := []any{"number", i, "tab", f.Target, "depth", f.Depth, "hooked", f.Hooked, "layers", layers}
	if f.Worker != "" {
		args = append(args, "worker", f.Worker)
	}
	if f.Remark != "" {
		args = append(args, "remark", l.text(f.Remark))
	}
	if !f.Silent.IsZero() {
		args = append(args, "silentSince", f.Silent)
	}
	l.to.Info("frame", l.with(args, "url", f.URL)...)
}

// entries writes the number of entries, and details of those about missed or truncated
// data.
func (l *Log) entries(entries []datalayer.Entry) {
	messages, hits, others := 0, 0, 0
	for _, e := range entries {
		switch e := e.(type) {
		case *datalayer.Push:
			messages++
			l.push(e)
		case *datalayer.Hit:
			hits++
			if l.data {
				l.to.Info("hit", "at", e.T, "vendor", e.Vendor, "url", e.URL)
			}
		case *datalayer.Page:
			l.to.Info("page", l.with([]any{"at", e.T, "page", e.ID, "tab", e.Target, "frame", e.Frame, "cause", e.Cause, "worker", e.Worker}, "url", e.URL)...)
		case *datalayer.Gap:
			l.to.Warn("gap", "at", e.T, "until", e.Until, "lost", e.Lost, "why", l.text(e.Why))
		default:
			others++
		}
	}
	if len(entries) > 0 {
		l.to.Info("captured", "messages", messages, "hits", hits, "others", others)
	}
}

func (l *Log) push(e *datalayer.Push) {
	args := []any{"at", e.T, "page", e.Page, "layer", e.Layer, "bytes", len(e.Message)}
	switch {
	case l.data:
		l.to.Info("message", append(args, "message", string(e.Message))...)
	case bytes.Contains(e.Message, []byte(`"truncated"`)):
		l.to.Warn("message too large to keep in full", args...)
	}
}

// with adds page data to args if Options.Data is set.
func (l *Log) with(args []any, name, value string) []any {
	if l.data {
		return append(args, name, value)
	}
	return args
}

// addresses matches URLs in a text. What follows the scheme may be personal or secret.
var addresses = regexp.MustCompile(`\b([a-z][a-z0-9+.-]*)://[^\s"']+`)

// text returns a sentence of the program without URLs, unless Options.Data is set.
func (l *Log) text(s string) string {
	if l.data {
		return s
	}
	return addresses.ReplaceAllString(s, "$1://…")
}
