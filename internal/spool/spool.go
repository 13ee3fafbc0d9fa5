// Package spool buffers text, compressed, that can only be used after later parts are known.
package spool

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/klauspost/compress/s2"
)

// blockSize is the number of bytes that are compressed at once.
const blockSize = 256 << 10

// Spool stores text compressed, because the rows of a report are similar. The zero value is
// empty.
type Spool struct {
	blocks [][]byte // each compressed
	last   []byte   // an incomplete block
	before int      // the length of the blocks, uncompressed
	places []place
}

// place is where text is inserted when the spool is written: before the text at an offset.
type place struct{ offset, key int }

// Write adds text. It never returns an error.
func (s *Spool) Write(text []byte) (int, error) {
	s.last = append(s.last, text...)
	if len(s.last) >= blockSize {
		s.compress()
		s.last = s.last[:0]
	}
	return len(text), nil
}

func (s *Spool) compress() {
	s.blocks = append(s.blocks, append([]byte{}, s2.Encode(nil, s.last)...))
	s.before += len(s.last)
}

// Pack compresses what wasn't yet, because little more will be written.
func (s *Spool) Pack() {
	if len(s.last) > 0 {
		s.compress()
		s.last = nil
	}
}

// Leave leaves a place for text that isn't known yet; [Spool.Fill] gets the key.
func (s *Spool) Leave(key int) { s.places = append(s.places, place{s.before + len(s.last), key}) }

// Empty reports whether no text was written.
func (s *Spool) Empty() bool { return len(s.blocks)+len(s.last) == 0 }

// WriteTo writes the text to w, from the beginning.
func (s *Spool) WriteTo(w io.Writer) (written int64, err error) {
	for text, err := range s.texts() {
		if err != nil {
			return written, err
		}
		n, err := w.Write(text)
		if written += int64(n); err != nil {
			return written, err
		}
	}
	return written, nil
}

// Fill writes the text to w, and calls fill at each place that was left to write what is
// there.
func (s *Spool) Fill(w io.Writer, fill func(key int) error) error {
	begin, places := 0, s.places
	for text, err := range s.texts() {
		if err != nil {
			return err
		}
		end := begin + len(text)
		for len(places) > 0 && places[0].offset <= end {
			next := places[0].offset - begin
			if _, err := w.Write(text[:next]); err != nil {
				return err
			}
			if err := fill(places[0].key); err != nil {
				return err
			}
			text, begin, places = text[next:], places[0].offset, places[1:]
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		begin = end
	}
	return nil
}

// Reader returns a reader of the text, which drops what was read. Nothing may be written
// from then on.
func (s *Spool) Reader() io.Reader { return &reader{rest: s} }

// Clone returns a copy, which shares the text with s. Nothing may be written to either from
// then on.
func (s *Spool) Clone() *Spool {
	return &Spool{blocks: slices.Clone(s.blocks), last: s.last, before: s.before, places: s.places}
}

type reader struct {
	rest   *Spool
	text   []byte // the part of buffer that wasn't read yet
	buffer []byte
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.text) == 0 {
		s := r.rest
		switch {
		case len(s.blocks) > 0:
			var err error
			if r.buffer, err = s2.Decode(r.buffer, s.blocks[0]); err != nil {
				return 0, fmt.Errorf("uncompressing: %w", err)
			}
			s.blocks[0] = nil
			r.text, s.blocks = r.buffer, s.blocks[1:]
		case len(s.last) > 0:
			r.text, s.last = s.last, nil
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

// texts yields the text in pieces. A piece is valid until the next.
func (s *Spool) texts() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var text []byte
		for _, block := range s.blocks {
			var err error
			if text, err = s2.Decode(text, block); err != nil {
				yield(nil, fmt.Errorf("uncompressing: %w", err))
				return
			}
			if !yield(text, nil) {
				return
			}
		}
		yield(s.last, nil)
	}
}
