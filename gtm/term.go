package gtm

import (
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
)

// term is a configured value: a constant, a variable, or text with variables in
// it; or a list or a map of terms.
type term struct {
	constant datalayer.Value
	variable *Variable
	text     []term
	list     []term
	fields   []termField
	kind     termKind
}

type termKind uint8

const (
	constantTerm termKind = iota
	variableTerm
	textTerm
	listTerm
	mapTerm
)

type termField struct {
	name  string
	value term
}

func constant(v datalayer.Value) term { return term{constant: v} }

func variableOf(v *Variable) term { return term{kind: variableTerm, variable: v} }

// get returns the field of a map; the zero term, undefined, where there is none.
func (t term) get(name string) term {
	for i := len(t.fields) - 1; i >= 0; i-- {
		if t.fields[i].name == name {
			return t.fields[i].value
		}
	}
	return term{}
}

// on says whether a switch is on; in an export it is a string.
func (t term) on() bool { return t.constant.Text == "true" }

// variables calls yield for each variable in t.
func (t term) variables(yield func(*Variable)) {
	if t.variable != nil {
		yield(t.variable)
	}
	for _, inner := range t.text {
		inner.variables(yield)
	}
	for _, inner := range t.list {
		inner.variables(yield)
	}
	for _, f := range t.fields {
		f.value.variables(yield)
	}
}

// String writes t as the admin interface does.
func (t term) String() string {
	switch t.kind {
	case variableTerm:
		return "{{" + t.variable.Name + "}}"
	case textTerm, listTerm:
		parts := make([]string, 0, len(t.text)+len(t.list))
		for _, inner := range slices.Concat(t.text, t.list) {
			parts = append(parts, inner.String())
		}
		if t.kind == textTerm {
			return strings.Join(parts, "")
		}
		return strings.Join(parts, ", ")
	case mapTerm:
		parts := make([]string, 0, len(t.fields))
		for _, f := range t.fields {
			parts = append(parts, f.name+": "+f.value.String())
		}
		return strings.Join(parts, ", ")
	default:
		text, _ := t.constant.AsString()
		return text
	}
}

// parseTemplate reads text in which {{name}} stands for a variable.
func parseTemplate(text string, variable func(name string) *Variable) term {
	var parts []term
	for {
		before, rest, found := strings.Cut(text, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			break
		}
		if before != "" {
			parts = append(parts, constant(datalayer.StringOf(before)))
		}
		parts = append(parts, variableOf(variable(name)))
		text = after
	}
	switch {
	case len(parts) == 0:
		return constant(datalayer.StringOf(text))
	case text != "":
		parts = append(parts, constant(datalayer.StringOf(text)))
	case len(parts) == 1:
		return parts[0]
	}
	return term{kind: textTerm, text: parts}
}

// key tells t from the other terms of its container.
func (t term) key() string {
	switch t.kind {
	case variableTerm:
		return fmt.Sprintf("{%p}", t.variable)
	case constantTerm:
		return string(datalayer.Encode(nil, t.constant))
	}
	var s strings.Builder
	s.WriteByte("cv\"[{"[t.kind])
	for _, inner := range slices.Concat(t.text, t.list) {
		s.WriteString(inner.key() + ",")
	}
	for _, f := range t.fields {
		s.WriteString(f.name + ":" + f.value.key() + ",")
	}
	return s.String()
}
