package session

import (
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/check/sent"
)

// judge returns the verdict on a message.
func (s *Session) judge(push *datalayer.Push) Verdict {
	message, page := s.message(push), s.current.Page(push.Page)
	outcome := s.analysis.GTM.Push(page, push, message)
	if push.NotLanded {
		s.analysis.Rules.Dropped(push)
		return Verdict{Outcome: outcome} // if it is released later, that is a separate message
	}
	return s.partedVerdict(push.Event, s.analysis.Rules.Check(page, push, message, outcome), outcome)
}

// message returns the decoded message of a push. Its source may have decoded it
// already.
func (s *Session) message(push *datalayer.Push) *datalayer.Message {
	if len(s.read) > 0 {
		message := &s.read[0]
		s.read = s.read[1:]
		return message
	}
	message := push.Read()
	return &message
}

// countMatches counts the triggers that a message matched, or takes them back if by is -1.
func (s *Session) countMatches(seq int, outcome gtm.Outcome, by int) {
	for _, match := range outcome.Triggers {
		if i, ok := s.triggers[match.Trigger]; ok && match.Matched == gtm.Yes {
			s.counts[i].Matched += by
			s.counts[i].Last = max(s.counts[i].Last, seq)
		}
	}
}

// partedVerdict returns a verdict with findings split by whether an exception covers
// them.
func (s *Session) partedVerdict(event string, findings []rules.Finding, outcome gtm.Outcome) Verdict {
	counted, accepted := s.current.Exceptions.Split(event, findings)
	return Verdict{Findings: counted, Accepted: accepted, Outcome: outcome}
}

func (c *Counts) addVerdict(v *Verdict, by int) {
	c.tally(v.Findings, by)
	c.Accepted += by * len(v.Accepted)
}

func (c *Counts) add(findings []rules.Finding) {
	c.tally(findings, 1)
}

func (c *Counts) tally(findings []rules.Finding, by int) {
	for _, f := range findings {
		switch f.Severity {
		case rules.Error:
			c.Errors += by
		case rules.Warning:
			c.Warnings += by
		case rules.Info:
			c.Infos += by
		}
	}
}

// judgeHit adds the findings about a hit to the verdict on its message, except those
// that another hit has already added.
func (s *Session) judgeHit(hit *datalayer.Hit) {
	findings := s.analysis.Rules.Hit(hit)
	if len(findings) == 0 {
		return
	}
	i := s.current.log.find(hit.Cause.Push)
	if i < 0 {
		return
	}
	if v, ok := s.with(i, nil, findings); ok {
		s.current.log = s.current.log.revise(map[int]*Verdict{i: v}, s.own)
	}
}

// judgeLate updates the verdicts on messages with what has become known about their hits
// by a time of the session.
func (s *Session) judgeLate(at time.Duration) bool {
	verdicts := map[int]*Verdict{}
	for _, late := range s.analysis.Rules.Late(at) {
		i := s.current.log.find(late.Seq)
		if i < 0 {
			continue
		}
		if v, ok := s.with(i, late.Before, late.Now); ok {
			verdicts[i] = v
		}
	}
	if len(verdicts) > 0 {
		s.current.log = s.current.log.revise(verdicts, s.own)
	}
	return len(verdicts) > 0
}

// with returns the verdict on the message at index i without some findings and with
// others, and counts the difference. It is false if that changes nothing.
func (s *Session) with(i int, without, findings []rules.Finding) (*Verdict, bool) {
	v := s.current.Verdict(i)
	before := everyOf(v.Findings, v.Accepted)
	every := slices.DeleteFunc(slices.Clone(before), func(f rules.Finding) bool { return contains(without, &f) })
	for i := range findings {
		if !contains(every, &findings[i]) && len(every) < maxFindings {
			every = append(every, findings[i])
		}
	}
	if equalFindings(before, every) {
		return nil, false
	}
	s.current.Counts.addVerdict(&v, -1)
	v = s.partedVerdict(eventOf(s.current.Entry(i)), every, v.Outcome)
	s.current.Counts.addVerdict(&v, 1)
	return s.verdicts.one(v), true
}

func contains(findings []rules.Finding, f *rules.Finding) bool {
	return slices.ContainsFunc(findings, func(other rules.Finding) bool { return f.Equal(&other) })
}

// maxFindings is the number of findings on a message after which hits add no more: a
// page can send any number of them.
const maxFindings = 100

// lookEvery is the session time between two checks for missing hits.
const lookEvery = time.Second

// lookForHits finds what should have come by now, such as hits, and reports whether any
// finding has changed. It uses the session's time, so that the result is the same for a
// browser and a file.
func (s *Session) lookForHits() bool {
	if s.last.T < s.looked+lookEvery {
		return false
	}
	s.looked = s.last.T
	late := s.judgeLate(s.last.T)
	before := s.current.Findings
	s.conclude(s.analysis.Rules.Overdue(s.last.T))
	return late || !equalFindings(before, s.current.Findings)
}

// conclude replaces the findings about the session as a whole.
func (s *Session) conclude(findings []rules.Finding) {
	counts := &s.current.Counts
	counts.tally(s.current.Findings, -1)
	counts.Accepted -= len(s.current.Accepted)
	s.current.Findings, s.current.Accepted = s.current.Exceptions.Split("", findings)
	counts.add(s.current.Findings)
	counts.Accepted += len(s.current.Accepted)
}

// load adds a container captured during the session. Earlier messages on its page are
// evaluated again.
func (s *Session) load(c *datalayer.Container) error {
	revisions, err := s.analysis.GTM.Load(c)
	if err != nil {
		return err
	}
	s.countTriggers()
	s.revise(revisions)
	s.analysis.Rules.Containers(s.analysis.GTM.Triggers())
	return nil
}

// revise replaces the outcomes of messages.
func (s *Session) revise(revisions []gtm.Revision) {
	if len(revisions) == 0 {
		return
	}
	verdicts := make(map[int]*Verdict, len(revisions))
	revised := map[*gtm.Trigger]bool{}
	for _, r := range revisions {
		if i := s.current.log.find(r.Push.Seq); i >= 0 {
			before := s.current.Verdict(i)
			after := s.partedVerdict(r.Push.Event, s.analysis.Rules.Revise(r.Push, before.Outcome, r.Outcome, everyOf(before.Findings, before.Accepted)), r.Outcome)
			s.current.Counts.addVerdict(&before, -1)
			s.current.Counts.addVerdict(&after, 1)
			s.countMatches(r.Push.Seq, before.Outcome, -1)
			s.countMatches(r.Push.Seq, after.Outcome, 1)
			for _, match := range before.Outcome.Triggers {
				if match.Matched == gtm.Yes {
					revised[match.Trigger] = true
				}
			}
			verdicts[i] = s.verdicts.one(after)
		}
	}
	s.current.log = s.current.log.revise(verdicts, s.own)
	s.findLast(revised)
}

// findLast sets the last matches of triggers again: some may have been taken back.
func (s *Session) findLast(triggers map[*gtm.Trigger]bool) {
	for t := range triggers {
		if i, ok := s.triggers[t]; ok {
			s.counts[i].Last = 0
		} else {
			delete(triggers, t) // replaced
		}
	}
	for i := s.current.log.length - 1; i >= 0 && len(triggers) > 0; i-- {
		row := s.current.log.at(i)
		if row.verdict == nil {
			continue
		}
		for _, match := range row.verdict.Outcome.Triggers {
			if match.Matched == gtm.Yes && triggers[match.Trigger] {
				s.counts[s.triggers[match.Trigger]].Last = datalayer.At(row.entry).Seq
				delete(triggers, match.Trigger)
			}
		}
	}
}

// countTriggers starts counting the matches of newly loaded triggers. It keeps the counts of
// the others: their messages may be forgotten.
func (s *Session) countTriggers() {
	before, indexes := s.counts, s.triggers
	s.counts, s.triggers = nil, map[*gtm.Trigger]int{}
	for _, t := range s.analysis.GTM.Triggers() {
		count := TriggerCount{Trigger: t}
		if i, ok := indexes[t]; ok {
			count = before[i]
		}
		s.triggers[t] = len(s.counts)
		s.counts = append(s.counts, count)
	}
}

// finish ends the session: it adds the findings about the session as a whole and closes
// the recording.
func (s *Session) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.own)
	s.judgeLate(sent.Ended)
	s.conclude(slices.Concat(s.analysis.Rules.Finish(s.last.T), s.analysis.Rules.Unused(s.analysis.GTM.Unused())))
	err := s.stop()
	s.publish()
	return err
}
