package audit

import (
	"fmt"
	"strings"

	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/spelling"
)

// maxCycles bounds the reported variables that refer to themselves.
const maxCycles = 20

func (a *audit) variables() {
	var names []string
	for _, v := range a.c.Variables {
		if v.Type != "" && !v.Implicit {
			names = append(names, v.Name)
		}
	}
	speller := spelling.New(names)
	for _, v := range a.c.Variables {
		path := "variables." + v.Name
		switch {
		case a.uses.export && v.Type == "" && a.uses.variables[v.Name]:
			near := ""
			if found := speller.Near(v.Name); len(found) > 0 {
				near = "; did you mean " + quoted(found[0].Name) + "?"
			}
			what := a.user(v)
			f := a.find(rules.UnknownVariable, "plain", path, "what", what, "variable", quoted(v.Name), "near", near)
			f.Message = strings.Replace(f.Message, "?.", "?", 1)
		case a.uses.own[v.Name] && !a.uses.variables[v.Name]:
			a.find(rules.UnusedVariable, "plain", path, "variable", quoted(v.Name))
		}
		if a.counts[rules.VariableCycle] >= maxCycles {
			continue
		}
		if around := cycle(v); around != nil {
			a.find(rules.VariableCycle, "plain", path, "variable", quoted(v.Name), "path", quotedList(around))
		}
	}
}

// user returns a name of something that reads a variable.
func (a *audit) user(v *gtm.Variable) string {
	for _, t := range a.c.Tags {
		for _, read := range t.Reads {
			if read == v {
				return fmt.Sprintf("The tag %q", t.Name)
			}
		}
	}
	for _, t := range a.c.Triggers {
		for _, c := range t.Conditions {
			if c.Variable == v {
				return fmt.Sprintf("The trigger %q", t.Name)
			}
		}
	}
	return "The container"
}

// cycle returns the names of the variables through which v refers to itself.
func cycle(v *gtm.Variable) []string {
	direct := gtm.VariablesIn(v.Settings)
	for _, read := range direct {
		if read == v {
			names := []string{}
			for _, other := range direct[:min(len(direct), 20)] {
				for _, back := range gtm.VariablesIn(other.Settings) {
					if back == v && other != v {
						names = append(names, quoted(other.Name))
						break
					}
				}
			}
			if len(names) == 0 {
				names = []string{"its own settings"}
			}
			return names[:min(len(names), 5)]
		}
	}
	return nil
}

// limit is the maximum size of a container that Google Tag Manager publishes, in bytes;
// it warns from 70 % on. The size of an export doesn't indicate it.
const limit = 200 << 10

func (a *audit) size() {
	if a.c.Form == gtm.FormPublished && len(a.c.Source) > limit*7/10 {
		a.find(rules.ContainerSize, "plain", "", "size", fmt.Sprint(len(a.c.Source)>>10))
	}
}
