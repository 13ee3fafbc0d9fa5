package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"layertap/datalayer"
	"layertap/internal/spool"
)

// OpenWhole is like [Open] for a recording that isn't followed, and of which it is known where
// its last container is: batches after that are complete. For this it reads a file twice. It
// reads standard input to the end, or to the line that ends the session, and keeps it
// compressed. It ends early if ctx does, unless it is waiting for standard input.
func OpenWhole(ctx context.Context, path string) (*Reader, error) {
	if path == "-" {
		return openInput(ctx, path, false)
	}
	r, err := Open(path, false)
	if err != nil {
		return nil, err
	}
	if r.lastContainer, err = lastContainer(ctx, r.file); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Join(err, r.Close()))
	}
	return r, nil
}

// OpenTwice is like [OpenWhole] for a recording that is also read with [Reader.Again]: what
// was read of standard input is kept for it.
func OpenTwice(ctx context.Context, path string) (*Reader, error) {
	if path == "-" {
		return openInput(ctx, path, true)
	}
	r, err := OpenWhole(ctx, path)
	if err == nil {
		r.again = func(ctx context.Context) (*Reader, error) { return OpenWhole(ctx, path) }
	}
	return r, err
}

// Again returns a reader of the same recording from its beginning, once. The recording was
// opened with [OpenTwice] and read to its end.
func (r *Reader) Again(ctx context.Context) (*Reader, error) { return r.again(ctx) }

func openInput(ctx context.Context, path string, twice bool) (*Reader, error) {
	in, end, err := unpacked(bufio.NewReaderSize(os.Stdin, blockSize))
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	var kept spool.Spool
	last, err := findLast(io.TeeReader(untilDone{ctx, &untilEnd{in: in}}, &kept), blockSize)
	text := kept.Reader()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("reading %s: %w", path, errors.Join(ctx.Err(), end()))
	case err != nil:
		text, last = io.MultiReader(text, in), -1 // which returns the error again
	}
	var again *spool.Spool
	if twice {
		again = kept.Clone()
	}
	r, err := NewReader(text, path)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	r.close, r.growing, r.lastContainer = end, true, last
	r.again = func(context.Context) (*Reader, error) {
		r, err := NewReader(again.Reader(), path)
		if err == nil {
			r.growing, r.lastContainer = true, last
		}
		return r, err
	}
	return r, nil
}

// untilEnd reads up to the line that ends a session, as layertap writes it: the program that
// writes it may keep running.
type untilEnd struct {
	in   io.Reader
	line []byte // as much as was read of it, and as an end may have
	over bool
}

// anEnd is what the line that ends a session begins with, and longestEnd its maximum length.
var anEnd = []byte(`{"type":"end"`)

const longestEnd = 1 << 10

func (u *untilEnd) Read(p []byte) (int, error) {
	if u.over {
		return 0, io.EOF
	}
	n, err := u.in.Read(p)
	for text := p[:n]; !u.over; {
		part, rest, complete := bytes.Cut(text, []byte("\n"))
		u.line = append(u.line, part[:min(len(part), longestEnd-len(u.line))]...)
		if !complete {
			break
		}
		u.over = isEnd(u.line)
		u.line, text = u.line[:0], rest
	}
	return n, err
}

// isEnd reports whether a line ends a session.
func isEnd(line []byte) bool {
	if !bytes.HasPrefix(line, anEnd) {
		return false
	}
	e, _, err := newDecoder().entry(line)
	_, ok := e.(*datalayer.End)
	return ok && err == nil
}
