package gtm

import (
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// Add adds a variable.
func (c *Container) Add(v *Variable) *Variable {
	v.Container, v.Index = c, len(c.Variables)
	c.Variables = append(c.Variables, v)
	return v
}

// NewCondition returns a condition on one of the container's predicates, each of
// which is kept once.
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

// prepare compiles a constant regular expression and finds out whether the
// predicate hangs on the event's name alone.
func (p *Predicate) prepare() {
	if p.Operator == MatchesRegexp && p.Right.Kind == ConstantTerm && p.Right.Constant.Kind == datalayer.String {
		p.Compiled, p.CompileErr = jsregexp.Compile(p.Right.Constant.Text, p.IgnoreCase)
	}
	hangs := true
	p.Left.variables(func(v *Variable) { hangs = hangs && v.Type == "e" && v.Format == (Format{}) })
	p.Right.variables(func(*Variable) { hangs = false })
	if p.Operator == MatchesRegexp && p.Right.Constant.Text == "undefined" {
		hangs = false // it hangs on what stood there before, too
	}
	p.OnEvent = hangs && p.Left.Kind == VariableTerm
}

// Complete links the parts of a container when all of them were added.
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

// rank puts conditions on the event first.
func rank(c *Condition) int {
	if c.Predicate.OnEvent {
		return 0
	}
	return 1
}

// maxReads bounds how many variables a term is said to read.
const maxReads = 1000

// VariablesIn returns the variables in t and in their own settings, each once; at most
// 1,000.
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

// Attach makes t a firing or a blocking trigger of the tag.
func (t *Trigger) Attach(tag *Tag, blocks bool) {
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
	if c.Form == FormExport {
		entry.Export = c.Source
	} else {
		entry.Resource = c.Source
	}
	return entry
}
