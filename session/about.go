package session

import (
	"sync"

	"layertap/datalayer"
)

// about maps sequence numbers to the hits, notes and marks that refer to them. It is
// append-only, and shared by snapshots.
type about struct{ bySeq sync.Map } // of []datalayer.Entry

// add records that e refers to the entry with the sequence number seq. Only the owner
// of the log calls it, so that readers' slices aren't modified.
func (a *about) add(seq int, e datalayer.Entry) {
	entries, _ := a.bySeq.Load(seq)
	before, _ := entries.([]datalayer.Entry)
	a.bySeq.Store(seq, append(before, e))
}

// note adds an entry if it refers to another.
func (a *about) note(e datalayer.Entry) {
	switch e := e.(type) {
	case *datalayer.Hit:
		if e.Cause != nil {
			a.add(e.Cause.Push, e)
		}
	case *datalayer.Note:
		a.add(e.On, e)
	case *datalayer.Mark:
		a.add(e.On, e)
	}
}

// About returns the hits, notes and marks about the entry at index i, in their
// order.
func (s Snapshot) About(i int) []datalayer.Entry {
	if s.log.length == 0 {
		return nil
	}
	found, _ := s.log.about.bySeq.Load(datalayer.At(s.Entry(i)).Seq)
	entries, _ := found.([]datalayer.Entry)
	last := datalayer.At(s.Entry(s.Len() - 1)).Seq
	for n := len(entries); n > 0; n-- { // skip those added after the snapshot
		if datalayer.At(entries[n-1]).Seq <= last {
			return entries[:n]
		}
	}
	return nil
}
