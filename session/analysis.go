package session

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
)

// judge finds out what there is to say about a message.
func (s *Session) judge(push *datalayer.Push) Verdict {
	message, err := datalayer.Decode(push.Message)
	if err != nil { // sources hand on well-formed messages only
		message = datalayer.Value{Kind: datalayer.Threw, Text: err.Error()}
	}
	page := s.current.Page(push.Page)
	outcome := s.analysis.GTM.Push(page, push, message)
	return Verdict{
		Findings: s.analysis.Rules.Check(page, push, message, outcome),
		Outcome:  outcome,
	}
}

func (s *Session) count(push *datalayer.Push, v Verdict) {
	counts := &s.current.Counts
	counts.Messages++
	counts.add(v.Findings)
	for _, match := range v.Outcome.Triggers {
		if match.Matched == gtm.Yes {
			s.matched(match.Trigger, push.Seq)
		}
	}
}

func (c *Counts) add(findings []rules.Finding) {
	for _, f := range findings {
		switch f.Severity {
		case rules.Error:
			c.Errors++
		case rules.Warning:
			c.Warnings++
		case rules.Info:
			c.Infos++
		}
	}
}

func (s *Session) matched(t *gtm.Trigger, seq int) {
	if i, ok := s.triggers[t]; ok {
		s.counts[i].Matched++
		s.counts[i].Last = seq
	}
}

// listen adds the containers' triggers to those that are counted.
func (s *Session) listen(triggers []*gtm.Trigger) {
	for _, t := range triggers {
		if _, ok := s.triggers[t]; !ok {
			s.triggers[t] = len(s.counts)
			s.counts = append(s.counts, TriggerCount{Trigger: t})
		}
	}
}

// finish ends the session: what can only be said of the whole is said, and the
// recording is closed.
func (s *Session) finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.Findings = s.analysis.Rules.Finish()
	s.current.Counts.add(s.current.Findings)
	err := s.stop()
	s.publish()
	return err
}
