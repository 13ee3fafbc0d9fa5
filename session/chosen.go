package session

import "layertap/datalayer"

// Chosen returns the session with only the messages for whose index keep returns true,
// and their hits. The counts are adjusted. There are no findings about the session as a
// whole, because it is incomplete; coverage and triggers are unchanged.
func (s Snapshot) Chosen(keep func(i int) bool) Snapshot {
	chosen := s
	chosen.log, chosen.Findings, chosen.Accepted = log{}, nil, nil
	chosen.Counts = Counts{Lost: s.Counts.Lost, Gaps: s.Counts.Gaps}
	for i := range s.Len() {
		r := *s.log.at(i)
		switch e := r.entry.(type) {
		case *datalayer.Push:
			if !keep(i) {
				continue
			}
			chosen.Counts.Messages++
		case *datalayer.Hit:
			if e.Cause == nil || chosen.log.find(e.Cause.Push) < 0 {
				continue
			}
			chosen.Counts.Hits++
		}
		if r.verdict != nil {
			chosen.Counts.addVerdict(r.verdict, 1)
		}
		chosen.log.append(r)
	}
	return chosen
}
