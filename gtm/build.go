package gtm

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
)

func (c *Container) add(v *Variable) *Variable {
	v.Container, v.index = c, len(c.Variables)
	c.Variables = append(c.Variables, v)
	return v
}

// condition returns a condition on one of the container's predicates, each of
// which is kept once.
func (c *Container) condition(p predicate, negated bool) *Condition {
	key := p.key()
	shared, ok := c.byKey[key]
	if !ok {
		p.index, shared = len(c.predicates), &p
		p.prepare()
		c.predicates = append(c.predicates, shared)
		if c.byKey == nil {
			c.byKey = map[string]*predicate{}
		}
		c.byKey[key] = shared
	}
	return &Condition{
		Variable: shared.left.variable, Operator: shared.operator, Expected: shared.right.String(),
		IgnoreCase: shared.ignoreCase, Negated: negated, predicate: shared,
	}
}

// prepare compiles a constant regular expression and finds out whether the
// predicate hangs on the event's name alone.
func (p *predicate) prepare() {
	if p.operator == MatchesRegexp && p.right.kind == constantTerm && p.right.constant.Kind == datalayer.String {
		p.compiled, p.compileErr = jsregexp.Compile(p.right.constant.Text, p.ignoreCase)
	}
	hangs := true
	p.left.variables(func(v *Variable) { hangs = hangs && v.Type == "e" && v.format == (format{}) })
	p.right.variables(func(*Variable) { hangs = false })
	if p.operator == MatchesRegexp && p.right.constant.Text == "undefined" {
		hangs = false // it hangs on what stood there before, too
	}
	p.onEvent = hangs && p.left.kind == variableTerm
}

// complete links what was read.
func (c *Container) complete() {
	for i, t := range c.Triggers {
		t.Container, t.index = c, i
		slices.SortStableFunc(t.Conditions, func(a, b *Condition) int {
			return rank(a) - rank(b)
		})
		t.onEvent = 0
		for _, condition := range t.Conditions {
			if condition.predicate.onEvent {
				t.onEvent++
			}
		}
	}
	for i, tag := range c.Tags {
		tag.Container, tag.seq = c, i
	}
	c.readers = map[string][]*Variable{}
	for _, v := range c.Variables {
		if v.DataLayerVersion > 0 {
			first, _, _ := strings.Cut(v.Key, ".")
			c.readers[first] = append(c.readers[first], v)
		}
	}
}

// rank puts conditions on the event first.
func rank(c *Condition) int {
	if c.predicate.onEvent {
		return 0
	}
	return 1
}

// reads returns the variables in t and in their own settings, each once.
func reads(t term) []*Variable {
	var all []*Variable
	var visit func(*Variable)
	visit = func(v *Variable) {
		if slices.Contains(all, v) {
			return
		}
		all = append(all, v)
		v.settings.variables(visit)
	}
	t.variables(visit)
	return all
}

// attach makes t a firing or a blocking trigger of the tag.
func (t *Trigger) attach(tag *Tag, blocks bool) {
	if blocks {
		t.Blocks = append(t.Blocks, tag)
		tag.Blocking = append(tag.Blocking, t)
		return
	}
	t.Fires = append(t.Fires, tag)
	tag.Firing = append(tag.Firing, t)
}

// Entry returns the container as a session keeps it, for the given data layer;
// an empty one stands for all.
func (c *Container) Entry(layer string) *datalayer.Container {
	entry := &datalayer.Container{ID: c.ID, Version: c.Version, Layer: layer, SHA256: c.sha256()}
	if c.form == export {
		entry.Export = c.source
	} else {
		entry.Resource = c.source
	}
	return entry
}
