package session

import (
	"slices"
	"sort"

	"layertap/datalayer"
)

// chunkSize is the number of rows allocated at once. Rows don't move after that, so
// readers of a shorter log need no lock.
const chunkSize = 1024

// log is an append-only list of rows. A copy is a snapshot: it keeps its rows when more
// are appended to the original.
type log struct {
	chunks [][]row
	length int
	about  *about
}

// row is an entry and its verdict, if any.
type row struct {
	entry   datalayer.Entry
	verdict *Verdict
}

func (l *log) append(r row) {
	if l.length%chunkSize == 0 {
		l.chunks = append(l.chunks, make([]row, chunkSize))
	}
	l.chunks[l.length/chunkSize][l.length%chunkSize] = r
	l.length++
	if l.about == nil {
		l.about = new(about)
	}
	l.about.note(r.entry)
}

func (l *log) at(i int) *row { return &l.chunks[i/chunkSize][i%chunkSize] }

// revise returns a log with different verdicts for some rows. Copies of l keep the old
// ones, except in the chunks in own, of which there are no copies. Chunks that it
// copies are added to own.
func (l *log) revise(verdicts map[int]*Verdict, own map[int]bool) log {
	revised := *l
	for i, verdict := range verdicts {
		if chunk := i / chunkSize; !own[chunk] {
			revised.chunks = slices.Clone(revised.chunks)
			revised.chunks[chunk] = slices.Clone(l.chunks[chunk])
			own[chunk] = true
		}
		revised.at(i).verdict = verdict
	}
	return revised
}

// find returns the index of the entry with the sequence number seq, or -1. The two
// differ if a file has lost lines.
func (l *log) find(seq int) int {
	i := sort.Search(l.length, func(i int) bool { return datalayer.At(l.at(i).entry).Seq >= seq })
	if i < l.length && datalayer.At(l.at(i).entry).Seq == seq {
		return i
	}
	return -1
}
