package overview

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/session"
)

// IsNoise reports whether a message is one that Google Tag Manager pushes by itself.
func IsNoise(p *datalayer.Push) bool { return p.Own() }

// Wrong reports whether there is something in a verdict that must not be folded
// away.
func Wrong(v session.Verdict) bool { return Worst(v) >= rules.Warning }

// Worst returns the highest severity of a verdict's findings.
func Worst(v session.Verdict) rules.Severity {
	severity := rules.Off
	for _, f := range v.Findings {
		severity = max(severity, f.Severity)
	}
	return severity
}

// carriedBy counts the events of the plan that have a parameter of a name.
func carriedBy(coverage []check.Coverage) map[string]int {
	carried := map[string]int{}
	for _, c := range coverage {
		if c.Plan == nil {
			continue
		}
		for _, p := range c.Plan.Parameters {
			carried[p.Name]++
		}
	}
	return carried
}
