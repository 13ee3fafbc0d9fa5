package plan

import (
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// Change is a difference between two plans.
type Change struct {
	// Path is the event and the parameter in it: "purchase",
	// "purchase.items[].item_id".
	Path string
	Kind ChangeKind
	// Breaking is set if a message that was correct may be wrong now.
	Breaking bool
	// Message describes the difference in a sentence.
	Message string
}

// ChangeKind is the kind of a [Change].
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Diff returns the changes in the second of two plans, in the order of its events,
// followed by the events that were removed.
func Diff(before, after *Plan) []Change {
	var changes []Change
	for _, e := range after.Events {
		old := before.Event(e.Name)
		if old == nil {
			changes = append(changes, Change{e.Name, Added, false, "The event " + e.Name + " was added."})
			continue
		}
		changes = append(changes, diffEvent(old, e)...)
	}
	for _, e := range before.Events {
		if after.Event(e.Name) == nil {
			changes = append(changes, Change{e.Name, Removed, true, "The event " + e.Name + " was removed."})
		}
	}
	for _, t := range after.Triggers {
		if !slices.Contains(before.Triggers, t) {
			changes = append(changes, Change{t.Name, Changed, false, fmt.Sprintf("The trigger %s is now %s.", t.Name, t.Regexp)})
		}
	}
	for _, t := range before.Triggers {
		if !slices.ContainsFunc(after.Triggers, func(other gtm.Pattern) bool { return other.Name == t.Name }) {
			changes = append(changes, Change{t.Name, Removed, false, "The trigger " + t.Name + " was removed."})
		}
	}
	return changes
}

// Event returns the plan's event with that name; nil if there is none.
func (p *Plan) Event(name string) *Event {
	for _, e := range p.Events {
		if e.Name == name {
			return e
		}
	}
	return nil
}

func diffEvent(before, after *Event) []Change {
	var changes []Change
	if before.Required != after.Required {
		changes = append(changes, Change{after.Name, Changed, after.Required,
			fmt.Sprintf("The event %s is now %s.", after.Name, requiredWord(after.Required))})
	}
	if len(changes) == 0 && before.alone() != after.alone() {
		changes = append(changes, Change{after.Name, Changed, before.judges() != after.judges(), "The definition of " + after.Name + " changed."})
	}
	was, is := paths(before.Parameters, after.Name), paths(after.Parameters, after.Name)
	for _, now := range is {
		at := slices.IndexFunc(was, func(p located) bool { return p.path == now.path })
		if at < 0 {
			changes = append(changes, Change{now.path, Added, now.p.Required,
				fmt.Sprintf("The parameter %s was added (%s).", now.path, requiredWord(now.p.Required))})
			continue
		}
		changes = append(changes, diffParameter(now.path, was[at].p, now.p)...)
	}
	for _, old := range was {
		if !slices.ContainsFunc(is, func(p located) bool { return p.path == old.path }) {
			changes = append(changes, Change{old.path, Removed, true, "The parameter " + old.path + " was removed."})
		}
	}
	return changes
}

// alone returns an event's definition without its parameters.
func (e *Event) alone() string {
	own := *e
	own.Parameters = nil
	var w writer
	return contents(w.event(&own).Node)
}

// judges is like alone, without descriptions for people.
func (e *Event) judges() string {
	own := *e
	own.Description, own.Trigger, own.Owner, own.Link = "", "", "", ""
	return own.alone()
}

// located is a parameter and its path.
type located struct {
	path string
	p    *Parameter
}

func paths(parameters []*Parameter, at string) []located {
	var all []located
	for _, p := range parameters {
		path := at + "." + p.Name
		all = append(all, located{path, p})
		all = append(all, paths(p.Parameters, path)...)
		for item := p.Items; item != nil; item = item.Items {
			path += "[]"
			all = append(all, located{path, item})
			all = append(all, paths(item.Parameters, path)...)
		}
	}
	return all
}

func requiredWord(required bool) string {
	if required {
		return "required"
	}
	return "optional"
}

// diffParameter compares one parameter in two plans, without nested ones.
func diffParameter(path string, before, after *Parameter) []Change {
	var changes []Change
	change := func(breaking bool, what, was, is string) {
		if was != is {
			changes = append(changes, Change{path, Changed, breaking,
				fmt.Sprintf("%s of %s changed from %s to %s.", what, path, orNone(was), orNone(is))})
		}
	}
	if before.Required != after.Required {
		changes = append(changes, Change{path, Changed, after.Required,
			fmt.Sprintf("The parameter %s is now %s.", path, requiredWord(after.Required))})
	}
	change(after.Types != 0 && before.Types&^after.Types != 0 || before.Types == 0,
		"The type", strings.Join(before.Types.words(), " or "), strings.Join(after.Types.words(), " or "))
	gone := slices.ContainsFunc(before.Enum, func(v string) bool { return !slices.Contains(after.Enum, v) })
	change(after.Enum != nil && (gone || before.Enum == nil), "The list of values",
		strings.Join(before.Enum, ", "), strings.Join(after.Enum, ", "))
	change(after.Pattern != nil, "The pattern", patternText(before), patternText(after))
	change(after.Min != nil || after.Max != nil, "The range", rangeText(before), rangeText(after))
	change(after.Unit != AnyUnit, "The unit", string(before.Unit), string(after.Unit))
	if len(changes) == 0 && alone(before) != alone(after) {
		changes = append(changes, Change{path, Changed, judges(before) != judges(after), "The definition of " + path + " changed."})
	}
	return changes
}

// alone returns a parameter's definition without nested ones.
func alone(p *Parameter) string {
	own := *p
	own.Parameters, own.Items = nil, nil
	return contents(definition(&own))
}

// judges is like alone, without descriptions for people.
func judges(p *Parameter) string {
	own := *p
	own.Description, own.Owner, own.Link = "", "", ""
	return alone(&own)
}

func patternText(p *Parameter) string {
	if p.Pattern == nil {
		return ""
	}
	return p.Pattern.String()
}

func rangeText(p *Parameter) string {
	if p.Min == nil && p.Max == nil {
		return ""
	}
	return RangeWords(p)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// RangeWords describes the numbers that a parameter accepts: "1 to 5". The parameter
// must have a minimum or a maximum.
func RangeWords(p *Parameter) string {
	text := func(f float64) string { return datalayer.NumberOf(f).Text }
	switch {
	case p.Max == nil:
		return text(*p.Min) + " or more"
	case p.Min == nil:
		return text(*p.Max) + " or less"
	}
	return "from " + text(*p.Min) + " to " + text(*p.Max)
}
