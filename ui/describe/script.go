package describe

import (
	"encoding/json"
	"strings"

	"layertap/datalayer"
)

// Script formats a value for pasting: as JavaScript that recreates it, or as JSON, in which
// a value that JSON can't represent becomes a string that names it.
func Script(v datalayer.Value, indent string, js bool) string {
	switch v.Kind {
	case datalayer.Object, datalayer.Instance:
		return members(v, indent, js)
	case datalayer.Array:
		return elements(v, indent, js)
	case datalayer.String:
		return quoted(v.Text)
	case datalayer.Null:
		return "null"
	case datalayer.Bool:
		return v.Text
	case datalayer.Number:
		if _, ok := v.Num(); js || ok && !strings.HasSuffix(v.Text, "Infinity") {
			return v.Text
		}
	}
	if js {
		return expression(v)
	}
	return quoted(Scalar(v).String())
}

func members(v datalayer.Value, indent string, js bool) string {
	if len(v.Fields) == 0 {
		return "{}"
	}
	inner := indent + "  "
	lines := make([]string, len(v.Fields))
	for i, f := range v.Fields {
		lines[i] = inner + quoted(f.Name) + ": " + Script(f.Value, inner, js)
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n" + indent + "}"
}

func elements(v datalayer.Value, indent string, js bool) string {
	if len(v.Items) == 0 {
		return "[]"
	}
	inner := indent + "  "
	lines := make([]string, len(v.Items))
	for i, item := range v.Items {
		lines[i] = inner + Script(item, inner, js)
	}
	return "[\n" + strings.Join(lines, ",\n") + "\n" + indent + "]"
}

// expression is JavaScript for a value that JSON can't represent. A value that can't be
// recreated, such as an element, becomes undefined with a comment.
func expression(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Undefined, datalayer.Hole:
		return "undefined"
	case datalayer.BigInt:
		return v.Text + "n"
	case datalayer.Date:
		return "new Date(" + quoted(v.Text) + ")"
	case datalayer.RegExp:
		return v.Text
	case datalayer.Function:
		return "function () {}"
	}
	remark := strings.ReplaceAll(Scalar(v).String(), "*/", "* /")
	return "undefined /* " + remark + " */"
}

// quoted is s as a string literal in both JSON and JavaScript. Characters that are special
// in HTML aren't escaped, because the text is pasted and not embedded.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}
