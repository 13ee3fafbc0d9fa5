package variable

import (
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// The bounds of evaluating one message. The container comes from the page, so it may be
// as expensive as possible: 24 variables with two references each make a text of 16
// million parts.
const (
	// MaxWork is the number of steps that a container's variables may take for one
	// message. A variable, a table row, or 64 bytes of text is a step. The largest
	// containers seen so far take a few thousand.
	MaxWork = 1 << 20
	// MaxSize is the maximum size of a value composed of variables, in bytes.
	MaxSize = 1 << 20
	// maxDepth is the maximum depth of references between variables.
	maxDepth = 500
	// bytesPerStep is the length of text that one step writes.
	bytesPerStep = 64
)

const (
	tooMuchWork = "evaluating the container's variables takes too long for one message"
	tooLarge    = "the value is larger than 1 MB"
	tooDeep     = "the variables are nested too deeply"
)

// Budget is what a container's variables may still use for one message.
type Budget struct {
	Left int // steps
	Over bool
}

// spend takes steps from the budget. It reports whether enough were left.
func (r *Reader) spend(steps int) bool {
	if r.Budget == nil {
		return true
	}
	if r.Budget.Left < steps {
		r.Budget.Left, r.Budget.Over = 0, true
		return false
	}
	r.Budget.Left -= steps
	return true
}

// spendBytes takes the cost of a text of the given size. It returns a reason if the text is
// too large or the budget is used up.
func (r *Reader) spendBytes(bytes int) (reason string) {
	switch {
	case bytes > MaxSize:
		return tooLarge
	case !r.spend(1 + bytes/bytesPerStep):
		return tooMuchWork
	}
	return ""
}

// Compare takes the cost of comparing two values, which is higher for a regular
// expression. It returns a reason if it exceeds the budget.
func (r *Reader) Compare(a, b datalayer.Value, pattern bool) (reason string) {
	cost := sizeOf(a, MaxSize)
	if pattern {
		cost *= 16
	} else {
		cost += sizeOf(b, MaxSize)
	}
	if !r.spend(1 + cost/bytesPerStep) {
		return tooMuchWork
	}
	return ""
}

// Memo caches the values of a container's variables for one message, so that each is
// computed once.
type Memo struct {
	epoch  uint32
	epochs []uint32
	values []Reading
}

// Begin clears the memo for the next message of a container with the given number of
// variables.
func (m *Memo) Begin(variables int) {
	m.epoch++
	if m.epochs == nil {
		m.epochs, m.values = make([]uint32, variables), make([]Reading, variables)
	}
}

func (m *Memo) get(v *gtm.Variable) (Reading, bool) {
	if m == nil || v.Index < 0 || m.epochs[v.Index] != m.epoch {
		return Reading{}, false
	}
	return m.values[v.Index], true
}

func (m *Memo) put(v *gtm.Variable, value Reading) {
	if m != nil && v.Index >= 0 {
		m.epochs[v.Index], m.values[v.Index] = m.epoch, value
	}
}

// sizeOf returns the size of a value in bytes, up to a limit. A composed value may
// contain the same part many times.
func sizeOf(v datalayer.Value, limit int) int {
	size := 16 + len(v.Text) + len(v.Name)
	for _, item := range v.Items {
		if size > limit {
			return size
		}
		size += sizeOf(item, limit-size)
	}
	for _, f := range v.Fields {
		if size > limit {
			return size
		}
		size += len(f.Name) + sizeOf(f.Value, limit-size)
	}
	return size
}

// replacedSize returns an upper bound in bytes for the result of replacing all matches
// of a pattern. Matches and their groups are parts of the text that occur once; the
// text before or after a match, or in a group within a lookahead, can be inserted for
// every match.
func replacedSize(pattern, text, replacement string) int {
	n, references := len(text)+1, strings.Count(replacement, "$")
	size := n + n*len(replacement) + n*references
	if strings.Contains(replacement, "$`") || strings.Contains(replacement, "$'") || strings.Contains(pattern, "(?=") || strings.Contains(pattern, "(?<=") {
		size += n * n * references
	}
	return size
}
