package gtm

import (
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
)

// Term is a configured value: a constant, a variable, text that contains variables, or
// a list or map of terms.
type Term struct {
	Constant datalayer.Value
	Variable *Variable
	Text     []Term
	List     []Term
	Fields   []TermField
	Kind     TermKind
}

// TermKind is the form of a term.
type TermKind uint8

// The kinds of term.
const (
	ConstantTerm TermKind = iota // Constant
	VariableTerm                 // a single Variable, whose value keeps its type
	TextTerm                     // Text: parts that are concatenated
	ListTerm                     // List
	MapTerm                      // Fields
)

// TermField is a key and its value in a map.
type TermField struct {
	Name  string
	Value Term
}

// Constant returns the term of a value.
func Constant(v datalayer.Value) Term { return Term{Constant: v} }

// Reference returns the term {{v}}.
func Reference(v *Variable) Term { return Term{Kind: VariableTerm, Variable: v} }

// Get returns the value of a map's field; the zero term (undefined) if there is none.
func (t Term) Get(name string) Term {
	for i := len(t.Fields) - 1; i >= 0; i-- {
		if t.Fields[i].Name == name {
			return t.Fields[i].Value
		}
	}
	return Term{}
}

// On reports whether a switch is on. Exports have it as a string.
func (t Term) On() bool { return t.Constant.Text == "true" }

// variables calls yield for each variable in t.
func (t Term) variables(yield func(*Variable)) {
	if t.Variable != nil {
		yield(t.Variable)
	}
	for _, inner := range t.Text {
		inner.variables(yield)
	}
	for _, inner := range t.List {
		inner.variables(yield)
	}
	for _, f := range t.Fields {
		f.Value.variables(yield)
	}
}

// String formats t as Google Tag Manager's interface does.
func (t Term) String() string {
	switch t.Kind {
	case VariableTerm:
		return "{{" + t.Variable.Name + "}}"
	case TextTerm, ListTerm:
		parts := make([]string, 0, len(t.Text)+len(t.List))
		for _, inner := range slices.Concat(t.Text, t.List) {
			parts = append(parts, inner.String())
		}
		if t.Kind == TextTerm {
			return strings.Join(parts, "")
		}
		return strings.Join(parts, ", ")
	case MapTerm:
		parts := make([]string, 0, len(t.Fields))
		for _, f := range t.Fields {
			parts = append(parts, f.Name+": "+f.Value.String())
		}
		return strings.Join(parts, ", ")
	default:
		text, _ := t.Constant.AsString()
		return text
	}
}

// ParseTemplate parses text that contains variables as {{name}}.
func ParseTemplate(text string, variable func(name string) *Variable) Term {
	var parts []Term
	for {
		before, rest, found := strings.Cut(text, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		if !found || !closed {
			break
		}
		if before != "" {
			parts = append(parts, Constant(datalayer.StringOf(before)))
		}
		parts = append(parts, Reference(variable(name)))
		text = after
	}
	switch {
	case len(parts) == 0:
		return Constant(datalayer.StringOf(text))
	case text != "":
		parts = append(parts, Constant(datalayer.StringOf(text)))
	case len(parts) == 1:
		return parts[0]
	}
	return Term{Kind: TextTerm, Text: parts}
}

// Key identifies t among the terms of its container.
func (t Term) Key() string {
	switch t.Kind {
	case VariableTerm:
		return fmt.Sprintf("{%p}", t.Variable)
	case ConstantTerm:
		return string(datalayer.Encode(nil, t.Constant))
	}
	var s strings.Builder
	s.WriteByte("cv\"[{"[t.Kind])
	for _, inner := range slices.Concat(t.Text, t.List) {
		s.WriteString(inner.Key() + ",")
	}
	for _, f := range t.Fields {
		s.WriteString(f.Name + ":" + f.Value.Key() + ",")
	}
	return s.String()
}
