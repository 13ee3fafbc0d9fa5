// Package report says what is to be said about sessions: the verdict of a check,
// for people and for programs.
package report

import (
	"iter"

	"layertap/datalayer"
	"layertap/gtm/engine"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/session"
)

// File is a session that was read from a file.
type File struct {
	Name    string
	Session session.Snapshot
	// Line is the line of the file, from 1, that the entry with a sequence
	// number stands on.
	Line func(seq int) int
	// SkippedLines and TornBytes count what could not be read of it, and GarbledLines
	// what isn't UTF-8.
	SkippedLines int
	GarbledLines int
	TornBytes    int
	// Filter is what Session's messages were chosen by; empty where it has all.
	Filter string
	// Container says what was checked where that is a container and not a session:
	// "GTM-ABC123: 3 tags". Session then has findings alone.
	Container string
	// Trouble says in a sentence what is wrong with the file; empty for nothing.
	Trouble string
	// Removed says in words what personal data was taken out of the session; empty for
	// nothing.
	Removed string
	// Picture returns the PNG that a screenshot names, or nil where it is not at
	// hand; nil where none are.
	Picture func(file string) []byte
}

// Files yields sessions, each once, and an error in place of one that can't be read, after
// which nothing comes. None is kept when the next is asked for.
type Files = iter.Seq2[File, error]

// Of yields some files.
func Of(files ...File) Files {
	return func(yield func(File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Check is the verdict on some files. Its methods write it, and report whether any file has
// a finding that fails the check.
type Check struct {
	Tool  string // "layertap 0.1.0"
	Files Files
	// FailOn is the least severity of a finding that fails the check; Off for
	// one that never fails.
	FailOn rules.Severity
	// All has [Check.JSON] list every trigger and tag of each message, and why;
	// State the computed data layer after each.
	All, State bool
}

// each calls write with each of the files.
func (c Check) each(write func(File) error) (failed bool, err error) {
	for f, err := range c.Files {
		if err == nil {
			err = write(f)
		}
		if err != nil {
			return failed, err
		}
		failed = failed || c.Fails(f)
	}
	return failed, nil
}

// OfContainer is the verdict on a container, of which about says what it has.
func OfContainer(name, about string, findings []rules.Finding) File {
	empty := session.New(datalayer.Header{}, session.Analysis{Rules: check.New(), GTM: engine.New()})
	f := File{Name: name, Container: about, Session: empty.Snapshot(), Line: func(int) int { return 1 }}
	f.Session.Findings = findings
	for _, finding := range findings {
		switch finding.Severity {
		case rules.Error:
			f.Session.Counts.Errors++
		case rules.Warning:
			f.Session.Counts.Warnings++
		case rules.Info:
			f.Session.Counts.Infos++
		}
	}
	return f
}

// Fails reports whether a file has a finding that fails the check.
func (c Check) Fails(f File) bool {
	counts := f.Session.Counts
	return c.fails(rules.Error) && counts.Errors > 0 ||
		c.fails(rules.Warning) && counts.Warnings > 0 ||
		c.fails(rules.Info) && counts.Infos > 0
}

// fails reports whether a finding of a severity fails the check.
func (c Check) fails(s rules.Severity) bool { return c.FailOn != rules.Off && s >= c.FailOn }

// Needed returns what a check needs of an entry with its findings; nil for nothing. The
// formats that write more of a session, JSON and Markdown, need all.
func Needed(e datalayer.Entry, findings []rules.Finding) datalayer.Entry {
	switch e := e.(type) {
	case *datalayer.Push:
		if len(findings) == 0 {
			return nil
		}
		kept := *e // what it shares memory with is dropped
		kept.Message, kept.Called, kept.Stack = nil, nil, nil
		return &kept
	case *datalayer.Gap, *datalayer.Container:
		return e
	}
	if len(findings) > 0 {
		return e
	}
	return nil
}

func verdict(failed bool) string {
	if failed {
		return "fail"
	}
	return "pass"
}
