package session

import (
	"slices"
	"sort"

	"layertap/datalayer"
)

// chunkSize is how many rows are allocated at once. Rows never move after that,
// so a reader of an older length needs no lock.
const chunkSize = 1024

// log is an append-only list of rows. A copy of it is a snapshot: it goes on
// showing the rows that it had, whatever is appended to the original.
type log struct {
	chunks [][]row
	length int
	about  *about
}

// row is an entry and what was found out about it; nil for nothing.
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

// revise returns a log in which some rows have other verdicts. Copies of l continue to
// show the old ones, but in the chunks that are own: of those there are no copies. The
// chunks that it copies become own.
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

// find returns the index of the entry with the sequence number seq, or -1. A
// file may have lost lines, so the two are not the same.
func (l *log) find(seq int) int {
	i := sort.Search(l.length, func(i int) bool { return datalayer.At(l.at(i).entry).Seq >= seq })
	if i < l.length && datalayer.At(l.at(i).entry).Seq == seq {
		return i
	}
	return -1
}
