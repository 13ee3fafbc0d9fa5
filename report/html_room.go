package report

import (
	"fmt"
	"iter"

	"layertap/datalayer"
	"layertap/report/bounded"
	"layertap/session"
)

// mostBytes is the maximum size of a report, so that it can be opened and sent, and
// mostRows the maximum size of each of its long lists.
const (
	mostBytes = 10 << 20
	mostRows  = mostBytes / 4
)

// neighbours is the number of messages shown before and after one with findings.
const neighbours = 3

// leftOut describes how many rows of a list are left out; empty if none are.
func leftOut(left, all int) string {
	if left == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d are left out here. layertap report --full writes them all.", left, all)
}

// messageRows returns the rows that fit, by the indexes of their messages in the session,
// and the number of messages that are left out. Messages with findings, notes or
// screenshots and their neighbours come before all others.
func messageRows(f File, r *bounded.Room) (rows map[int]*messageRow, left int) {
	s := f.Session
	notes, pictures := notesOn(s), picturesOn(f)
	rows = map[int]*messageRow{}
	planned := map[string]bool{}
	for _, event := range s.Coverage {
		planned[event.Event] = true
	}
	add := func(i int) bool {
		push := s.Entry(i).(*datalayer.Push)
		row := messageRowOf(push, s.Verdict(i), planned)
		row.Notes, row.Picture = notes[push.Seq], pictures[push.Seq]
		if !r.Fits("message", &row) {
			return false
		}
		rows[i] = &row
		return true
	}
	var rest []int
	full := false
	for i, matters := range important(s, notes, pictures) {
		switch {
		case !matters:
			rest = append(rest, i)
		case full || !add(i):
			full = true
			left++
		}
	}
	for n, i := range rest {
		if full || !add(i) {
			return rows, left + len(rest) - n
		}
	}
	return rows, left
}

// important yields the indexes of the messages of a session, and whether the message or a
// neighbour has findings, a note or a screenshot.
func important(s session.Snapshot, notes map[int][]string, pictures map[int]*picture) iter.Seq2[int, bool] {
	var at []int
	var matters []bool
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok {
			at = append(at, i)
			matters = append(matters, len(s.Verdict(i).Findings) > 0 || notes[push.Seq] != nil || pictures[push.Seq] != nil)
		}
	}
	return func(yield func(int, bool) bool) {
		since := neighbours + 1 // messages since the last one that matters
		for n, i := range at {
			near := false
			for _, next := range matters[n:min(n+neighbours+1, len(matters))] {
				near = near || next
			}
			since++
			if matters[n] {
				since = 0
			}
			if !yield(i, near || since <= neighbours) {
				return
			}
		}
	}
}
