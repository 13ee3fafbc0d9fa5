package session

import (
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
)

// judge finds out what there is to say about a message.
func (s *Session) judge(push *datalayer.Push) Verdict {
	message, page := push.Read(), s.current.Page(push.Page)
	outcome := s.analysis.GTM.Push(page, push, &message)
	if push.NotLanded {
		s.analysis.Rules.Dropped(push)
		return Verdict{Outcome: outcome} // what is released later is a message of its own
	}
	return Verdict{
		Findings: s.analysis.Rules.Check(page, push, &message, outcome),
		Outcome:  outcome,
	}
}

func (s *Session) countMatches(seq int, outcome gtm.Outcome) {
	for _, match := range outcome.Triggers {
		if i, ok := s.triggers[match.Trigger]; ok && match.Matched == gtm.Yes {
			s.counts[i].Matched++
			s.counts[i].Last = seq
		}
	}
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

// judgeHit adds what a hit tells about the message that it came from to what was
// found out about that. What another hit told already is not told again.
func (s *Session) judgeHit(hit *datalayer.Hit) {
	findings := s.analysis.Rules.Hit(hit)
	if len(findings) == 0 {
		return
	}
	i := s.current.log.find(hit.Cause.Push)
	if i < 0 {
		return
	}
	v := s.current.Verdict(i)
	known := func(f rules.Finding) bool {
		return slices.ContainsFunc(v.Findings, func(other rules.Finding) bool { return f.Equal(&other) })
	}
	findings = slices.DeleteFunc(findings, known)
	if len(findings) == 0 || len(v.Findings) >= maxFindings {
		return
	}
	v.Findings = slices.Concat(v.Findings, findings)
	s.current.log = s.current.log.revise(map[int]*Verdict{i: s.verdicts.one(v)})
	s.current.Counts.add(findings)
}

// maxFindings is from how many findings on a message hits add no more to them.
// Whatever is sent, a page can send any number of times.
const maxFindings = 100

// lookEvery is how much time of the session passes before it is looked again for
// hits that did not come.
const lookEvery = time.Second

// lookForHits tells which hits should have come by now. The time is that of the
// entries, so that it is the same whether they come from a browser or a file.
func (s *Session) lookForHits() {
	if s.last.T < s.looked+lookEvery {
		return
	}
	s.looked = s.last.T
	s.conclude(s.analysis.Rules.Overdue(s.last.T))
}

// conclude puts findings about the session as a whole in the place of those from
// before.
func (s *Session) conclude(findings []rules.Finding) {
	s.current.Counts.tally(s.current.Findings, -1)
	s.current.Findings = findings
	s.current.Counts.add(findings)
}

// load takes a container that came in the middle of the session. What it makes
// of the messages before it on its page is worked out again.
func (s *Session) load(c *datalayer.Container) error {
	revisions, err := s.analysis.GTM.Load(c)
	if err != nil {
		return err
	}
	verdicts := make(map[int]*Verdict, len(revisions))
	for _, r := range revisions {
		if i := s.current.log.find(r.Push.Seq); i >= 0 {
			before := s.current.log.at(i).findings()
			was := s.current.Verdict(i).Outcome
			after := s.analysis.Rules.Revise(r.Push, was, r.Outcome, before)
			s.current.Counts.tally(before, -1)
			s.current.Counts.tally(after, 1)
			verdicts[i] = s.verdicts.one(Verdict{Findings: after, Outcome: r.Outcome})
		}
	}
	s.current.log = s.current.log.revise(verdicts)
	s.listen()
	return nil
}

// listen counts the matches of all triggers that are known by now.
func (s *Session) listen() {
	s.counts, s.triggers = nil, map[*gtm.Trigger]int{}
	s.analysis.Rules.Containers(s.analysis.GTM.Triggers())
	for _, t := range s.analysis.GTM.Triggers() {
		s.triggers[t] = len(s.counts)
		s.counts = append(s.counts, TriggerCount{Trigger: t})
	}
	for i := range s.current.log.length {
		row := s.current.log.at(i)
		if row.verdict != nil {
			s.countMatches(datalayer.At(row.entry).Seq, row.verdict.Outcome)
		}
	}
}

// finish ends the session: what can only be said of the whole is said, and the
// recording is closed.
func (s *Session) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conclude(slices.Concat(s.analysis.Rules.Finish(s.last.T), s.analysis.Rules.Unused(s.analysis.GTM.Unused())))
	err := s.stop()
	s.publish()
	return err
}
