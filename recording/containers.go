package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// aContainer is in the line of each container, and in few others.
var aContainer = []byte(`"container"`)

// lastContainer returns an offset in the unpacked file behind which it has no line of a
// container, as tools write them; -1 if that isn't known, because it isn't a regular file or
// can't be read. It doesn't move the place at which the file is read. The only error is that
// of ctx.
func lastContainer(ctx context.Context, file *os.File) (int64, error) {
	size := blockFor(file)
	in, end := fromStart(file, size)
	if in == nil {
		return -1, nil
	}
	last, err := findLast(untilDone{ctx, in}, size)
	if errors.Join(err, end()) != nil {
		return -1, ctx.Err()
	}
	return last, nil
}

// fromStart returns a reader of the unpacked file that doesn't move the place at which the
// file is read, and what ends it; nil if it isn't a regular file or can't be unpacked.
func fromStart(file *os.File, size int) (io.Reader, func() error) {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	in, end, err := unpacked(bufio.NewReaderSize(io.NewSectionReader(file, 0, info.Size()), size))
	if err != nil {
		return nil, nil
	}
	return in, end
}

// untilDone reads until ctx ends.
type untilDone struct {
	ctx context.Context
	in  io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.in.Read(p)
}

// findLast returns an offset behind which there is no line of a container. It reads size
// bytes at once.
func findLast(in io.Reader, size int) (last int64, err error) {
	block := make([]byte, size)
	begin, kept := int64(0), 0 // the offset of the block, and how much of it was in the one before
	for {
		n, err := io.ReadFull(in, block[kept:])
		text := block[:kept+n]
		for from := 0; ; {
			at := bytes.Index(text[from:], aContainer)
			if at < 0 {
				break
			}
			if at += from; isType(text[:at]) {
				last = begin + int64(at)
			}
			from = at + len(aContainer)
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return last, nil
		case err != nil:
			return 0, err
		}
		kept = copy(block, text[len(text)-blockOverlap:]) // a match may be at the end
		begin += int64(len(text) - kept)
	}
}

// blockSize is how much of a file is read at once, and blockOverlap the space that the type
// of a line may take.
const (
	blockSize    = 1 << 16
	blockOverlap = 256
)

// isType reports whether what comes after text is the value of the key "type", or may be.
func isType(text []byte) bool {
	const space = " \t\r\n"
	before, colon := bytes.CutSuffix(bytes.TrimRight(text, space), []byte(":"))
	before = bytes.TrimRight(before, space)
	return colon && (len(before) == 0 || bytes.HasSuffix(before, []byte(`"type"`)))
}
