package describe

import (
	"regexp"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/internal/plural"
	"layertap/ui/style"
	"layertap/ui/text"
)

// otherType matches text that without quotes would look like a value of another type.
var otherType = regexp.MustCompile(`^([-+.\d].*|true|false|null|undefined|NaN|Infinity|[\[{].*)$`)

// InlineValue formats a value on one line, with its first members.
func InlineValue(v datalayer.Value) text.Line {
	switch v.Kind {
	case datalayer.String:
		if v.Text == "" || strings.ContainsAny(v.Text, " \"") || otherType.MatchString(v.Text) {
			return Scalar(v)
		}
		return text.Of(style.String, v.Text)
	case datalayer.Array, datalayer.Set, datalayer.Map:
		return inlineItems(v)
	case datalayer.Object, datalayer.Instance:
		return inlineFields(v)
	}
	return Scalar(v)
}

// inlined is the number of members shown on the line of a value.
const inlined = 3

func inlineFields(v datalayer.Value) text.Line {
	line := text.Of(style.Literal, v.Name).With(style.Faint, "{")
	for i, f := range v.Fields {
		if i == inlined {
			line = line.With(style.Faint, ", …")
			break
		}
		if i > 0 {
			line = line.With(style.Faint, ", ")
		}
		line = line.With(style.Name, f.Name).With(style.Faint, ": ")
		line = append(line, short(f.Value)...)
	}
	return line.With(style.Faint, "}")
}

func inlineItems(v datalayer.Value) text.Line {
	var line text.Line
	if v.Kind != datalayer.Array {
		line = text.Of(style.Literal, v.Kind.String()+" ")
	}
	line = line.With(style.Faint, "[")
	for i, item := range v.Items {
		if i == inlined {
			line = line.With(style.Faint, ", …")
			break
		}
		if i > 0 {
			line = line.With(style.Faint, ", ")
		}
		line = append(line, short(item)...)
	}
	return line.With(style.Faint, "]")
}

// short formats a member of a value that is on one line.
func short(v datalayer.Value) text.Line {
	switch v.Kind {
	case datalayer.Object, datalayer.Instance:
		return text.Of(style.Faint, "{"+plural.Count(len(v.Fields), "key")+"}")
	case datalayer.Array, datalayer.Set, datalayer.Map:
		return text.Of(style.Faint, "["+plural.Count(len(v.Items), "item")+"]")
	}
	return InlineValue(v)
}

// Scalar formats a value without members in the tree of a payload.
func Scalar(v datalayer.Value) text.Line {
	switch v.Kind {
	case datalayer.String:
		return text.Of(style.String, strconv.Quote(v.Text))
	case datalayer.Number, datalayer.BigInt:
		return text.Of(style.Number, v.Text)
	case datalayer.Null, datalayer.Undefined:
		return text.Of(style.Literal, v.Kind.String())
	case datalayer.Bool, datalayer.RegExp:
		return text.Of(style.Literal, v.Text)
	case datalayer.Function:
		return text.Of(style.Literal, "function "+v.Text+"()")
	case datalayer.Truncated:
		line := text.Of(style.Literal, "cut "+v.Name+", "+strconv.Itoa(v.Size)+" in full ")
		for _, kept := range v.Items {
			line = append(line, InlineValue(kept)...)
		}
		return line
	case datalayer.Redacted:
		return text.Of(style.Literal, "redacted: "+v.Text)
	}
	line := text.Of(style.Literal, v.Kind.String())
	if v.Name != "" {
		line = line.With(style.Literal, " "+v.Name)
	}
	if v.Text != "" {
		line = line.With(style.Literal, " "+v.Text)
	}
	return line
}
