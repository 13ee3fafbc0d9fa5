package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/accept"
)

// Found is a finding with the event of its message; that is empty where the session as a
// whole is meant.
type Found struct {
	rules.Finding
	Event string
}

// Findings yields the findings of a file that count.
func Findings(f File) iter.Seq[Found] {
	return every(f, func(findings, _ []rules.Finding) []rules.Finding { return findings })
}

// every yields some of the findings of a file, of messages and then of the session.
func every(f File, some func(counted, accepted []rules.Finding) []rules.Finding) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		s := f.Session
		for i := range s.Len() {
			push, ok := s.Entry(i).(*datalayer.Push)
			if !ok {
				continue
			}
			v := s.Verdict(i)
			for _, finding := range some(v.Findings, v.Accepted) {
				if !yield(Found{finding, push.Event}) {
					return
				}
			}
		}
		for _, finding := range some(s.Findings, s.Accepted) {
			if !yield(Found{finding, ""}) {
				return
			}
		}
	}
}

// acceptedFinding is an exception with how many findings it accepted.
type acceptedFinding struct {
	accept.Exception
	count int
}

// accepted lists the exceptions that accepted something, the most frequent first.
func accepted(f File) []acceptedFinding {
	counts := make([]int, len(f.Session.Exceptions))
	for found := range every(f, func(_, accepted []rules.Finding) []rules.Finding { return accepted }) {
		if at := f.Session.Exceptions.Find(found.Event, &found.Finding); at >= 0 {
			counts[at]++
		}
	}
	var list []acceptedFinding
	for i, n := range counts {
		if n > 0 {
			list = append(list, acceptedFinding{f.Session.Exceptions[i], n})
		}
	}
	slices.SortStableFunc(list, func(a, b acceptedFinding) int { return cmp.Compare(b.count, a.count) })
	return list
}

// acceptedLines say what was accepted, and by what.
func acceptedLines(f File) []string {
	var lines []string
	for _, a := range accepted(f) {
		line := fmt.Sprintf("%d× %s (%s)", a.count, a.Exception, a.From)
		if a.Why != "" {
			line += ": " + a.Why
		}
		lines = append(lines, line)
	}
	return lines
}
