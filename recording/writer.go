// Package recording reads and writes session files: one JSON object per line, first the
// header and then the entries in the order in which they were captured.
//
// The format is documented in docs/session-format.md. It doesn't contain results that
// can be computed again.
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

// Format is the version of the file format that this package writes, and the highest
// that it can read.
const Format = 1

// syncEvery is how long written data may wait to be synced to disk. It can only be lost
// if the machine crashes, not if this program does.
const syncEvery = time.Second

// Writer writes a session file. It implements a session's sink.
type Writer struct {
	*encoder
	name  string
	out   io.Writer
	file  *file  // nil if out isn't a file created here
	under string // the temporary name until the file replaces another; empty if it doesn't
	holds bool   // an entry was written
}

// Create creates the file at path, readable by its owner only. It doesn't overwrite an
// existing file.
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

// Replace returns a writer to a new file that replaces the one at path when the
// recording begins. Until then, that one is unchanged.
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
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*") // readable by the owner only
	if err != nil {
		return nil, fmt.Errorf("recording to %s: %w", path, cause(err))
	}
	out := &file{File: f}
	return &Writer{encoder: newEncoder(), name: path, out: out, file: out, under: f.Name()}, nil
}

// Gone reports whether the file was deleted, truncated or replaced while it was being
// written.
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

// NewWriter returns a writer of a session's lines to out, which it doesn't close. name
// is used in errors.
func NewWriter(out io.Writer, name string) *Writer {
	return &Writer{encoder: newEncoder(), name: name, out: out}
}

// Name returns the path of the file.
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

// Write writes the entries in a single call, so that no other line can be written
// between them. If it fails, the file ends with the last complete line.
func (w *Writer) Write(entries []datalayer.Entry) error {
	for _, e := range entries {
		if err := w.entry(e); err != nil {
			return fmt.Errorf("recording to %s: %w", w.name, err)
		}
	}
	w.holds = w.holds || len(entries) > 0
	return w.flush()
}

// Close completes the file. A file without entries is removed, so that its name can be
// used again.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	err := w.file.close()
	if err == nil && !w.holds {
		err = os.Remove(cmp.Or(w.under, w.name))
		if errors.Is(err, fs.ErrNotExist) { // already removed
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

// cause removes the path from a file's error if the message already contains it.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// file is a file that ends with a complete write, and is synced to disk within
// [syncEvery].
type file struct {
	*os.File
	size int64

	mu    sync.Mutex
	timer *time.Timer // nil if everything is synced
}

func (f *file) Write(p []byte) (int, error) {
	n, err := f.File.Write(p)
	if err != nil {
		// Readers would skip an incomplete line, so remove it.
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
		_ = f.Sync() // if the disk is failing, the next write returns an error
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
