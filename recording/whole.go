package recording

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"layertap/datalayer"
	"layertap/internal/spool"
)

// OpenWhole is like [Open] for a recording that isn't followed. It first reads standard input
// to the end, or to the line that ends the session, and keeps it compressed: so it is known
// whether a container comes later, as for a file.
func OpenWhole(path string) (*Reader, error) {
	if path != "-" {
		return Open(path, false)
	}
	in, end, err := unpacked(bufio.NewReaderSize(os.Stdin, blockSize))
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, err)
	}
	var kept spool.Spool
	text, last, err := kept.Reader(), int64(0), error(nil)
	if last, err = findLast(io.TeeReader(&untilEnd{in: in}, &kept), blockSize); err != nil {
		text, last = io.MultiReader(text, in), -1 // which returns the error again
	}
	r, err := NewReader(text, path)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	r.close, r.growing, r.lastContainer = end, true, last
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
