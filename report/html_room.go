package report

import (
	"fmt"
	"iter"

	"layertap/datalayer"
	"layertap/report/bounded"
	"layertap/session"
)

// mostBytes is how large a report may be, so that it can be opened and sent, and
// mostRows how much of it each of its long lists may take up.
const (
	mostBytes = 10 << 20
	mostRows  = mostBytes / 4
)

// neighbours is how many messages before and after one with findings are shown rather
// than others.
const neighbours = 3

// leftOut says how many of a list are left out; nothing if none are.
func leftOut(left, all int) string {
	if left == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d are left out here. layertap report --full writes them all.", left, all)
}

// messageRows are the rows of a session's messages, by the places of these in the
// session, as many as there is room for: those with findings, notes or screenshots and
// their neighbours before all others. It also counts those that are left out.
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
	for i, matters := range mattering(s, notes, pictures) {
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

// mattering yields the places of the messages of a session, and of each whether it or a
// neighbour has findings, a note or a screenshot.
func mattering(s session.Snapshot, notes map[int][]string, pictures map[int]*picture) iter.Seq2[int, bool] {
	var at []int
	var matters []bool
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok {
			at = append(at, i)
			matters = append(matters, len(s.Verdict(i).Findings) > 0 || notes[push.Seq] != nil || pictures[push.Seq] != nil)
		}
	}
	return func(yield func(int, bool) bool) {
		since := neighbours + 1 // messages since the last that matters
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
