// Package report says what is to be said about sessions: the verdict of a check,
// for people and for programs.
package report

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// File is a session that was read from a file.
type File struct {
	Name    string
	Session session.Snapshot
	// SkippedLines and TornBytes count what could not be read of it.
	SkippedLines int
	TornBytes    int
	// Trouble says in a sentence what is wrong with the file; empty for nothing.
	Trouble string
}

// Check is the verdict on some files.
type Check struct {
	Tool  string // "layertap 0.1.0"
	Files []File
	// FailOn is the least severity of a finding that fails the check; Off for
	// one that never fails.
	FailOn rules.Severity
}

// Failed says whether any file has a finding that fails the check.
func (c Check) Failed() bool {
	for _, f := range c.Files {
		if c.failed(f) {
			return true
		}
	}
	return false
}

func (c Check) failed(f File) bool {
	counts := f.Session.Counts
	switch c.FailOn {
	case rules.Error:
		return counts.Errors > 0
	case rules.Warning:
		return counts.Errors+counts.Warnings > 0
	case rules.Info:
		return counts.Errors+counts.Warnings+counts.Infos > 0
	default:
		return false
	}
}

func verdict(failed bool) string {
	if failed {
		return "fail"
	}
	return "pass"
}

// message is a push with what was found out about it.
type message struct {
	*datalayer.Push
	verdict session.Verdict
}

// messages calls each for every push of a session, in order.
func messages(s session.Snapshot, each func(message)) {
	for i := range s.Len() {
		if push, ok := s.Entry(i).(*datalayer.Push); ok {
			each(message{push, s.Verdict(i)})
		}
	}
}

// triggerName is the name of a trigger as it is shown.
func triggerName(t *gtm.Trigger) string { return t.Name }
