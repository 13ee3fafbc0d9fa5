package audit

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/parse"
	"layertap/rules"
)

func (a *audit) triggers() {
	for _, t := range a.c.Triggers {
		path := "triggers." + t.Name
		if a.uses.export && len(t.Fires)+len(t.Blocks) == 0 && !a.uses.triggers[t.ID] && t.Type != "Trigger Group" {
			a.find(rules.UnusedTrigger, "plain", path, "trigger", quoted(t.Name))
		}
		for _, c := range t.Conditions {
			if p := c.Predicate; p.CompileErr != nil {
				form := "plain"
				if c.Negated {
					form = "negated"
				}
				a.find(rules.InvalidPattern, form, path, "trigger", quoted(t.Name), "pattern", c.Expected, "why", p.CompileErr.Error())
			}
		}
		if matchesAll(t) {
			a.find(rules.PatternMatchesAll, "plain", path, "trigger", quoted(t.Name))
		}
	}
	a.equalTriggers()
}

// matchesAll reports whether a custom event trigger has only one pattern, which matches
// any event name.
func matchesAll(t *gtm.Trigger) bool {
	if t.Type != "Custom Event" || len(t.Conditions) != 1 || t.Conditions[0].Operator != gtm.MatchesRegexp || len(t.Fires) == 0 {
		return false
	}
	for _, name := range []string{"gtm.js", "gtm.dom", "gtm.init", "x", "Zq 9", "purchase"} {
		if !onEvent(t, name) {
			return false
		}
	}
	return true
}

// onEvent reports whether t's conditions on the event's name are met for a name.
// Conditions that can't be evaluated count as met.
func onEvent(t *gtm.Trigger, name string) bool {
	for _, c := range t.Conditions[:t.OnEvent] {
		if holds, known := eventHolds(c, name); known && !holds {
			return false
		}
	}
	return true
}

func eventHolds(c *gtm.Condition, name string) (holds, known bool) {
	expected, constant := c.Predicate.Right.Constant.Text, c.Predicate.Right.Kind == gtm.ConstantTerm
	if c.Predicate.AnyOf {
		for _, item := range c.Predicate.Right.List {
			holds = holds || item.Constant.Text == name
		}
		return holds != c.Negated, c.Operator == gtm.Equals
	}
	switch c.Operator {
	case gtm.Equals:
		holds = name == expected
	case gtm.Contains:
		holds = strings.Contains(name, expected)
	case gtm.StartsWith:
		holds = strings.HasPrefix(name, expected)
	case gtm.EndsWith:
		holds = strings.HasSuffix(name, expected)
	case gtm.MatchesRegexp:
		if c.Predicate.Compiled == nil {
			return c.Negated, c.Predicate.CompileErr != nil
		}
		matched, err := c.Predicate.Compiled.Match(name)
		return matched != c.Negated, err == nil
	default:
		return false, false
	}
	return holds != c.Negated, constant
}

// eventsOf returns the names of the events that a trigger can match, if its conditions
// determine them.
func eventsOf(t *gtm.Trigger) []string {
	for _, c := range t.Conditions[:t.OnEvent] {
		if c.Operator != gtm.Equals || c.Negated {
			continue
		}
		if !c.Predicate.AnyOf {
			return []string{c.Predicate.Right.Constant.Text}
		}
		var names []string
		for _, item := range c.Predicate.Right.List {
			names = append(names, item.Constant.Text)
		}
		return names
	}
	return nil
}

// neverBlocks reports whether a blocking trigger can't match any event on which the tag
// fires.
func neverBlocks(block *gtm.Trigger, t *gtm.Tag) bool {
	for _, firing := range t.Firing {
		if meet(block, firing) {
			return false
		}
	}
	return len(t.Firing) > 0 && len(t.Setup)+len(t.Teardown) == 0
}

// meet reports whether an event exists that may match both triggers.
func meet(a, b *gtm.Trigger) bool {
	if a == b || a.OnEvent == 0 || b.OnEvent == 0 {
		return true
	}
	names, other := eventsOf(a), b
	if names == nil {
		names, other = eventsOf(b), a
	}
	return names == nil || slices.ContainsFunc(names, func(name string) bool { return onEvent(other, name) })
}

// incidental are the keys of a trigger that don't determine when it matches.
var incidental = []string{
	"accountId", "containerId", "workspaceId", "triggerId", "uniqueTriggerId", "name", "notes",
	"fingerprint", "parentFolderId", "path", "tagManagerUrl",
}

func (a *audit) equalTriggers() {
	if !a.uses.export {
		return
	}
	v, _ := parse.Literal(string(a.c.Source)) // usesOf has parsed it
	list, _ := v.Get("trigger")
	first := map[string]string{}
	for _, t := range list.Items {
		name, _ := t.Get("name")
		same := t
		same.Fields = slices.DeleteFunc(slices.Clone(t.Fields), func(f datalayer.Field) bool { return slices.Contains(incidental, f.Name) })
		key := string(datalayer.Encode(nil, same))
		if other, ok := first[key]; ok {
			a.find(rules.EqualTriggers, "plain", "triggers."+name.Text, "trigger", quoted(other), "other", quoted(name.Text))
			continue
		}
		first[key] = name.Text
	}
}
