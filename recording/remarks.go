package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"layertap/datalayer"
)

// Remarks are the marks and notes added after a recording was complete. They are stored
// next to it, in a file with the additional ending ".remarks": a header with the
// recording's ID, and lines in the format of recordings.
type Remarks struct {
	path, id string
}

// maxRemarks is the maximum size of a remarks file that is read, in bytes.
const maxRemarks = 16 << 20

// RemarksOn returns the remarks on the recording at path, whose header is h.
func RemarksOn(path string, h datalayer.Header) Remarks { return Remarks{path + ".remarks", h.ID} }

type remarksHeader struct {
	Type    string `json:"type"`
	Format  int    `json:"format"`
	Session string `json:"session"`
}

type remarkLine struct {
	Type string  `json:"type"`
	On   int     `json:"on"`
	Mark *string `json:"mark,omitempty"`
	Text *string `json:"text,omitempty"`
}

// Read returns the marks and notes, oldest first; none if there is no file. Lines that
// can't be read and remarks on a different recording are left out.
func (r Remarks) Read() ([]datalayer.Entry, error) {
	if info, err := os.Stat(r.path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("reading %s: it isn't a regular file", r.path)
	}
	file, err := os.Open(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the marks and notes: %w", err)
	}
	defer file.Close()
	lines := bufio.NewScanner(io.LimitReader(file, maxRemarks))
	lines.Buffer(nil, 1<<20) // a note is a line of text
	if !lines.Scan() {
		return nil, lines.Err()
	}
	var h remarksHeader
	if err := json.Unmarshal(lines.Bytes(), &h); err != nil || h.Type != "remarks" {
		return nil, fmt.Errorf("reading %s: it doesn't contain marks and notes; rename it", r.path)
	}
	if h.Format > 1 {
		return nil, fmt.Errorf("reading %s: it has format %d, and this version reads format 1", r.path, h.Format)
	}
	if h.Session != r.id {
		return nil, fmt.Errorf("reading %s: its marks and notes are on another recording; rename it", r.path)
	}
	var entries []datalayer.Entry
	for lines.Scan() {
		var l remarkLine
		if json.Unmarshal(lines.Bytes(), &l) != nil || l.On <= 0 {
			continue
		}
		switch {
		case l.Type == "mark" && l.Mark != nil:
			entries = append(entries, &datalayer.Mark{On: l.On, Mark: *l.Mark})
		case l.Type == "note" && l.Text != nil:
			entries = append(entries, &datalayer.Note{On: l.On, Text: *l.Text})
		}
	}
	return entries, nil // lines after one that is too long are left out
}

// Add appends a mark or a note, and creates the file if necessary.
func (r Remarks) Add(e datalayer.Entry) error {
	line := remarkLine{}
	switch e := e.(type) {
	case *datalayer.Mark:
		line = remarkLine{Type: "mark", On: e.On, Mark: &e.Mark}
	case *datalayer.Note:
		line = remarkLine{Type: "note", On: e.On, Text: &e.Text}
	}
	if _, err := r.Read(); err != nil {
		return err // don't modify a file that isn't a remarks file
	}
	text, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("saving the remark: %w", err)
	}
	return r.append(append(text, '\n'))
}

func (r Remarks) append(line []byte) error {
	file, err := os.OpenFile(r.path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("saving the remark: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.Size() == 0 {
		head, _ := json.Marshal(remarksHeader{"remarks", 1, r.id}) // strings and a number
		line = append(append(head, '\n'), line...)
	} else if last := make([]byte, 1); err == nil {
		if _, err = file.ReadAt(last, info.Size()-1); err == nil && !bytes.Equal(last, []byte("\n")) {
			line = append([]byte("\n"), line...) // the last write was incomplete
		}
	}
	if err == nil {
		_, err = file.Write(line)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("saving the remark in %s: %w", r.path, err)
	}
	return nil
}
