package session

import (
	"slices"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/check"
	"layertap/rules/check/planned"
)

// Accept changes the exceptions, including for existing findings.
func (s *Session) Accept(exceptions accept.List) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = s.current.Accepting(exceptions)
	s.publish()
}

// Accepting returns the snapshot with other exceptions.
func (s Snapshot) Accepting(exceptions accept.List) Snapshot {
	s.Exceptions = exceptions
	s.Coverage = covered(s.Coverage, exceptions)
	s.Counts.Errors, s.Counts.Warnings, s.Counts.Infos, s.Counts.Accepted = 0, 0, 0, 0
	s.Findings, s.Accepted = exceptions.Split("", everyOf(s.Findings, s.Accepted))
	s.Counts.add(s.Findings)
	s.Counts.Accepted += len(s.Accepted)
	type kind struct {
		verdict *Verdict
		event   string
	}
	known := map[kind]*Verdict{} // messages share verdicts
	changed := map[int]*Verdict{}
	for i := range s.Len() {
		r := s.log.at(i)
		v := r.verdict
		if v == nil || len(v.Findings)+len(v.Accepted) == 0 {
			continue
		}
		k := kind{v, eventOf(r.entry)}
		if known[k] == nil {
			other := *v
			other.Findings, other.Accepted = exceptions.Split(k.event, everyOf(v.Findings, v.Accepted))
			known[k] = &other
		}
		if v = known[k]; len(v.Accepted) > 0 || len(r.verdict.Accepted) > 0 {
			changed[i] = v
		}
		s.Counts.add(v.Findings)
		s.Counts.Accepted += len(v.Accepted)
	}
	s.log = s.log.revise(changed, map[int]bool{})
	return s
}

// covered returns the coverage without accepted errors.
func covered(coverage []check.Coverage, exceptions accept.List) []check.Coverage {
	if len(exceptions) == 0 {
		return coverage
	}
	coverage = slices.Clone(coverage)
	for i := range coverage {
		c := &coverage[i]
		c.Wrong = c.Errors.Wrong(c.Event, exceptions)
		c.Names = slices.DeleteFunc(slices.Clone(c.Names), func(m planned.Misspelling) bool {
			return exceptions.Find(m.Name, &rules.Finding{Code: rules.MisspelledEvent}) >= 0
		})
	}
	return coverage
}

// everyOf returns all findings, accepted or not, the most severe first.
func everyOf(findings, accepted []rules.Finding) []rules.Finding {
	if len(accepted) == 0 {
		return findings
	}
	every := slices.Concat(findings, accepted)
	slices.SortStableFunc(every, func(a, b rules.Finding) int { return int(b.Severity) - int(a.Severity) })
	return every
}

// eventOf returns the event of an entry; empty if it isn't a message.
func eventOf(e datalayer.Entry) string {
	if push, ok := e.(*datalayer.Push); ok {
		return push.Event
	}
	return ""
}

// AcceptedBy returns the number of findings that each exception covers.
func (s Snapshot) AcceptedBy() []int {
	counts := make([]int, len(s.Exceptions))
	count := func(event string, findings []rules.Finding) {
		for i := range findings {
			if at := s.Exceptions.Find(event, &findings[i]); at >= 0 {
				counts[at]++
			}
		}
	}
	for i := range s.Len() {
		if r := s.log.at(i); r.verdict != nil {
			count(eventOf(r.entry), r.verdict.Accepted)
		}
	}
	count("", s.Accepted)
	return counts
}
