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
	kept   []row // of those that were settled
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
	at := l.length - len(l.kept)
	if at%chunkSize == 0 {
		l.chunks = append(l.chunks, make([]row, chunkSize))
	}
	l.chunks[at/chunkSize][at%chunkSize] = r
	l.length++
	if l.about == nil {
		l.about = new(about)
	}
	l.about.note(r.entry)
}

func (l *log) at(i int) *row {
	if i < len(l.kept) {
		return &l.kept[i]
	}
	i -= len(l.kept)
	return &l.chunks[i/chunkSize][i%chunkSize]
}

// drop drops the rows of the first n chunks, except those that keep returns; i is the
// previous index of r. Copies of l keep all.
func (l *log) drop(n int, keep func(i int, r row) (row, bool)) {
	i := len(l.kept)
	for _, chunk := range l.chunks[:n] {
		for _, r := range chunk {
			seq := datalayer.At(r.entry).Seq
			r, ok := keep(i, r)
			i++
			if ok {
				l.kept = append(l.kept, r)
				continue
			}
			l.length--
			l.about.bySeq.Delete(seq)
		}
	}
	l.chunks = slices.Clone(l.chunks[n:])
}

// inKept is the number of the kept rows among the chunks that are owned.
const inKept = -1

// revise returns a log with different verdicts for some rows. Copies of l keep the old
// ones, except in the chunks in own, of which there are no copies. Chunks that it
// copies are added to own.
func (l *log) revise(verdicts map[int]*Verdict, own map[int]bool) log {
	revised := *l
	for i, verdict := range verdicts {
		if i < len(l.kept) {
			if !own[inKept] {
				revised.kept = slices.Clone(l.kept)
				own[inKept] = true
			}
		} else if chunk := (i - len(l.kept)) / chunkSize; !own[chunk] {
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
