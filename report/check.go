// Package report writes the results of checking sessions, for people and for programs.
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
	// Line returns the line of the file, from 1, of the entry with a sequence number.
	Line func(seq int) int
	// SkippedLines and TornBytes count what could not be read, and GarbledLines the lines
	// that aren't UTF-8.
	SkippedLines int
	GarbledLines int
	TornBytes    int
	// Filter is the filter by which Session's messages were selected; empty if it has all.
	Filter string
	// Container describes the container that was checked, if the file isn't a session:
	// "GTM-ABC123: 3 tags". Session then only has findings.
	Container string
	// Trouble is a sentence about what is wrong with the file; empty if nothing is.
	Trouble string
	// Removed describes the personal data that was removed from the session; empty if none
	// was.
	Removed string
	// Settled has what Session no longer has; nil if it has all.
	Settled Settled
	// Picture returns the PNG file of a screenshot, or nil if it isn't available; nil if no
	// files are.
	Picture func(file string) []byte
}

// Files yields sessions, each once. If one can't be read it yields an error and stops.
// Implementations keep no file after they yield the next.
type Files = iter.Seq2[File, error]

// Of yields the given files.
func Of(files ...File) Files {
	return func(yield func(File, error) bool) {
		for _, f := range files {
			if !yield(f, nil) {
				return
			}
		}
	}
}

// Check is the result of checking some files. Its methods write it, and report whether any
// file has a finding that fails the check.
type Check struct {
	Tool  string // "layertap 0.1.0"
	Files Files
	// FailOn is the lowest severity that fails the check; Off if none does.
	FailOn rules.Severity
	// All makes [Check.JSON] list every trigger and tag of each message with the reasons;
	// State adds the computed data layer after each.
	All, State bool
}

// each calls write for each file.
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

// OfContainer returns the result of checking a container; about describes its contents.
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

// headline returns a verdict for people. If nothing fails the check, what was found is not
// called a pass.
func (c Check) headline(verdict string) string {
	if c.FailOn == rules.Off {
		return "not judged (--fail-on never)"
	}
	return verdict
}

// verdict is the result as programs read it, which agrees with the exit status.
func verdict(failed bool) string {
	if failed {
		return "fail"
	}
	return "pass"
}
