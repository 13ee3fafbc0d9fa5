// Package recording reads and writes session files: one JSON object a line, the
// header first, and then every entry in the order in which it was seen.
//
// The format is documented in docs/session-format.md. Nothing that can be worked
// out again is in it.
package recording

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"layertap/datalayer"
)

// Format is the version of the file format that this package writes, and the
// highest that it reads.
const Format = 1

// syncEvery is how long what was written may wait for the disk. The death of this
// program costs nothing in that time, only that of the machine does.
const syncEvery = time.Second

// Writer writes a session file. It is a session's sink.
type Writer struct {
	*encoder
	name  string
	out   io.Writer
	file  *file  // nil where out is not a file of our own
	under string // what the file is called until it replaces another; empty if it doesn't
	holds bool   // an entry
}

// Create makes the file at path, for its owner only. It never touches a file that
// is there already.
func Create(path string) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil, fmt.Errorf("recording to %s: the file exists; choose another name, or overwrite it with --force", path)
	case err != nil:
		return nil, fmt.Errorf("recording to %s: %w", path, cause(err))
	}
	out := &file{File: f}
	return &Writer{encoder: newEncoder(), name: path, out: out, file: out}, nil
}

// Replace makes a file that takes the place of the one at path when the recording
// begins. Until then that one is left as it is.
func Replace(path string) (*Writer, error) {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Create(path)
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it isn't a regular file")
	}
	if err != nil {
		return nil, fmt.Errorf("recording to %s: %w", path, cause(err))
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // of the owner's only
	if err != nil {
		return nil, fmt.Errorf("recording to %s: %w", path, cause(err))
	}
	out := &file{File: f}
	return &Writer{encoder: newEncoder(), name: path, out: out, file: out, under: f.Name()}, nil
}

// Gone reports whether the file was deleted, emptied or replaced by another while it
// was being written.
func (w *Writer) Gone() bool {
	if w.file == nil || w.under != "" {
		return false
	}
	there, err := os.Stat(w.name)
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	own, err := w.file.Stat()
	return err == nil && (!os.SameFile(own, there) || own.Size() < w.file.size)
}

// NewWriter writes a session's lines to out, which it does not close. Its name is
// for messages to the user.
func NewWriter(out io.Writer, name string) *Writer {
	return &Writer{encoder: newEncoder(), name: name, out: out}
}

// Name is the path of the file.
func (w *Writer) Name() string { return w.name }

// Begin writes the header.
func (w *Writer) Begin(h datalayer.Header) error {
	if err := w.header(h); err != nil {
		return fmt.Errorf("recording to %s: %w", w.name, err)
	}
	if w.under != "" {
		if err := os.Rename(w.under, w.name); err != nil {
			return fmt.Errorf("recording to %s: %w", w.name, cause(err))
		}
		w.under = ""
	}
	return w.flush()
}

// Write writes the entries in a single call, so that no other line can come
// between them. When it fails, the file ends with the last line that was whole.
func (w *Writer) Write(entries []datalayer.Entry) error {
	for _, e := range entries {
		if err := w.entry(e); err != nil {
			return fmt.Errorf("recording to %s: %w", w.name, err)
		}
	}
	w.holds = w.holds || len(entries) > 0
	return w.flush()
}

// Close completes the file. One without an entry is removed, so that its name can
// be used for the next try.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	err := w.file.close()
	if err == nil && !w.holds {
		err = os.Remove(cmp.Or(w.under, w.name))
		if errors.Is(err, fs.ErrNotExist) { // somebody was faster
			err = nil
		}
	}
	if err != nil {
		return fmt.Errorf("closing %s: %w", w.name, cause(err))
	}
	return nil
}

func (w *Writer) flush() error {
	defer w.buffer.Reset()
	if _, err := w.out.Write(w.buffer.Bytes()); err != nil {
		return fmt.Errorf("recording to %s: %w; earlier messages are in the file", w.name, cause(err))
	}
	return nil
}

// cause strips the path from a file's error, where the message has it already.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// file is a file that ends with a whole write and is brought to the disk within
// [syncEvery].
type file struct {
	*os.File
	size int64

	mu    sync.Mutex
	timer *time.Timer // nil while there is nothing to bring to the disk
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	if err != nil {
		// Half a line would be skipped by readers; better there is none.
		return 0, errors.Join(err, f.Truncate(f.size))
	}
	f.size += int64(n)
	f.syncSoon()
	return n, nil
}

func (f *file) syncSoon() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.timer != nil {
		return
	}
	f.timer = time.AfterFunc(syncEvery, func() {
		f.mu.Lock()
		f.timer = nil
		f.mu.Unlock()
		_ = f.Sync() // a disk that is failing shows in the next write
	})
}

func (f *file) close() error {
	f.mu.Lock()
	if f.timer != nil {
		f.timer.Stop()
	}
	f.mu.Unlock()
	return errors.Join(f.Sync(), f.Close())
}
