package session

import "layertap/datalayer"

// Choice selects the messages of a session that match, and their hits.
type Choice struct {
	match   func(s Snapshot, i int) bool
	settle  func(s Snapshot, i int, open bool) datalayer.Entry
	dropped Counts       // of what was selected and isn't kept
	open    map[int]bool // by Seq of the messages that were open: whether they are selected
	hits    map[int]bool // the Seqs of the hits of selected messages, until they come
}

// NewChoice returns the choice of the messages for whose index match returns true. If
// settle isn't nil, it is called with what is selected when [Choice.Settle] is called; match
// must then always return the same for a message.
func NewChoice(match func(s Snapshot, i int) bool, settle func(s Snapshot, i int, open bool) datalayer.Entry) *Choice {
	return &Choice{match: match, settle: settle, open: map[int]bool{}, hits: map[int]bool{}}
}

// Settle is the Settle of the session's analysis. It keeps nothing of what isn't selected.
func (c *Choice) Settle(s Snapshot, i int, open bool) datalayer.Entry {
	chosen := c.chooses(s, i)
	if push, ok := s.Entry(i).(*datalayer.Push); ok && open {
		c.open[push.Seq] = chosen
	}
	if !chosen {
		return nil
	}
	kept := c.settle(s, i, open)
	if kept == nil && !open {
		c.dropped.addRow(s.log.at(i))
	}
	return kept
}

// chooses reports whether an entry is selected. It is called with the entries in order.
func (c *Choice) chooses(s Snapshot, i int) bool {
	switch e := s.Entry(i).(type) {
	case *datalayer.Push:
		if !c.match(s, i) {
			return false
		}
		for _, about := range s.About(i) {
			if hit, ok := about.(*datalayer.Hit); ok {
				c.hits[hit.Seq] = true
			}
		}
	case *datalayer.Hit:
		chosen := c.hits[e.Seq] || e.Cause != nil && c.open[e.Cause.Push]
		delete(c.hits, e.Seq)
		return chosen
	}
	return true
}

// Of returns the session with only what is selected. The counts are adjusted. There are no
// findings about the session as a whole, because it is incomplete; coverage and triggers are
// unchanged. It is called once.
func (c *Choice) Of(s Snapshot) Snapshot {
	chosen := s
	chosen.log, chosen.Findings, chosen.Accepted = log{about: new(about)}, nil, nil
	chosen.Counts = c.dropped
	chosen.Counts.Lost, chosen.Counts.Gaps = s.Counts.Lost, s.Counts.Gaps
	for i := range s.Len() {
		r := *s.log.at(i)
		selected, isOpen := c.open[datalayer.At(r.entry).Seq]
		switch {
		case i < s.Settled() && isOpen && !selected:
			continue
		case i < s.Settled():
			chosen.log.kept = append(chosen.log.kept, r)
			chosen.log.length++
			chosen.log.about.note(r.entry)
		case !c.chooses(s, i):
			continue
		default:
			chosen.log.append(r)
		}
		chosen.Counts.addRow(&r)
	}
	return chosen
}

// addRow counts a message or a hit, and the findings about it.
func (c *Counts) addRow(r *row) {
	switch r.entry.(type) {
	case *datalayer.Push:
		c.Messages++
	case *datalayer.Hit:
		c.Hits++
	}
	if r.verdict != nil {
		c.addVerdict(r.verdict, 1)
	}
}
