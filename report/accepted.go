package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"

	"layertap/rules"
	"layertap/rules/accept"
)

// Found is a finding with the event of its message; the event is empty for findings about
// the session as a whole.
type Found struct {
	rules.Finding
	Event string
}

// Findings yields the findings of a file that count: those of messages, then those of the
// session.
func Findings(f File) iter.Seq[Found] {
	return func(yield func(Found) bool) {
		for i, push := range pushes(f.Session) {
			for _, finding := range f.Session.Verdict(i).Findings {
				if !yield(Found{finding, push.Event}) {
					return
				}
			}
		}
		for _, finding := range f.Session.Findings {
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

// accepted returns the exceptions that accepted something, the most frequent first.
func accepted(f File) []acceptedFinding {
	var list []acceptedFinding
	for i, n := range f.Session.AcceptedBy() {
		if n > 0 {
			list = append(list, acceptedFinding{f.Session.Exceptions[i], n})
		}
	}
	slices.SortStableFunc(list, func(a, b acceptedFinding) int { return cmp.Compare(b.count, a.count) })
	return list
}

// acceptedLines describes what was accepted, and by which exceptions.
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
