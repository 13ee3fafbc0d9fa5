// Package spool buffers text that can only be written after later parts are known.
package spool

import (
	"fmt"
	"io"

	"github.com/klauspost/compress/s2"
)

// blockSize is the number of bytes that are compressed at once.
const blockSize = 256 << 10

// Spool stores text compressed, because the rows of a report are similar. The zero value is
// empty.
type Spool struct {
	blocks [][]byte // each compressed
	last   []byte   // an incomplete block
}

// Write adds text. It never returns an error.
func (s *Spool) Write(text []byte) (int, error) {
	s.last = append(s.last, text...)
	if len(s.last) >= blockSize {
		s.blocks = append(s.blocks, append([]byte{}, s2.Encode(nil, s.last)...))
		s.last = s.last[:0]
	}
	return len(text), nil
}

// Empty reports whether no text was written.
func (s *Spool) Empty() bool { return len(s.blocks)+len(s.last) == 0 }

// WriteTo writes the text to w, from the beginning.
func (s *Spool) WriteTo(w io.Writer) (written int64, err error) {
	var text []byte
	for i := range len(s.blocks) + 1 {
		if i < len(s.blocks) {
			if text, err = s2.Decode(text, s.blocks[i]); err != nil {
				return written, fmt.Errorf("uncompressing: %w", err)
			}
		} else {
			text = s.last
		}
		n, err := w.Write(text)
		if written += int64(n); err != nil {
			return written, err
		}
	}
	return written, nil
}
