package parse

import (
	"errors"
	"fmt"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// readPublished reads the resource of a published container: lists of macros
// (variables), tags, predicates and rules that refer to one another by index.
func readPublished(resource datalayer.Value) (*gtm.Container, error) {
	version, _ := resource.Get("version")
	r := &publishedReader{c: &gtm.Container{Form: gtm.FormPublished, Version: version.Text}}
	macros, hasMacros := resource.Get("macros")
	predicates, hasPredicates := resource.Get("predicates")
	tags, _ := resource.Get("tags")
	rules, hasRules := resource.Get("rules")
	if !hasMacros && !hasPredicates && !hasRules {
		return nil, errors.New("not a container resource: it has no macros, predicates and rules")
	}
	if err := bounded(macros, predicates, tags, rules); err != nil {
		return nil, err
	}
	for range macros.Items { // created first, because variables refer to later ones
		r.c.Add(&gtm.Variable{})
	}
	for i, macro := range macros.Items {
		r.variable(r.c.Variables[i], macro)
	}
	for i, tag := range tags.Items {
		r.tag(i, tag)
	}
	for i, tag := range tags.Items {
		r.c.Tags[i].Setup = r.sequenced(tag, "setup_tags")
		r.c.Tags[i].Teardown = r.sequenced(tag, "teardown_tags")
	}
	total := 0
	for i, rule := range rules.Items {
		for _, part := range rule.Items {
			total += len(part.Items)
		}
		if total > maxRules {
			return nil, fmt.Errorf("its triggers have more than %d conditions and tags, more than any real container", maxRules)
		}
		r.rule(i, rule, predicates.Items)
	}
	r.c.Complete()
	return r.c, nil
}

// The bounds of a container: ten times the largest values seen so far.
const (
	maxParts = 50_000  // of each kind
	maxRule  = 10_000  // conditions and tags of one trigger
	maxRules = 500_000 // conditions and tags of all triggers
)

func bounded(lists ...datalayer.Value) error {
	for _, list := range lists {
		if len(list.Items) > maxParts {
			return fmt.Errorf("it has %d parts of one kind, more than any real container; only %d are read", len(list.Items), maxParts)
		}
	}
	return nil
}

type publishedReader struct{ c *gtm.Container }

func (r *publishedReader) variable(v *gtm.Variable, macro datalayer.Value) {
	v.Type = functionOf(macro)
	v.Settings = r.settings(macro)
	v.Format = gtm.Format{
		Case: text(macro, "convert_case_to"),
		Null: r.optional(macro, "convert_null_to"), Undefined: r.optional(macro, "convert_undefined_to"),
		True: r.optional(macro, "convert_true_to"), False: r.optional(macro, "convert_false_to"),
	}
	variable.Describe(v)
	v.Name = variable.Label(v)
}

// functionOf returns the type of a macro or a tag: "v" for "__v".
func functionOf(v datalayer.Value) string {
	return strings.TrimPrefix(text(v, "function"), "__")
}

func text(v datalayer.Value, key string) string {
	found, _ := v.Get(key)
	return found.Text
}

// settings reads what was passed to the template of a macro or a tag.
func (r *publishedReader) settings(v datalayer.Value) gtm.Term {
	settings := gtm.Term{Kind: gtm.MapTerm}
	for _, f := range v.Fields {
		if name, ok := strings.CutPrefix(f.Name, "vtp_"); ok {
			settings.Fields = append(settings.Fields, gtm.TermField{Name: name, Value: r.term(f.Value)})
		}
	}
	return settings
}

func (r *publishedReader) optional(v datalayer.Value, key string) *gtm.Term {
	found, ok := v.Get(key)
	if !ok {
		return nil
	}
	t := r.term(found)
	return &t
}

// term reads a value. A list that begins with a word has a special meaning.
func (r *publishedReader) term(v datalayer.Value) gtm.Term {
	if v.Kind != datalayer.Array || len(v.Items) == 0 || v.Items[0].Kind != datalayer.String {
		return gtm.Constant(v)
	}
	switch rest := v.Items[1:]; v.Items[0].Text {
	case "macro":
		return gtm.Reference(r.macro(first(rest)))
	case "escape", "zb": // HTML escaping
		return r.term(first(rest))
	case "template":
		return gtm.Term{Kind: gtm.TextTerm, Text: r.terms(rest)}
	case "list":
		return gtm.Term{Kind: gtm.ListTerm, List: r.terms(rest)}
	case "map":
		t := gtm.Term{Kind: gtm.MapTerm}
		for i := 0; i+1 < len(rest); i += 2 {
			t.Fields = append(t.Fields, gtm.TermField{Name: rest[i].Text, Value: r.term(rest[i+1])})
		}
		return t
	}
	return gtm.Constant(v)
}

func (r *publishedReader) terms(values []datalayer.Value) []gtm.Term {
	terms := make([]gtm.Term, len(values))
	for i, v := range values {
		terms[i] = r.term(v)
	}
	return terms
}

func first(values []datalayer.Value) datalayer.Value {
	if len(values) == 0 {
		return datalayer.Value{}
	}
	return values[0]
}

// macro returns the variable with an index; if there is none, one whose value is
// unknown.
func (r *publishedReader) macro(index datalayer.Value) *gtm.Variable {
	if i, ok := indexOf(index, len(r.c.Variables)); ok {
		return r.c.Variables[i]
	}
	return &gtm.Variable{Container: r.c, Name: "variable " + index.Text, Index: -1, Unknown: "the container has no variable " + index.Text}
}

// indexOf returns v as an index, and whether it is one below length.
func indexOf(v datalayer.Value, length int) (int, bool) {
	f, ok := v.Num()
	i := int(f)
	return i, ok && f == float64(i) && i >= 0 && i < length
}

func (r *publishedReader) tag(i int, v datalayer.Value) {
	t := &gtm.Tag{Index: i, Type: functionOf(v), Paused: text(v, "function") == "__paused", ID: text(v, "tag_id")}
	if t.Paused {
		t.Type = strings.TrimPrefix(text(v, "vtp_originalTagType"), "__")
	}
	switch {
	case text(v, "once_per_load") == "true":
		t.Option = gtm.OncePerPage
	case text(v, "once_per_event") == "true":
		t.Option = gtm.OncePerEvent
	}
	if f, ok := valueOf(v, "priority").Num(); ok {
		t.Priority = int(f)
	}
	for _, consent := range r.term(valueOf(v, "consent")).List {
		t.Consent = append(t.Consent, consent.Constant.Text)
	}
	t.Settings, t.TypeName, t.Class = r.settings(v), nameOf(words().tags, t.Type), classOf(t.Type)
	t.Reads = append(gtm.VariablesIn(t.Settings), implicit(r.c, t)...)
	t.Name = generatedTagName(t)
	r.c.Tags = append(r.c.Tags, t)
}

func valueOf(v datalayer.Value, key string) datalayer.Value {
	found, _ := v.Get(key)
	return found
}

// sequenced reads the tags in ["list",["tag",5,0]].
func (r *publishedReader) sequenced(v datalayer.Value, key string) []*gtm.Tag {
	var tags []*gtm.Tag
	for _, item := range valueOf(v, key).Items {
		if len(item.Items) < 2 || item.Items[0].Text != "tag" {
			continue
		}
		if i, ok := indexOf(item.Items[1], len(r.c.Tags)); ok {
			tags = append(tags, r.c.Tags[i])
		}
	}
	return tags
}

// rule reads a trigger such as [["if",0,1],["unless",2],["add",0],["block",3]].
func (r *publishedReader) rule(i int, rule datalayer.Value, predicates []datalayer.Value) {
	t := &gtm.Trigger{}
	for _, part := range rule.Items {
		if len(part.Items) == 0 {
			continue
		}
		for _, index := range part.Items[1:min(len(part.Items), maxRule)] {
			switch word := part.Items[0].Text; word {
			case "if", "unless":
				t.Conditions = append(t.Conditions, r.condition(index, predicates, word == "unless"))
			case "add", "block":
				if tag, ok := indexOf(index, len(r.c.Tags)); ok {
					t.Attach(r.c.Tags[tag], word == "block")
				}
			}
		}
	}
	t.Type, t.Name = generatedTriggerName(t, i+1)
	r.c.Triggers = append(r.c.Triggers, t)
}

func (r *publishedReader) condition(index datalayer.Value, predicates []datalayer.Value, negated bool) *gtm.Condition {
	i, ok := indexOf(index, len(predicates))
	if !ok {
		return r.c.NewCondition(gtm.Predicate{
			Operator: gtm.Operator(fmt.Sprintf("predicate %s, which the container does not have", index.Text)),
		}, negated)
	}
	p := predicates[i]
	return r.c.NewCondition(gtm.Predicate{
		Operator:   gtm.Operator(text(p, "function")),
		Left:       r.term(valueOf(p, "arg0")),
		Right:      r.term(valueOf(p, "arg1")),
		IgnoreCase: text(p, "ignore_case") == "true",
		AnyOf:      text(p, "any_of") == "true",
	}, negated)
}
