package recording

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
)

// plain is a file that isn't compressed.
type plain struct{ *bufio.Reader }

// Close does nothing: the file is closed by who opened it.
func (plain) Close() error { return nil }

// aContainer is in the line of each container, and in few others.
var aContainer = []byte(`"container"`)

// lastContainer returns an offset behind which a file has no line of a container, as tools
// write them; -1 if that isn't known, because it isn't a regular file or can't be read. It
// doesn't move the place at which the file is read.
func lastContainer(file *os.File) int64 {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	last, begin := int64(0), int64(0)
	block := make([]byte, 1<<20)
	for {
		n, err := file.ReadAt(block, begin)
		text := block[:n]
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
		case errors.Is(err, io.EOF):
			return last
		case err != nil:
			return -1
		}
		begin += int64(n - blockOverlap) // a match may be at the end
	}
}

// blockOverlap is the space that the type of a line may take.
const blockOverlap = 256

// isType reports whether what comes after text is the value of the key "type", or may be.
func isType(text []byte) bool {
	const space = " \t\r\n"
	before, colon := bytes.CutSuffix(bytes.TrimRight(text, space), []byte(":"))
	before = bytes.TrimRight(before, space)
	return colon && (len(before) == 0 || bytes.HasSuffix(before, []byte(`"type"`)))
}
