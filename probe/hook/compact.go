package hook

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

// shape is the keys of an object, in order, as JSON strings.
type shape []jsontext.Value

// compactReader expands messages from the compact form that snapshot.js writes: an
// array begins with 0, an object with the number of its shape in the batch, from 1. A
// message may be much larger than its compact form, so the total size of a batch's
// messages is limited.
type compactReader struct {
	shapes []shape
	text   []byte // the compact form that is being read
	at     int
	out    []byte
	total  int
}

// maxMessages is the maximum total size of a batch's messages in bytes. The hook itself
// limits a message to a million characters, and a batch to 32,768 in compact form
// before its last message.
const maxMessages = 64 << 20

var (
	errCompact  = errors.New("a message isn't in the hook's format")
	errMessages = errors.New("its messages are too large")
)

// start resets m for the messages of a batch with the given shapes.
func (m *compactReader) start(shapes []shape) { m.shapes, m.total = shapes, 0 }

// message expands a message from its compact form, which is valid JSON.
func (m *compactReader) message(compact jsontext.Value) (jsontext.Value, error) {
	m.text, m.at, m.out = compact, 0, m.out[:0]
	if err := m.value(); err != nil {
		return nil, err
	}
	if m.at != len(m.text) {
		return nil, errCompact
	}
	m.total += len(m.out)
	message := jsontext.Value(bytes.Clone(m.out))
	if bytes.Contains(message, []byte(`\ud`)) || bytes.Contains(message, []byte(`\uD`)) {
		// A script may cut a surrogate pair in two, which isn't valid text.
		return message, message.Format(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true), jsontext.PreserveRawStrings(false))
	}
	return message, nil
}

func (m *compactReader) value() error {
	if m.total+len(m.out) > maxMessages {
		return errMessages
	}
	switch m.text[m.at] {
	case '[':
		m.at++
		number, ok := m.number()
		switch {
		case !ok || number > len(m.shapes):
			return errCompact
		case number == 0:
			return m.array()
		}
		return m.object(m.shapes[number-1])
	case '{', ' ', '\t', '\n', '\r':
		return errCompact
	}
	from := m.at
	m.skip()
	m.out = append(m.out, m.text[from:m.at]...)
	return nil
}

// number reads the first element of an array in compact form.
func (m *compactReader) number() (n int, ok bool) {
	for ; m.text[m.at] >= '0' && m.text[m.at] <= '9'; m.at++ {
		if n = 10*n + int(m.text[m.at]-'0'); n > len(m.shapes) {
			return 0, false
		}
		ok = true
	}
	return n, ok
}

func (m *compactReader) array() error {
	m.out = append(m.out, '[')
	for first := true; m.next(); first = false {
		if !first {
			m.out = append(m.out, ',')
		}
		if err := m.value(); err != nil {
			return err
		}
	}
	m.out = append(m.out, ']')
	return m.end()
}

func (m *compactReader) object(s shape) error {
	m.out = append(m.out, '{')
	for i, key := range s {
		if key.Kind() != '"' || !m.next() {
			return errCompact
		}
		if i > 0 {
			m.out = append(m.out, ',')
		}
		m.out = append(m.out, key...)
		m.out = append(m.out, ':')
		if err := m.value(); err != nil {
			return err
		}
	}
	m.out = append(m.out, '}')
	return m.end()
}

// next advances to the next value, if there is one.
func (m *compactReader) next() bool {
	if m.text[m.at] != ',' {
		return false
	}
	m.at++
	return true
}

func (m *compactReader) end() error {
	if m.text[m.at] != ']' {
		return errCompact
	}
	m.at++
	return nil
}

// skip skips the rest of a value that is neither an array nor an object.
func (m *compactReader) skip() {
	if m.text[m.at] != '"' {
		for m.at < len(m.text) && m.text[m.at] != ',' && m.text[m.at] != ']' {
			m.at++
		}
		return
	}
	for m.at++; m.text[m.at] != '"'; m.at++ {
		if m.text[m.at] == '\\' {
			m.at++
		}
	}
	m.at++
}
