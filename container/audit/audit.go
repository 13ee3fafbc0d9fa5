// Package audit finds mistakes in a container without a visit: in its configuration
// alone, and by pushing a plan's events.
package audit

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/rules"
	"layertap/rules/plan"
)

// Check returns the findings about a container, the most severe first. If there are
// plans, it evaluates their events, each on a page of its own. The severities are those
// of the plans; if they differ, the highest. The only error is that of ctx.
func Check(ctx context.Context, c *gtm.Container, plans ...*plan.Plan) ([]rules.Finding, error) {
	a := &audit{c: c, uses: usesOf(c)}
	for _, p := range plans {
		a.severities = append(a.severities, p.Severities)
	}
	a.tags()
	a.triggers()
	a.variables()
	a.size()
	for _, p := range plans {
		if err := a.plan(ctx, p); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(a.findings, func(x, y rules.Finding) int { return cmp.Compare(y.Severity, x.Severity) })
	return a.findings, ctx.Err()
}

// maxFindings bounds the findings with one code, for hostile containers.
const maxFindings = 200

type audit struct {
	c          *gtm.Container
	uses       uses
	severities []plan.Severities
	findings   []rules.Finding
	counts     map[rules.Code]int
}

// find adds a finding about the part at path; words are inserted into the sentence of
// code and form.
func (a *audit) find(code rules.Code, form, path string, words ...string) *rules.Finding {
	if a.counts == nil {
		a.counts = map[rules.Code]int{}
	}
	severity := a.severity(code)
	if a.counts[code]++; severity == rules.Off || a.counts[code] > maxFindings {
		return &rules.Finding{}
	}
	for i := 1; i < len(words); i += 2 {
		words[i] = shorten(words[i])
	}
	message, fix := rules.Sentences(code, form, words...)
	a.findings = append(a.findings, rules.Finding{Code: code, Severity: severity, Path: path, Message: message, Fix: fix})
	return &a.findings[len(a.findings)-1]
}

func (a *audit) severity(code rules.Code) rules.Severity {
	severity, said := rules.Off, false
	for _, s := range a.severities {
		if own, ok := s[code]; ok {
			severity, said = max(severity, own), true
		}
	}
	if said {
		return severity
	}
	return rules.DefaultSeverity(code)
}

// shorten truncates a text from a container to a length suitable for a sentence.
func shorten(text string) string {
	const most = 200
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

func quoted(name string) string { return fmt.Sprintf("%q", name) }

// uses are the references in the text of an export, including those that aren't in the
// container's model.
type uses struct {
	export    bool
	variables map[string]bool // by name, in any text
	own       map[string]bool // the variables in the export, by name
	triggers  map[string]bool // by number, in groups and zones
}

func usesOf(c *gtm.Container) uses {
	u := uses{
		export: c.Form == gtm.FormExport, variables: map[string]bool{}, own: map[string]bool{}, triggers: map[string]bool{},
	}
	if !u.export {
		return u
	}
	v, err := parse.Literal(string(c.Source))
	if err != nil {
		u.export = false // no findings about what can't be parsed
		return u
	}
	u.walk(v, "")
	variables, _ := v.Get("variable")
	for _, item := range variables.Items {
		name, _ := item.Get("name")
		u.own[name.Text] = true
	}
	return u
}

func (u *uses) walk(v datalayer.Value, key string) {
	switch v.Kind {
	case datalayer.Object:
		if kind, _ := v.Get("type"); strings.EqualFold(kind.Text, "TRIGGER_REFERENCE") {
			id, _ := v.Get("value")
			u.triggers[id.Text] = true
		}
		for _, f := range v.Fields {
			u.walk(f.Value, f.Name)
		}
	case datalayer.Array:
		for _, item := range v.Items {
			u.walk(item, key)
		}
	case datalayer.String:
		if strings.HasSuffix(key, "TriggerId") {
			u.triggers[v.Text] = true
		}
		for rest := v.Text; ; {
			_, after, ok := strings.Cut(rest, "{{")
			if !ok {
				return
			}
			name, left, ok := strings.Cut(after, "}}")
			if !ok {
				return
			}
			u.variables[name], rest = true, left
		}
	}
}
