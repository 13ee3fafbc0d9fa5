// Package jsonmarkup formats pushed values as spans that a document can color.
package jsonmarkup

import (
	"layertap/datalayer"
	"layertap/visible"
)

// Span is a part of a value and its kind; Class is empty for punctuation.
type Span struct{ Class, Text string }

// Value formats a value as JSON on several lines. The keys at the paths in wrong are
// marked. Hidden characters are visible; the texts must still be escaped for HTML.
func Value(v datalayer.Value, wrong map[string]bool) []Span {
	p := painter{wrong: wrong}
	p.value("", v, "\n")
	return p.spans
}

type painter struct {
	wrong map[string]bool
	spans []Span
}

func (p *painter) add(class, text string) { p.spans = append(p.spans, Span{class, text}) }

// value formats v. Each line but the first begins with indent.
func (p *painter) value(at string, v datalayer.Value, indent string) {
	switch v.Kind {
	case datalayer.Object, datalayer.Instance:
		if v.Kind == datalayer.Instance {
			p.add("literal", visible.Text(v.Name)+" ")
		}
		p.fields(at, v.Fields, indent)
	case datalayer.Array:
		p.items(at, v.Items, indent)
	case datalayer.String:
		p.add("string", visible.Text(string(datalayer.Encode(nil, v))))
	case datalayer.Number:
		p.add("number", visible.Text(v.Text))
	case datalayer.Undefined:
		p.add("literal", "undefined")
	default:
		p.add("literal", visible.Text(string(datalayer.Encode(nil, v))))
	}
}

func (p *painter) fields(at string, fields []datalayer.Field, indent string) {
	p.add("", "{")
	for i, f := range fields {
		where := datalayer.Member(at, f.Name)
		class := "key"
		if p.wrong[where] {
			class = "key wrong"
		}
		p.add("", separator(i)+indent+"  ")
		p.add(class, visible.Text(f.Name))
		p.add("", ": ")
		p.value(where, f.Value, indent+"  ")
	}
	p.add("", closing(len(fields), indent)+"}")
}

func (p *painter) items(at string, items []datalayer.Value, indent string) {
	p.add("", "[")
	for i, v := range items {
		p.add("", separator(i)+indent+"  ")
		p.value(datalayer.Item(at, i), v, indent+"  ")
	}
	p.add("", closing(len(items), indent)+"]")
}

func separator(i int) string {
	if i == 0 {
		return ""
	}
	return ","
}

func closing(n int, indent string) string {
	if n == 0 {
		return ""
	}
	return indent
}
