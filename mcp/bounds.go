package mcp

import (
	"fmt"
	"unicode/utf8"

	"layertap/datalayer"
)

// The limits of an answer.
const (
	usualRows  = 20
	mostRows   = 100
	mostText   = 24_000 // bytes of text from outside, before it is quoted
	mostPart   = 8_000  // bytes of a payload, a state or a plan on one page
	mostName   = 200    // bytes of a name
	mostWords  = 1_000  // bytes of a sentence
	mostScalar = 500    // bytes of a value in a list
	mostInside = 25     // rows of a list inside an answer
)

// room is the number of bytes of text from outside that an answer may still have.
type room struct {
	left int
	cut  bool
}

func newRoom() *room { return &room{left: mostText} }

func (r *room) text(s string, most int) string {
	kept := prefix(s, min(most, r.left))
	r.left -= len(kept)
	r.cut = r.cut || len(kept) < len(s)
	return kept
}

func (r *room) name(s string) string  { return r.text(s, mostName) }
func (r *room) words(s string) string { return r.text(s, mostWords) }

// value returns a value of the page as JSON, encoded as in session files.
func (r *room) value(v datalayer.Value) string {
	return r.text(string(datalayer.Encode(nil, v)), mostScalar)
}

func (r *room) full() bool { return r.left <= 0 }

// prefix returns the longest prefix of s of at most n bytes that doesn't split a character.
func prefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// rows converts the first elements of a list while there is room, and counts the rest.
func rows[From, To any](r *room, from []From, row func(From) To) ([]To, int) {
	to := []To{}
	for i, one := range from {
		if i == mostInside || r.full() {
			return to, len(from) - i
		}
		to = append(to, row(one))
	}
	return to, 0
}

// page selects the rows of an answer.
type page struct {
	Offset int `json:"offset,omitempty" jsonschema:"how many rows to skip; next of the answer before"`
	Limit  int `json:"limit,omitempty" jsonschema:"how many rows to return, at most 100; default 20"`
}

func limit(asked int) int {
	if asked <= 0 {
		return usualRows
	}
	return min(asked, mostRows)
}

// paged converts the elements of one page of a list. next is the offset of the following
// page; 0 if there is none.
func paged[From, To any](r *room, p page, from []From, row func(From) To) (to []To, next int) {
	to = []To{}
	at := min(max(p.Offset, 0), len(from))
	for ; at < len(from) && len(to) < limit(p.Limit) && !r.full(); at++ {
		to = append(to, row(from[at]))
	}
	if at < len(from) {
		return to, at
	}
	return to, 0
}

// part is a section of a long text.
type part struct {
	Untrusted string `json:"untrusted"`
	Bytes     int    `json:"bytes"`          // size of the whole text
	Next      int    `json:"next,omitempty"` // the offset of the next part; left out after the last
}

// partOf returns the part of a text at an offset in bytes.
func (r *room) partOf(text string, offset int) (part, error) {
	if offset < 0 || offset > len(text) {
		return part{}, fmt.Errorf("offset %d isn't in the text, which has %d bytes", offset, len(text))
	}
	for offset < len(text) && !utf8.RuneStart(text[offset]) {
		offset++
	}
	kept := prefix(text[offset:], min(mostPart, r.left))
	r.left -= len(kept)
	p := part{Untrusted: kept, Bytes: len(text)}
	if end := offset + len(kept); end < len(text) {
		p.Next = end
	}
	return p, nil
}
