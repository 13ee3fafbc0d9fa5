package parse

import (
	"maps"
	"slices"

	"layertap/gtm"
	"layertap/gtm/variable"
)

// WithNames returns the published container live with the names from draft, an admin
// export of it. Published parts that aren't in the export keep their generated names.
// Unpublished parts are left out, except triggers without tags, which are never
// published but can still match.
//
// Tags are identified by number, triggers by their conditions and tags, variables by
// their settings.
func WithNames(live, draft *gtm.Container) *gtm.Container {
	n := naming{
		c:          &gtm.Container{ID: live.ID, Version: live.Version, Form: gtm.FormNamed, Source: live.Source},
		tags:       map[*gtm.Tag]*gtm.Tag{},
		variables:  map[*gtm.Variable]*gtm.Variable{},
		signatures: map[*gtm.Trigger]string{},
	}
	if n.c.ID == "" {
		n.c.ID = draft.ID
	}
	n.nameVariables(live, draft)
	n.nameTags(live, draft)
	n.nameTriggers(live, draft)
	n.c.Complete()
	return n.c
}

// naming builds a container from the parts of two others. Its maps are from their parts
// to the new ones.
type naming struct {
	c         *gtm.Container
	tags      map[*gtm.Tag]*gtm.Tag
	variables map[*gtm.Variable]*gtm.Variable
	// signatures identify triggers by their conditions.
	signatures map[*gtm.Trigger]string
}

// SameContainer reports whether draft is an export of the published container live. If
// live has no ID, the tags' numbers and types decide.
func SameContainer(live, draft *gtm.Container) bool {
	if live.ID != "" && draft.ID != "" {
		return live.ID == draft.ID
	}
	types := func(c *gtm.Container) map[string]string {
		all := map[string]string{}
		for _, t := range c.Tags {
			if !t.Paused {
				all[t.ID] = t.Type
			}
		}
		return all
	}
	return maps.Equal(types(live), types(draft))
}

func (n *naming) nameVariables(live, draft *gtm.Container) {
	// Of the variables of type event, triggers use the first.
	drafts := slices.SortedStableFunc(slices.Values(draft.Variables), func(a, b *gtm.Variable) int {
		return compareBool(a.Name != "_event", b.Name != "_event")
	})
	byIdentity := map[string][]*gtm.Variable{}
	for _, d := range drafts {
		identity := variable.Identity(d)
		byIdentity[identity] = append(byIdentity[identity], d)
	}
	for _, v := range live.Variables {
		named, identity := *v, variable.Identity(v)
		if same := byIdentity[identity]; len(same) > 0 {
			named.Name = same[0].Name
			n.variables[same[0]] = n.c.Add(&named)
			byIdentity[identity] = same[1:]
		} else {
			n.c.Add(&named)
		}
		n.variables[v] = n.c.Variables[len(n.c.Variables)-1]
	}
	for _, d := range draft.Variables {
		if n.variables[d] == nil {
			copied := *d
			n.variables[d] = n.c.Add(&copied)
		}
	}
	for _, v := range n.c.Variables {
		v.Settings = n.term(v.Settings)
		v.Format = v.Format.With(n.term)
	}
}

// term returns t with the variables of the new container.
func (n *naming) term(t gtm.Term) gtm.Term {
	if t.Variable != nil {
		if to, ok := n.variables[t.Variable]; ok {
			t.Variable = to
		}
	}
	t.Text, t.List, t.Fields = slices.Clone(t.Text), slices.Clone(t.List), slices.Clone(t.Fields)
	for i := range t.Text {
		t.Text[i] = n.term(t.Text[i])
	}
	for i := range t.List {
		t.List[i] = n.term(t.List[i])
	}
	for i := range t.Fields {
		t.Fields[i].Value = n.term(t.Fields[i].Value)
	}
	return t
}

func (n *naming) nameTags(live, draft *gtm.Container) {
	byID := map[string]*gtm.Tag{}
	for _, t := range draft.Tags {
		byID[t.ID] = t
	}
	for _, t := range live.Tags {
		named := *t
		named.Firing, named.Blocking = nil, nil
		if d, ok := byID[t.ID]; ok && t.ID != "" {
			named.Name = d.Name
			n.tags[d] = &named
		}
		n.tags[t] = &named
		n.c.Tags = append(n.c.Tags, &named)
	}
	for _, t := range n.c.Tags {
		t.Setup, t.Teardown = n.corresponding(t.Setup), n.corresponding(t.Teardown)
		t.Settings, t.Reads = n.term(t.Settings), slices.Clone(t.Reads)
		for i, v := range t.Reads {
			if to, ok := n.variables[v]; ok {
				t.Reads[i] = to
			}
		}
	}
}

// corresponding returns the new container's tags for those of another, without the ones that it
// doesn't have.
func (n *naming) corresponding(tags []*gtm.Tag) []*gtm.Tag {
	var all []*gtm.Tag
	for _, t := range tags {
		if to, ok := n.tags[t]; ok {
			all = append(all, to)
		}
	}
	return all
}

// nameTriggers adds the triggers in the export's order, and after them those that are
// only in the published form.
func (n *naming) nameTriggers(live, draft *gtm.Container) {
	rules := map[*gtm.Trigger]*gtm.Trigger{} // from an export's trigger to the published one
	taken := map[*gtm.Trigger]bool{}
	for _, same := range []func(a, b *gtm.Trigger) bool{n.sameRule, n.sameConditions, n.sameUse} {
		for _, d := range draft.Triggers {
			var found []*gtm.Trigger
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

// sameRule reports whether a trigger of an export and a published one have the same
// conditions and the same tags.
func (n *naming) sameRule(d, t *gtm.Trigger) bool { return n.sameConditions(d, t) && n.sameTags(d, t) }

// sameConditions finds a trigger whose tags have changed.
func (n *naming) sameConditions(d, t *gtm.Trigger) bool {
	return len(d.Fires)+len(d.Blocks) > 0 && n.signature(d) == n.signature(t)
}

// sameUse finds a trigger whose conditions have changed, or were compiled in an
// unexpected way.
func (n *naming) sameUse(d, t *gtm.Trigger) bool { return d.Type == t.Type && n.sameTags(d, t) }

func (n *naming) sameTags(d, t *gtm.Trigger) bool {
	return slices.Equal(sorted(n.corresponding(d.Fires)), sorted(n.corresponding(t.Fires))) &&
		slices.Equal(sorted(n.corresponding(d.Blocks)), sorted(n.corresponding(t.Blocks)))
}

func sorted(tags []*gtm.Tag) []*gtm.Tag {
	return slices.SortedFunc(slices.Values(tags), func(a, b *gtm.Tag) int { return a.Index - b.Index })
}

// signature identifies a trigger by its conditions.
func (n *naming) signature(t *gtm.Trigger) string {
	if known, ok := n.signatures[t]; ok {
		return known
	}
	var parts []string
	for _, c := range t.Conditions {
		p := *c.Predicate
		p.Left, p.Right = n.term(p.Left), n.term(p.Right)
		part := p.Key()
		if c.Negated {
			part = "not " + part
		}
		if c.Predicate.OnEvent && p.Right.Kind == gtm.ConstantTerm { // any variable of type event
			part = string(p.Operator) + p.Right.Key()
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
	n.signatures[t] = joined
	return joined
}

// trigger adds a trigger t with the name of another.
func (n *naming) trigger(t, name *gtm.Trigger) {
	made := &gtm.Trigger{Name: name.Name, Type: name.Type, ID: name.ID}
	for _, c := range t.Conditions {
		p := gtm.Predicate{
			Operator: c.Predicate.Operator, IgnoreCase: c.Predicate.IgnoreCase, AnyOf: c.Predicate.AnyOf,
			Left: n.term(c.Predicate.Left), Right: n.term(c.Predicate.Right),
		}
		made.Conditions = append(made.Conditions, n.c.NewCondition(p, c.Negated))
	}
	for _, tag := range n.corresponding(t.Fires) {
		made.Attach(tag, false)
	}
	for _, tag := range n.corresponding(t.Blocks) {
		made.Attach(tag, true)
	}
	n.c.Triggers = append(n.c.Triggers, made)
}
