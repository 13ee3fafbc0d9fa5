// Package bounded limits the size of lists in a document.
package bounded

import (
	"html/template"
	"math"
)

// Room is the number of bytes that are left for a list.
type Room struct {
	of      *template.Template
	left    int
	endless bool
}

// New returns room for the given number of bytes of template output; negative for no limit.
func New(of *template.Template, bytes int) *Room {
	if bytes < 0 {
		return &Room{of, math.MaxInt, true}
	}
	return &Room{of, bytes, false}
}

// Endless reports whether there is no limit.
func (r *Room) Endless() bool { return r.endless }

// Fits reports whether the output of a template for data fits, and subtracts its size. It
// returns false if the template fails.
func (r *Room) Fits(name string, data any) bool {
	size := counter(0)
	if err := r.of.ExecuteTemplate(&size, name, data); err != nil || int(size) > r.left {
		return false
	}
	r.left -= int(size)
	return true
}

// First returns the first rows of a list that fit, and the number of the others.
func First[T any](r *Room, name string, rows []T) ([]T, int) {
	for i, row := range rows {
		if !r.Fits(name, row) {
			return rows[:i], len(rows) - i
		}
	}
	return rows, 0
}

// counter counts the bytes written to it.
type counter int

func (c *counter) Write(text []byte) (int, error) {
	*c += counter(len(text))
	return len(text), nil
}
