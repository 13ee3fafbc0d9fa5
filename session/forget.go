package session

import "layertap/datalayer"

// keptChunks is how many chunks of the log are always kept.
const keptChunks = 4

// forget settles the entries about which little more can be found out: a container doesn't
// come any more, and of the messages, hits can be from only a few. It drops what Settle
// doesn't keep. What was counted of it stays.
func (s *Session) forget() {
	l := &s.current.log
	n, most := 0, (l.length-len(l.kept))/chunkSize-keptChunks
	if most <= 0 {
		return
	}
	held, waiting := s.causes.Holding(), s.analysis.Rules.Waiting()
	for n < most && isOver(l.chunks[n], held) {
		n++
	}
	if n == 0 {
		return
	}
	before := s.current
	l.drop(n, func(i int, r row) (row, bool) {
		push, ok := r.entry.(*datalayer.Push)
		open := ok && (held(push) || waiting[push.Seq])
		if kept := s.analysis.Settle(before, i, open); !open {
			r.entry = kept
		}
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
