package document

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// late is the state of a document whose records may arrive after those of the page that
// replaced it.
type late struct {
	until time.Time // when they are given up
	at    int       // their index in the builder's entries
}

// ending is the reported end of a document that has sent nothing else.
type ending struct {
	last  int // the number of its last record
	until time.Time
}

// await waits until the given time for hook.Records that a document has, or is likely
// to have, made.
func (l *Builder) await(doc *Document, until time.Time) {
	if !slices.Contains(l.awaited, doc) {
		l.awaited = append(l.awaited, doc)
		doc.late = late{until, len(l.entries)}
	}
}

// awaitLeft waits for the last records of a document that was replaced by another. They
// are inserted before the entries that are added from now on.
func (l *Builder) awaitLeft(doc *Document, until time.Time) {
	l.await(doc, until)
	doc.late = late{until, len(l.entries)}
}

// Ready returns the entries that are complete at now, or all of them if now is zero.
func (l *Builder) Ready(now time.Time) []datalayer.Entry {
	late := func(until time.Time) bool { return now.IsZero() || !now.Before(until) }
	l.awaited = slices.DeleteFunc(l.awaited, func(doc *Document) bool {
		if late(doc.late.until) {
			l.giveUp(doc, now)
		}
		return late(doc.late.until)
	})
	for name, e := range l.ended {
		if late(e.until) {
			delete(l.ended, name)
			l.Gap(e.until, e.until, e.last, "these messages of an unloaded page did not arrive")
		}
	}
	if slices.ContainsFunc(l.awaited, func(doc *Document) bool { return !doc.isCurrent() }) {
		return nil
	}
	entries := l.entries
	l.entries = nil
	for _, doc := range l.awaited {
		doc.late.at = 0
	}
	return entries
}

// giveUp adds an entry for the records of a document that did not arrive in time.
func (l *Builder) giveUp(doc *Document, now time.Time) {
	first, until := len(l.entries), doc.late.until
	for len(doc.early) > 0 {
		l.Gap(until, until, doc.numbers.giveUp(0), "these messages of the page did not arrive, but later ones did")
		l.catchUp(doc)
	}
	switch missing := doc.missing(); {
	case missing > 0:
		doc.lost += missing
		l.Gap(until, until, missing, "these messages of an unloaded page did not arrive")
	case !doc.gone && !doc.isCurrent() && doc.page.Frame == "main" && !now.IsZero():
		l.Gap(until, until, -1, "an unloaded page did not report its end; its last messages may be missing or late")
	}
	l.precede(doc, first)
}

// Waits reports whether records of replaced or ended documents are still expected.
func (l *Builder) Waits() bool { return len(l.awaited)+len(l.ended) > 0 }

// Due returns when Ready next has something to return, if it is waiting for anything.
func (l *Builder) Due() (time.Time, bool) {
	var due time.Time
	earlier := func(at time.Time) {
		if due.IsZero() || at.Before(due) {
			due = at
		}
	}
	for _, doc := range l.awaited {
		earlier(doc.late.until)
	}
	for _, e := range l.ended {
		earlier(e.until)
	}
	return due, !due.IsZero()
}

// precede moves the entries from index i on, which belong to a document, to their place
// before the entries of the document that replaced it.
func (l *Builder) precede(doc *Document, i int) {
	n, nth := len(l.entries)-i, slices.Index(l.awaited, doc)
	if n == 0 || nth < 0 || doc.isCurrent() {
		return
	}
	at := doc.late.at
	late := slices.Clone(l.entries[i:])
	l.entries = slices.Insert(l.entries[:i], at, late...)
	for k, other := range l.awaited {
		if other.late.at > at || other.late.at == at && k >= nth {
			other.late.at += n
		}
	}
}
