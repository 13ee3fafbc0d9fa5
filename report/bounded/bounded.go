// Package bounded keeps lists of a document from getting larger than a number of bytes.
package bounded

import (
	"html/template"
	"math"
)

// Room is how many bytes a list may still take up.
type Room struct {
	of      *template.Template
	left    int
	endless bool
}

// New returns room for bytes of what the templates of a document make; negative for no
// bound.
func New(of *template.Template, bytes int) *Room {
	if bytes < 0 {
		return &Room{of, math.MaxInt, true}
	}
	return &Room{of, bytes, false}
}

// Endless reports whether there is no bound.
func (r *Room) Endless() bool { return r.endless }

// Fits reports whether what a template of the document makes of data still fits, and
// takes the room for it. What cannot be made does not fit.
func (r *Room) Fits(name string, data any) bool {
	size := counter(0)
	if err := r.of.ExecuteTemplate(&size, name, data); err != nil || int(size) > r.left {
		return false
	}
	r.left -= int(size)
	return true
}

// First returns the first of the rows of a list, as many as there is room for, and how
// many are left out.
func First[T any](r *Room, name string, rows []T) ([]T, int) {
	for i, row := range rows {
		if !r.Fits(name, row) {
			return rows[:i], len(rows) - i
		}
	}
	return rows, 0
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(text []byte) (int, error) {
	*c += counter(len(text))
	return len(text), nil
}
