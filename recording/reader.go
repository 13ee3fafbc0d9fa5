package recording

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"layertap/datalayer"
)

// batchSize is the maximum number of lines in a batch.
const batchSize = 512

// longestLine is the maximum size of a line. Containers, the largest entries, have a
// few megabytes.
const longestLine = 64 << 20

var errTooLong = fmt.Errorf("it is larger than %d MB", longestLine>>20)

// pollEvery is how often a file that is still being written is read again.
const pollEvery = 100 * time.Millisecond

// Reader reads a session file. It implements a session's source.
type Reader struct {
	// Header is the file's first line.
	Header datalayer.Header

	name    string
	in      *bufio.Reader
	close   func() error
	file    *os.File                               // nil if it reads something else
	again   func(context.Context) (*Reader, error) // nil if it can't be read again
	follow  bool
	growing bool // more may be written until the session is closed
	read    progress
	decoder *decoder
	line    int      // the number of the line that was read last
	offsets []offset // in the order of lines
	last    int      // the sequence number that was read last
	partial []byte   // the incomplete line at the end
	excess  int      // the number of bytes of it that were discarded
	bad     *badLine
	damage  Damage
	offset  int64 // of the next line
	// lastContainer is the offset of the last container's line; -1 if that isn't known.
	lastContainer int64
	reported      bool
	percent       int // that was reported last
}

// Damage is what a reader couldn't read of a file, and how the file ends.
type Damage struct {
	// Skipped are the first hundred lines that couldn't be read; SkippedLines is their
	// number.
	Skipped      []SkippedLine
	SkippedLines int
	// Garbled are the first hundred lines with invalid UTF-8, which is read as U+FFFD;
	// GarbledLines is their number.
	Garbled      []int
	GarbledLines int
	// Missing is the number of lines that are missing according to the sequence
	// numbers.
	Missing int
	// TornBytes is the length of an incomplete last line.
	TornBytes int
	// Ended reports whether the session was closed properly.
	Ended bool
}

// SkippedLine is a line that couldn't be read.
type SkippedLine struct {
	Number int // from 1
	Err    error
}

// largestWindow bounds the memory for decompressing Zstandard. zstd --long and its
// highest level need this much.
const largestWindow = 128 << 20

// Open opens the session file at path; "-" is standard input. Files compressed with
// gzip or Zstandard are decompressed. If follow is set, the reader waits at the end for
// more, until the session is closed. No batch is complete.
func Open(path string, follow bool) (*Reader, error) {
	file, err := os.Stdin, error(nil)
	if path != "-" {
		file, err = os.Open(path)
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, cause(err))
	}
	read := &counting{in: file}
	in, end, err := unpacked(bufio.NewReaderSize(read, blockFor(file)))
	if err != nil {
		return nil, fmt.Errorf("unpacking %s: %w", path, errors.Join(err, file.Close()))
	}
	r, err := NewReader(in, path)
	if err != nil {
		return nil, errors.Join(err, end(), file.Close())
	}
	r.close = func() error { return errors.Join(end(), file.Close()) }
	r.file, r.follow, r.growing = file, follow, follow || path == "-"
	if !r.growing {
		r.read = progressOf(read, file)
	}
	return r, nil
}

// blockFor returns how much of a file is read at once: small for a small one, because there
// may be many.
func blockFor(file *os.File) int {
	const smallest = 4 << 10
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		return int(min(max(info.Size(), smallest), blockSize))
	}
	return blockSize
}

// unpacked decompresses gzip (RFC 1952) or Zstandard (RFC 8878), recognized by the
// first bytes, and returns anything else unchanged. end is called after reading.
func unpacked(in *bufio.Reader) (out io.Reader, end func() error, err error) {
	begin, _ := in.Peek(4) // reading returns the error again
	switch {
	case bytes.HasPrefix(begin, []byte("\x1f\x8b")):
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, err
		}
		return unzipped, unzipped.Close, nil
	case bytes.HasPrefix(begin, []byte("\x28\xb5\x2f\xfd")):
		d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(largestWindow))
		if err != nil {
			return nil, nil, err
		}
		decompressed := d.IOReadCloser()
		return decompressed, decompressed.Close, nil
	}
	return in, func() error { return nil }, nil
}

// NewReader returns a reader of a session's lines from in. name is used in errors.
func NewReader(in io.Reader, name string) (*Reader, error) {
	buffered, ok := in.(*bufio.Reader)
	if !ok {
		buffered = bufio.NewReaderSize(in, blockSize)
	}
	r := &Reader{lastContainer: -1, name: name, in: buffered, decoder: newDecoder(), close: func() error { return nil }}
	if err := r.readHeader(); err != nil {
		return nil, fmt.Errorf("opening %s: %w", name, cause(err))
	}
	return r, nil
}

func (r *Reader) readHeader() error {
	text, err := r.readLine(context.Background(), true)
	switch {
	case err == nil:
		r.Header, err = decodeHeader(text)
	case errors.Is(err, io.EOF) && len(r.partial) == 0:
		err = errors.New("the file is empty")
	case errors.Is(err, io.EOF):
		r.Header, err = decodeHeader(r.partial)
		r.partial, r.excess = nil, 0
	case errors.Is(err, errTooLong):
		err = fmt.Errorf("not a session file: its first line is longer than %d MB", longestLine>>20)
	}
	return err
}

// Close closes the file.
func (r *Reader) Close() error { return r.close() }

// Line returns the line number, from 1, of the entry with a sequence number.
func (r *Reader) Line(seq int) int {
	after := sort.Search(len(r.offsets), func(i int) bool { return r.offsets[i].seq > seq })
	if after == 0 {
		return seq + 1
	}
	return seq + r.offsets[after-1].lines
}

// offset is the difference between line numbers and sequence numbers, from a sequence
// number on.
type offset struct{ seq, lines int }

func (r *Reader) locate(seq int) {
	if r.Line(seq) != r.line {
		r.offsets = append(r.offsets, offset{seq, r.line - seq})
	}
}

// Damage returns what couldn't be read so far.
func (r *Reader) Damage() Damage { return r.damage }

// Next returns the entries of the next lines; io.EOF after the last.
func (r *Reader) Next(ctx context.Context) (datalayer.Batch, error) {
	batch, err := r.next(ctx)
	batch.Complete = r.lastContainer >= 0 && r.offset > r.lastContainer
	if err == nil {
		batch.Attachment = r.attachment()
	}
	return batch, err
}

// attachment returns the state while the file is read; nil if it hasn't changed.
func (r *Reader) attachment() *datalayer.Attachment {
	percent := r.read.percent()
	if r.reported && percent == r.percent {
		return nil
	}
	r.reported, r.percent = true, percent
	return &datalayer.Attachment{Phase: datalayer.Live, Detail: "reading " + r.name, Browser: r.Header.Browser, Percent: percent}
}

func (r *Reader) next(ctx context.Context) (datalayer.Batch, error) {
	var batch datalayer.Batch
	for len(batch.Entries) < batchSize && !r.closed() {
		// Entries that have been read are returned before waiting for more.
		shown := len(batch.Entries) == 0
		if r.growing && !shown && r.in.Buffered() == 0 {
			return batch, nil
		}
		text, err := r.readLine(ctx, shown)
		switch {
		case errors.Is(err, errNotYet):
			return batch, nil
		case errors.Is(err, errTooLong):
			r.skipWhole(err)
			continue
		case err != nil:
			return r.over(batch, err)
		}
		if e := r.decode(text); e != nil {
			batch.Entries = append(batch.Entries, e)
		}
	}
	if r.closed() {
		return r.over(batch, io.EOF)
	}
	return batch, nil
}

// closed reports whether reading has ended although the file could grow.
func (r *Reader) closed() bool { return r.growing && r.damage.Ended }

// over returns the last batch.
func (r *Reader) over(batch datalayer.Batch, err error) (datalayer.Batch, error) {
	over := &datalayer.Attachment{Phase: datalayer.Over, Browser: r.Header.Browser}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		r.addTorn()
		over.Detail, err = r.damage.String(), io.EOF
	} else if !errors.Is(err, context.Canceled) {
		err = fmt.Errorf("reading %s: %w", r.name, cause(err))
		over.Detail = err.Error()
	}
	batch.Attachment = over
	return batch, err
}

// String describes what is wrong with the file in a sentence; empty if it is complete.
func (d Damage) String() string {
	var parts []string
	count := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	if d.SkippedLines > 0 {
		numbers := make([]int, len(d.Skipped))
		for i, line := range d.Skipped {
			numbers[i] = line.Number
		}
		parts = append(parts, namedLines(numbers, d.SkippedLines)+" could not be read")
	}
	if d.GarbledLines > 0 {
		has := " have"
		if d.GarbledLines == 1 {
			has = " has"
		}
		parts = append(parts, namedLines(d.Garbled, d.GarbledLines)+has+" bytes that aren't UTF-8, shown as \uFFFD")
	}
	count(d.Missing, "line is missing", "lines are missing")
	count(d.TornBytes, "byte of an incomplete last line was left out", "bytes of an incomplete last line were left out")
	if !d.Ended {
		parts = append(parts, "the recording was not closed: the program that wrote it was stopped")
	}
	return strings.Join(parts, "; ")
}

// maxNamedLines bounds the line numbers in a sentence.
const maxNamedLines = 5

// namedLines names the first of some lines, and counts the others.
func namedLines(first []int, all int) string {
	if all == 1 && len(first) == 1 {
		return fmt.Sprintf("line %d", first[0])
	}
	var names []string
	for _, number := range first[:min(len(first), maxNamedLines)] {
		names = append(names, strconv.Itoa(number))
	}
	switch more := all - len(names); more {
	case 0:
	case 1:
		names = append(names, "1 other")
	default:
		names = append(names, fmt.Sprintf("%d others", more))
	}
	last := len(names) - 1
	return fmt.Sprintf("lines %s and %s", strings.Join(names[:last], ", "), names[last])
}

// badLine is a line that isn't JSON. If it turns out to be the last one it is
// incomplete, otherwise it is skipped.
type badLine struct {
	SkippedLine
	bytes int
}

// decode returns nil for a line that isn't an entry, or whose type isn't supported.
func (r *Reader) decode(text []byte) datalayer.Entry {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil
	}
	r.skipBad()
	garbled := !utf8.Valid(text)
	if garbled {
		text = bytes.ToValidUTF8(text, []byte("\uFFFD"))
	}
	entry, seq, err := r.decoder.entry(text)
	switch {
	case err != nil:
		r.last++ // it was a line of its own, so none is missing
	case seq <= r.last:
		err = fmt.Errorf("its sequence number is %d after %d", seq, r.last)
	default:
		if garbled {
			r.addGarbled()
		}
		r.damage.Missing += seq - r.last - 1
		r.last = seq
		r.locate(seq)
	}
	if err != nil {
		r.bad = &badLine{SkippedLine{Number: r.line, Err: err}, len(text) + 1}
		if jsontext.Value(text).IsValid(asWritten) {
			r.skipBad() // the previous line is complete
		}
		return nil
	}
	switch e := entry.(type) {
	case *datalayer.Action:
		r.decoder.actions[seq] = e
	case *datalayer.Push:
		if e.NotLanded {
			r.decoder.notLanded[seq] = e
		}
	case *datalayer.End:
		r.damage.Ended = true
	}
	return entry
}

// maxListed bounds the lines that are listed of a kind of damage.
const maxListed = 100

// addGarbled notes that the line has bytes that aren't UTF-8.
func (r *Reader) addGarbled() {
	r.damage.GarbledLines++
	if len(r.damage.Garbled) < maxListed {
		r.damage.Garbled = append(r.damage.Garbled, r.line)
	}
}

func (r *Reader) skipBad() {
	if r.bad == nil {
		return
	}
	r.damage.SkippedLines++
	if len(r.damage.Skipped) < maxListed {
		r.damage.Skipped = append(r.damage.Skipped, r.bad.SkippedLine)
	}
	r.bad = nil
}

// skipWhole skips a line that can't be read but is complete.
func (r *Reader) skipWhole(err error) {
	r.skipBad()
	r.last++ // as in decode
	r.bad = &badLine{SkippedLine: SkippedLine{r.line, err}}
	r.skipBad()
}

// addTorn records an incomplete line at the end of the file.
func (r *Reader) addTorn() {
	if len(r.partial) > 0 {
		r.skipBad()
	}
	r.damage.TornBytes = len(r.partial) + r.excess
	if r.bad != nil {
		r.damage.TornBytes = r.bad.bytes
	}
	r.partial, r.excess, r.bad = nil, 0, nil
}

// errNotYet means that the next line isn't written yet.
var errNotYet = errors.New("it is not written yet")

// readLine returns the next complete line without its newline, or errTooLong. At the
// end of the file, an incomplete line is kept in partial; if the file is followed,
// readLine waits for the rest or, if waiting is false, returns errNotYet.
func (r *Reader) readLine(ctx context.Context, waiting bool) ([]byte, error) {
	for {
		part, err := r.in.ReadSlice('\n')
		r.offset += int64(len(part))
		if r.excess == 0 && len(r.partial)+len(part) <= longestLine {
			r.partial = append(r.partial, part...)
		} else {
			r.excess += len(part)
		}
		switch {
		case err == nil:
			r.line++
			text, excess := r.partial, r.excess
			r.partial, r.excess = nil, 0
			if excess > 0 {
				return nil, errTooLong
			}
			return text[:len(text)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && r.follow && !waiting:
			return nil, errNotYet
		case errors.Is(err, io.EOF) && r.follow:
			if err := wait(ctx, pollEvery); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
