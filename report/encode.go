package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"layertap/internal/spool"
	"layertap/visible"
)

// WriteJSON writes v as one line of JSON that is safe to show in a terminal.
func WriteJSON(w io.Writer, v any) error {
	text, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// item adds v to the elements of a JSON array that is written later.
func item(items *spool.Spool, v any) error {
	text, err := marshal(v)
	if err != nil {
		return err
	}
	if !items.Empty() {
		text = append([]byte{','}, text...)
	}
	_, err = items.Write(text)
	return err
}

// put writes parts, each a string or an [io.WriterTo].
func put(w io.Writer, parts ...any) (err error) {
	for _, part := range parts {
		switch part := part.(type) {
		case io.WriterTo:
			_, err = part.WriteTo(w)
		default:
			_, err = fmt.Fprint(w, part)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// marshal returns v as JSON in which control characters and invisible characters are
// escaped. It is also a JavaScript expression.
func marshal(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("writing JSON: %w", err)
	}
	return escape(bytes.TrimRight(text.Bytes(), "\n")), nil
}

// escape rewrites JSON. Outside of strings JSON is plain ASCII, so every hidden character
// can be escaped.
func escape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	before := rune(0)
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		shown := r < 0x7f || !visible.Hidden(before, r)
		before = r
		if shown {
			out = append(out, text[:size]...)
		} else {
			for _, unit := range utf16.Encode([]rune{r}) {
				out = fmt.Appendf(out, `\u%04x`, unit)
			}
		}
		text = text[size:]
	}
	return out
}
