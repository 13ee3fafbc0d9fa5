package variable

import (
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// The bounds of one message's evaluation. A page serves the container, so it may be
// made to cost as much as it can: 24 variables of two references each are a text of
// 16 million parts.
const (
	// MaxWork is how many steps the variables of one container may take on one
	// message: a variable, a row of a table, 64 bytes of a text. The largest
	// containers that were seen take some thousands.
	MaxWork = 1 << 20
	// MaxSize is how large a value may be that variables put together, in bytes.
	MaxSize = 1 << 20
	// maxDepth is how deep variables may refer to one another.
	maxDepth = 500
	// bytesPerStep is how much text one step writes.
	bytesPerStep = 64
)

const (
	tooMuchWork = "evaluating the container's variables takes too long for one message"
	tooLarge    = "the value is larger than 1 MB"
	tooDeep     = "the variables are nested too deeply"
)

// Budget is what the variables of a container may still cost on one message.
type Budget struct {
	Left int // steps
	Over bool
}

// spend takes steps from the budget. It is false when there are none left.
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

// afford takes what a text of so many bytes costs, and returns the reason if it is
// too much.
func (r *Reader) afford(bytes int) (reason string) {
	switch {
	case bytes > MaxSize:
		return tooLarge
	case !r.spend(1 + bytes/bytesPerStep):
		return tooMuchWork
	}
	return ""
}

// Compare takes what comparing two values costs, and returns the reason if it is too
// much. A regular expression costs more.
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

// Memo keeps the values of a container's variables on one message, so that each is
// worked out once.
type Memo struct {
	epoch  uint32
	epochs []uint32
	values []Reading
}

// Begin empties the memo for the next message of a container with so many variables.
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

// sizeOf counts the bytes of a value, up to a limit. Values that variables put
// together may hold the same part many times.
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

// replacedSize is how long a text may get by replacing what a pattern matches, in
// bytes. What a match and its groups stand for is a part of the text, once; what is
// before or after a match, or what a group looks ahead at, is all of it each time.
func replacedSize(pattern, text, replacement string) int {
	n, references := len(text)+1, strings.Count(replacement, "$")
	size := n + n*len(replacement) + n*references
	if strings.Contains(replacement, "$`") || strings.Contains(replacement, "$'") || strings.Contains(pattern, "(?=") || strings.Contains(pattern, "(?<=") {
		size += n * n * references
	}
	return size
}
