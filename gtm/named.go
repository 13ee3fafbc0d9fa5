package gtm

import (
	"maps"
	"slices"
)

// withNames returns a published container with the names that an admin export of it
// has. What the two do not share keeps its made-up name if it is published, and
// is left out if it is not, but for triggers without a tag, which are never
// published and still match.
//
// Tags are told by their numbers, triggers by their conditions and tags,
// variables by their settings.
func withNames(live, draft *Container) *Container {
	n := naming{
		c:         &Container{ID: live.ID, Version: live.Version, form: named, source: live.source},
		tags:      map[*Tag]*Tag{},
		variables: map[*Variable]*Variable{},
	}
	if n.c.ID == "" {
		n.c.ID = draft.ID
	}
	n.nameVariables(live, draft)
	n.nameTags(live, draft)
	n.nameTriggers(live, draft)
	n.c.complete()
	return n.c
}

// naming makes a container of another one's parts. Its maps lead from the parts
// of both to those of the new one.
type naming struct {
	c         *Container
	tags      map[*Tag]*Tag
	variables map[*Variable]*Variable
}

// sameContainer says whether an export is that of a published container. Where
// the published form does not tell its ID the tags' numbers and types do.
func sameContainer(live, draft *Container) bool {
	if live.ID != "" && draft.ID != "" {
		return live.ID == draft.ID
	}
	types := func(c *Container) map[string]string {
		all := map[string]string{}
		for _, t := range c.Tags {
			if !t.Paused {
				all[t.id] = t.Type
			}
		}
		return all
	}
	return maps.Equal(types(live), types(draft))
}

func (n *naming) nameVariables(live, draft *Container) {
	// Of the variables that are the event the first one is that of the triggers.
	drafts := slices.SortedStableFunc(slices.Values(draft.Variables), func(a, b *Variable) int {
		return compareBool(a.Name != "_event", b.Name != "_event")
	})
	for _, v := range live.Variables {
		named := *v
		for _, d := range drafts {
			if identityOf(d) == identityOf(v) && n.variables[d] == nil {
				named.Name = d.Name
				n.variables[d] = n.c.add(&named)
				break
			}
		}
		if n.variables[v] == nil && named.Container != n.c {
			n.c.add(&named)
		}
		n.variables[v] = n.c.Variables[len(n.c.Variables)-1]
	}
	for _, d := range draft.Variables {
		if n.variables[d] == nil {
			copied := *d
			n.variables[d] = n.c.add(&copied)
		}
	}
	for _, v := range n.c.Variables {
		v.settings = n.term(v.settings)
		v.format = v.format.with(n.term)
	}
}

// term returns t with the variables of the new container.
func (n *naming) term(t term) term {
	if t.variable != nil {
		if to, ok := n.variables[t.variable]; ok {
			t.variable = to
		}
	}
	t.text, t.list, t.fields = slices.Clone(t.text), slices.Clone(t.list), slices.Clone(t.fields)
	for i := range t.text {
		t.text[i] = n.term(t.text[i])
	}
	for i := range t.list {
		t.list[i] = n.term(t.list[i])
	}
	for i := range t.fields {
		t.fields[i].value = n.term(t.fields[i].value)
	}
	return t
}

func (n *naming) nameTags(live, draft *Container) {
	byID := map[string]*Tag{}
	for _, t := range draft.Tags {
		byID[t.id] = t
	}
	for _, t := range live.Tags {
		named := *t
		named.Firing, named.Blocking = nil, nil
		if d, ok := byID[t.id]; ok && t.id != "" {
			named.Name = d.Name
			n.tags[d] = &named
		}
		n.tags[t] = &named
		n.c.Tags = append(n.c.Tags, &named)
	}
	for _, t := range n.c.Tags {
		t.Setup, t.Teardown = n.these(t.Setup), n.these(t.Teardown)
		t.Reads = slices.Clone(t.Reads)
		for i, v := range t.Reads {
			if to, ok := n.variables[v]; ok {
				t.Reads[i] = to
			}
		}
	}
}

// these returns the new container's tags for the ones of another; those that it
// does not have are left out.
func (n *naming) these(tags []*Tag) []*Tag {
	var all []*Tag
	for _, t := range tags {
		if to, ok := n.tags[t]; ok {
			all = append(all, to)
		}
	}
	return all
}

// nameTriggers lists the triggers in the export's order, and those that only the
// published form has after them.
func (n *naming) nameTriggers(live, draft *Container) {
	rules := map[*Trigger]*Trigger{} // the published form of those of the export
	taken := map[*Trigger]bool{}
	for _, same := range []func(a, b *Trigger) bool{n.sameRule, n.sameConditions, n.sameUse} {
		for _, d := range draft.Triggers {
			var found []*Trigger
			for _, t := range live.Triggers {
				if rules[d] == nil && !taken[t] && same(d, t) {
					found = append(found, t)
				}
			}
			if len(found) > 0 && (len(found) == 1 || n.sameConditions(d, found[0])) {
				rules[d], taken[found[0]] = found[0], true
			}
		}
	}
	for _, d := range draft.Triggers {
		switch {
		case rules[d] != nil:
			n.trigger(rules[d], d)
		case len(d.Fires) == 0 && len(d.Blocks) == 0:
			n.trigger(d, d)
		}
	}
	for _, t := range live.Triggers {
		if !taken[t] {
			n.trigger(t, t)
		}
	}
}

// sameRule says whether a trigger of an export and a published one have the same
// conditions and the same tags.
func (n *naming) sameRule(d, t *Trigger) bool { return n.sameConditions(d, t) && n.sameTags(d, t) }

// sameConditions is for a trigger whose tags have changed since.
func (n *naming) sameConditions(d, t *Trigger) bool {
	return len(d.Fires)+len(d.Blocks) > 0 && n.signature(d) == n.signature(t)
}

// sameUse is for a trigger whose conditions have changed since, or are compiled
// otherwise than was foreseen.
func (n *naming) sameUse(d, t *Trigger) bool { return d.Type == t.Type && n.sameTags(d, t) }

func (n *naming) sameTags(d, t *Trigger) bool {
	return slices.Equal(sorted(n.these(d.Fires)), sorted(n.these(t.Fires))) &&
		slices.Equal(sorted(n.these(d.Blocks)), sorted(n.these(t.Blocks)))
}

func sorted(tags []*Tag) []*Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b *Tag) int { return a.Index - b.Index })
}

// signature tells triggers apart by their conditions.
func (n *naming) signature(t *Trigger) string {
	var parts []string
	for _, c := range t.Conditions {
		p := *c.predicate
		p.left, p.right = n.term(p.left), n.term(p.right)
		part := p.key()
		if c.Negated {
			part = "not " + part
		}
		if c.predicate.onEvent && p.right.kind == constantTerm { // whichever of its variables
			part = string(p.operator) + p.right.key()
			if c.Negated {
				part = "not " + part
			}
		}
		parts = append(parts, part)
	}
	slices.Sort(parts)
	joined := ""
	for _, part := range slices.Compact(parts) {
		joined += part + "\x00"
	}
	return joined
}

// trigger adds a trigger with the name of another.
func (n *naming) trigger(t, name *Trigger) {
	made := &Trigger{Name: name.Name, Type: name.Type, id: name.id}
	for _, c := range t.Conditions {
		p := predicate{
			operator: c.predicate.operator, ignoreCase: c.predicate.ignoreCase, anyOf: c.predicate.anyOf,
			left: n.term(c.predicate.left), right: n.term(c.predicate.right),
		}
		made.Conditions = append(made.Conditions, n.c.condition(p, c.Negated))
	}
	for _, tag := range n.these(t.Fires) {
		made.attach(tag, false)
	}
	for _, tag := range n.these(t.Blocks) {
		made.attach(tag, true)
	}
	n.c.Triggers = append(n.c.Triggers, made)
}
