package gtm

import (
	"fmt"
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

// describe finds out what the settings of a variable make of it.
func (v *Variable) describe() {
	switch v.Type {
	case "v":
		v.Key = strings.ReplaceAll(v.settings.get("name").constant.Text, `\.`, ".")
		v.DataLayerVersion = 1
		if v.settings.get("dataLayerVersion").constant.Text == "2" {
			v.DataLayerVersion = 2
		}
	case "aev":
		v.Key, v.DataLayerVersion = autoEventKey(v.settings.get("varType").constant.Text), 1
		if v.Key == "" {
			v.DataLayerVersion = 0
		}
	}
	v.unknowable = unknowable(v.Type)
}

// madeUpName is the name of a variable where only the published form is known.
func (v *Variable) madeUpName() string {
	name := nameOf(words().variables, v.Type)
	switch v.Type {
	case "e", "f", "cid", "ctv", "dbg", "r":
		return name
	case "v":
		if strings.HasPrefix(v.Key, "gtm.") {
			return v.Key
		}
		return "Data Layer " + v.Key
	case "u":
		component := v.settings.get("component").constant.Text
		if key := v.settings.get("queryKey").constant.Text; key != "" {
			return "URL Query " + key
		}
		return strings.TrimSpace("URL " + component)
	case "c":
		return "Constant " + v.settings.get("value").constant.Text
	case "k", "j":
		return name + " " + v.settings.get("name").constant.Text
	}
	return fmt.Sprintf("%s (#%d)", name, v.index+1)
}

// madeUpName is the name of a tag where only the published form is known.
func (t *Tag) madeUpName(settings term) string {
	name := nameOf(words().tags, t.Type)
	for _, key := range []string{"eventName", "tagId", "conversionId"} {
		if what := settings.get(key); what.kind != mapTerm && what.String() != "undefined" {
			name += " " + what.String()
			break
		}
	}
	if t.id == "" {
		return fmt.Sprintf("%s (#%d)", name, t.Index+1)
	}
	return fmt.Sprintf("%s (tag %s)", name, t.id)
}

// madeUpTrigger returns the type and the name of a trigger where only the
// published form is known. The number is the rule's.
func madeUpTrigger(t *Trigger, number int) (typ, name string) {
	typ, name = "Custom Event", "Every Event"
	for _, c := range t.Conditions {
		if c.predicate.onEvent && !c.Negated {
			if automatic, ok := words().byEvent[c.Expected]; ok && c.Operator == Equals {
				typ, name = automatic, automatic
				break
			}
			name = strings.TrimSpace("Custom Event " + c.Expected)
			break
		}
	}
	return typ, fmt.Sprintf("%s (#%d)", name, number)
}
