package session

import (
	"layertap/datalayer"
	"layertap/rules"
)

// keptChunks is how many chunks of the log are always kept.
const keptChunks = 4

// forget drops the entries that Analysis.Keep doesn't keep and about which nothing more can
// be found out: a container doesn't come any more, and no hit that comes can be from them.
// What was counted of them stays.
func (s *Session) forget() {
	l := &s.current.log
	n, most := 0, (l.length-len(l.kept))/chunkSize-keptChunks
	if most <= 0 {
		return
	}
	held := s.causes.Holding()
	for n < most && isOver(l.chunks[n], held) {
		n++
	}
	if n == 0 {
		return
	}
	l.drop(n, func(r row) (row, bool) {
		if push, ok := r.entry.(*datalayer.Push); ok && held(push) {
			return r, true
		}
		var findings []rules.Finding
		if r.verdict != nil {
			findings = everyOf(r.verdict.Findings, r.verdict.Accepted)
		}
		r.entry = s.analysis.Keep(r.entry, findings)
		return r, r.entry != nil
	})
	first := datalayer.At(l.at(len(l.kept)).entry).Seq
	s.analysis.GTM.Forget(func(p *datalayer.Push) bool { return p.Seq >= first || held(p) })
}

// isOver reports whether hits can be from few of the messages in a chunk: those are kept
// for ever.
func isOver(chunk []row, held func(*datalayer.Push) bool) bool {
	n := 0
	for i := range chunk {
		if push, ok := chunk[i].entry.(*datalayer.Push); ok && held(push) {
			n++
		}
	}
	return n <= chunkSize/16
}
