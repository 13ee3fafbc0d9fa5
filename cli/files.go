package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"layertap/crash"
	"layertap/datalayer"
	"layertap/recording"
	"layertap/session"
)

// recorded is a recording that the user named.
type recorded struct {
	*recording.Reader
	ahead   *recording.Ahead
	remarks recording.Remarks // beside it; the zero Remarks where there can't be any
}

func openRecording(ctx context.Context, name string, follow bool) (recorded, error) {
	if err := finite(name); err != nil && name != "-" {
		return recorded{}, fmt.Errorf("opening %s: %w", name, err)
	}
	reader, err := await(ctx, func() (*recording.Reader, error) { return recording.Open(name, follow) })
	if ctx.Err() != nil {
		err = fmt.Errorf("opening %s: interrupted", name)
	}
	r := recorded{Reader: reader, ahead: recording.NewAhead(reader)}
	if err == nil && name != "-" {
		r.remarks = recording.RemarksOn(name, reader.Header)
	}
	return r, err
}

// Next returns the next entries, and after the last ones the marks and notes beside the
// recording. It does not outlast ctx.
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

// remark has a session of the recording keep a mark or a note, and writes it beside the
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

// await does what may take for ever, as to read from standard input may. Where ctx
// ends first it is left behind.
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

// maxFile bounds what is read of a plan, a container or the settings.
const maxFile = 64 << 20

// readFile is os.ReadFile for files only, and not the largest ones. Its error does not
// repeat the name.
func readFile(name string) ([]byte, error) {
	if err := finite(name); err != nil {
		return nil, err
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, pathCause(err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if len(data) > maxFile {
		return nil, fmt.Errorf("it is larger than %d MB", maxFile>>20)
	}
	return data, pathCause(err)
}

// fromShell reports whether a pipe is one that a shell made, for <(…) or >(…). It has
// somebody at its other end, as standard input and output have.
func fromShell(name string) bool {
	return strings.HasPrefix(name, "/dev/") || strings.HasPrefix(name, "/proc/")
}

// finite refuses what isn't a regular file and might never end.
func finite(name string) error {
	info, err := os.Stat(name)
	if err != nil {
		return pathCause(err)
	}
	switch kind := info.Mode().Type(); {
	case kind == 0, kind == fs.ModeNamedPipe && fromShell(name):
		return nil
	case kind == fs.ModeDir:
		return errors.New("it is a directory; name a file in it")
	case kind == fs.ModeNamedPipe:
		return errors.New("it is a named pipe; save its output to a file and name that file")
	default:
		return errors.New("it is a device or a socket; name a file")
	}
}

// pathCause is an error about a file without the file's name.
func pathCause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
