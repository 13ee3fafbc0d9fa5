package overview

import (
	"slices"

	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
)

// Audited is the findings about the containers of a session, independent of its messages.
type Audited struct {
	Of       AuditOf
	Findings []rules.Finding
	Err      error
}

// AuditOf is what an audit depends on: the containers, and whether the session is checked
// against plans.
type AuditOf struct {
	Containers int
	Planned    bool
}

// AuditOfSession returns what an audit of the session depends on. Without containers there
// is nothing to audit.
func AuditOfSession(s session.Snapshot) AuditOf {
	return AuditOf{len(Containers(s)), len(s.Coverage) > 0}
}

// Audit checks the containers of a session. It takes a moment.
func Audit(s session.Snapshot, of AuditOf, check func(c *gtm.Container, planned bool) ([]rules.Finding, error)) Audited {
	a := Audited{Of: of}
	for _, c := range Containers(s) {
		findings, err := check(c, of.Planned)
		if err != nil {
			a.Err = err
			return a
		}
		a.Findings = append(a.Findings, findings...)
	}
	return a
}

// Containers returns the containers of a session that a person set up, except those without
// triggers.
func Containers(s session.Snapshot) []*gtm.Container {
	var all []*gtm.Container
	for _, t := range s.Triggers {
		c := t.Trigger.Container
		if c != nil && c.Form != gtm.FormPatterns && c.Form != gtm.FormSuggested && !slices.Contains(all, c) {
			all = append(all, c)
		}
	}
	return all
}
