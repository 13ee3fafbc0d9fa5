package overview

import (
	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/session"
)

// IsNoise reports whether Google Tag Manager pushed a message by itself.
func IsNoise(p *datalayer.Push) bool { return p.Own() }

// Wrong reports whether a verdict has a finding that must not be folded away.
func Wrong(v session.Verdict) bool { return Worst(v) >= rules.Warning }

// Worst returns the highest severity of a verdict's findings.
func Worst(v session.Verdict) rules.Severity {
	severity := rules.Off
	for _, f := range v.Findings {
		severity = max(severity, f.Severity)
	}
	return severity
}

// carriedBy counts the events of the plan that have each parameter, by its name.
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
