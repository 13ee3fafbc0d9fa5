package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"layertap/cli/files"
	"layertap/cli/garbage"
	"layertap/crash"
	"layertap/datalayer"
	"layertap/recording"
	"layertap/session"
)

// recorded is a recording that the user named.
type recorded struct {
	*recording.Reader
	ahead   *recording.Ahead
	remarks recording.Remarks // marks and notes next to it; the zero value if it can't have any
}

// openRecording opens a recording that is looked at while it is read.
func openRecording(ctx context.Context, name string, follow bool) (recorded, error) {
	return opened(ctx, name, func() (*recording.Reader, error) { return recording.Open(name, follow) })
}

// openWhole opens a recording that is looked at when it was read.
func openWhole(ctx context.Context, name string) (recorded, error) {
	garbage.Adjust()
	return opened(ctx, name, func() (*recording.Reader, error) { return recording.OpenWhole(ctx, name) })
}

func opened(ctx context.Context, name string, open func() (*recording.Reader, error)) (recorded, error) {
	if err := files.Finite(name); err != nil && name != "-" {
		return recorded{}, fmt.Errorf("opening %s: %w", name, err)
	}
	reader, err := await(ctx, open)
	switch {
	case ctx.Err() != nil && name == "-":
		err = errors.New("reading -: interrupted")
	case ctx.Err() != nil:
		err = fmt.Errorf("opening %s: interrupted", name)
	}
	r := recorded{Reader: reader, ahead: recording.NewAhead(reader)}
	if err == nil && name != "-" {
		r.remarks = recording.RemarksOn(name, reader.Header)
	}
	return r, err
}

// Next returns the next entries and, after the last ones, the marks and notes next to
// the recording. It returns when ctx ends.
func (r recorded) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := r.ahead.Next(ctx)
	if !errors.Is(err, io.EOF) || r.remarks == (recording.Remarks{}) {
		return batch, err
	}
	made, trouble := r.remarks.Read()
	batch.Entries = append(batch.Entries, made...)
	if trouble != nil && batch.Attachment != nil {
		batch.Attachment.Detail = strings.TrimSpace(batch.Attachment.Detail + " " + trouble.Error())
	}
	return batch, err
}

// remark adds a mark or a note to the session of a recording, and writes it next to the
// recording.
func (r recorded) remark(s *session.Session, e datalayer.Entry) error {
	switch {
	case r.remarks == (recording.Remarks{}):
		return errors.New("marks and notes need a file to be kept beside; this was read from standard input")
	case s.Snapshot().Attachment.Phase != datalayer.Over:
		return errors.New("the recording is still being read: mark it when it is complete")
	}
	if err := r.remarks.Add(e); err != nil {
		return err
	}
	s.Add(e)
	return nil
}

func (r recorded) mark(s *session.Session) func(int, string) error {
	return func(on int, mark string) error { return r.remark(s, &datalayer.Mark{On: on, Mark: mark}) }
}

func (r recorded) note(s *session.Session) func(int, string) error {
	return func(on int, text string) error { return r.remark(s, &datalayer.Note{On: on, Text: text}) }
}

// await calls do, which may block indefinitely, as reading from standard input can. If
// ctx ends first, await returns and do keeps running.
func await[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		r.err = crash.Guard(func() (err error) {
			r.value, err = do()
			return err
		})
		done <- r
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
