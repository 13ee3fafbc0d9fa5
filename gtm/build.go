package gtm

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// Add appends v to the container's variables, sets its index and returns it.
func (c *Container) Add(v *Variable) *Variable {
	v.Container, v.Index = c, len(c.Variables)
	c.Variables = append(c.Variables, v)
	return v
}

// NewCondition returns a condition on a predicate of the container. Equal predicates
// are shared.
func (c *Container) NewCondition(p Predicate, negated bool) *Condition {
	key := p.Key()
	shared, ok := c.byKey[key]
	if !ok {
		p.Index, shared = len(c.Predicates), &p
		p.prepare()
		c.Predicates = append(c.Predicates, shared)
		if c.byKey == nil {
			c.byKey = map[string]*Predicate{}
		}
		c.byKey[key] = shared
	}
	return &Condition{
		Variable: shared.Left.Variable, Operator: shared.Operator, Expected: shared.Right.String(),
		IgnoreCase: shared.IgnoreCase, Negated: negated, Predicate: shared,
	}
}

// prepare compiles a constant regular expression and sets OnEvent.
func (p *Predicate) prepare() {
	if p.Operator == MatchesRegexp && p.Right.Kind == ConstantTerm && p.Right.Constant.Kind == datalayer.String {
		p.Compiled, p.CompileErr = jsregexp.Compile(p.Right.Constant.Text, p.IgnoreCase)
	}
	onEvent := true
	p.Left.variables(func(v *Variable) { onEvent = onEvent && v.Type == "e" && v.Format == (Format{}) })
	p.Right.variables(func(*Variable) { onEvent = false })
	if p.Operator == MatchesRegexp && p.Right.Constant.Text == "undefined" {
		onEvent = false // an earlier undefined pattern of the page may be reused, see variable.PatternState
	}
	p.OnEvent = onEvent && p.Left.Kind == VariableTerm
}

// Complete links the parts of a container. Call it once, after all parts have been
// added.
func (c *Container) Complete() {
	for i, t := range c.Triggers {
		t.Container, t.Index = c, i
		slices.SortStableFunc(t.Conditions, func(a, b *Condition) int {
			return rank(a) - rank(b)
		})
		t.OnEvent = 0
		for _, condition := range t.Conditions {
			if condition.Predicate.OnEvent {
				t.OnEvent++
			}
		}
	}
	for i, tag := range c.Tags {
		tag.Container, tag.Place = c, i
	}
	c.Readers = map[string][]*Variable{}
	for _, v := range c.Variables {
		if v.DataLayerVersion > 0 {
			first, _, _ := strings.Cut(v.Key, ".")
			c.Readers[first] = append(c.Readers[first], v)
		}
	}
}

// rank sorts conditions on the event first.
func rank(c *Condition) int {
	if c.Predicate.OnEvent {
		return 0
	}
	return 1
}

// maxReads is the maximum number of variables that [VariablesIn] returns.
const maxReads = 1000

// VariablesIn returns the variables in t and, recursively, in their settings: without
// duplicates, and at most 1,000.
func VariablesIn(t Term) []*Variable {
	var all []*Variable
	seen := map[*Variable]bool{}
	add := func(v *Variable) {
		if !seen[v] && len(all) < maxReads {
			seen[v] = true
			all = append(all, v)
		}
	}
	t.variables(add)
	for i := 0; i < len(all); i++ {
		all[i].Settings.variables(add)
	}
	return all
}

// Attach makes t a firing trigger of tag, or a blocking one if blocks is set.
func (t *Trigger) Attach(tag *Tag, blocks bool) {
	if blocks {
		t.Blocks = append(t.Blocks, tag)
		tag.Blocking = append(tag.Blocking, t)
		return
	}
	t.Fires = append(t.Fires, tag)
	tag.Firing = append(tag.Firing, t)
}

// Entry returns the container as it is stored in a session, for the given data layer;
// if layer is empty, for all of them.
func (c *Container) Entry(layer string) *datalayer.Container {
	entry := &datalayer.Container{ID: c.ID, Version: c.Version, Layer: layer, SHA256: c.sha256()}
	if c.Form == FormExport {
		entry.Export = c.Source
	} else {
		entry.Resource = c.Source
	}
	return entry
}
