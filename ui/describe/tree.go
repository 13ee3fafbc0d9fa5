package describe

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Tree formats a value as a tree with a row for each member.
type Tree struct {
	Folds    map[string]bool // paths that are folded or, for long values, unfolded
	Whole    bool            // long values are unfolded
	Findings map[string]rules.Finding
	Changed  map[string]bool // paths that are highlighted
	Items    []pane.Item
	// Folding is set if some members can be folded, so that all names are indented by the
	// width of the sign for that.
	Folding bool
}

// Members appends a row for each member of the value at a path.
func (t *Tree) Members(v datalayer.Value, path string, depth int) {
	if depth == 0 {
		t.Folding = slices.ContainsFunc(v.Items, IsNested) ||
			slices.ContainsFunc(v.Fields, func(f datalayer.Field) bool { return IsNested(f.Value) })
	}
	for _, f := range v.Fields {
		t.member(f.Name, f.Value, datalayer.Member(path, f.Name), depth)
	}
	for i, element := range v.Items {
		t.member(strconv.Itoa(i), element, datalayer.Item(path, i), depth)
	}
}

func (t *Tree) member(name string, v datalayer.Value, path string, depth int) {
	it := pane.Item{Indent: 2 * depth, Path: path, Nested: IsNested(v)}
	role, sign := style.Name, " "
	f, faulty := t.Findings[path]
	if faulty {
		role, sign = SeverityLook(f.Severity)
	} else if t.Changed[path] {
		role, sign = style.Accent, "~"
	}
	it.Line = text.Of(role, sign+" ")
	switch {
	case it.Nested && t.folded(v, path):
		it.Line = it.Line.With(style.Faint, "▹ ").With(role, name).With(style.Faint, ": ")
		it.Line = append(it.Line, short(v)...)
		it.Line = append(it.Line.With(style.Faint, " "), InlineValue(v)...)
	case it.Nested:
		it.Line = it.Line.With(style.Faint, "▾ ").With(role, name).With(style.Faint, ": ")
		it.Line = append(it.Line, short(v)...)
	default:
		if t.Folding {
			it.Line = it.Line.With(style.Plain, "  ")
		}
		it.Line = it.Line.With(role, name).With(style.Faint, ": ")
		it.Line = append(it.Line, Scalar(v)...)
		it.Line = it.Line.With(style.Faint, typeHint(v))
	}
	if faulty {
		it.Line = it.Line.With(role, "  "+remark(f))
	}
	t.Items = append(t.Items, it)
	if it.Nested && !t.folded(v, path) {
		t.Members(v, path, depth+1)
	}
}

// long is the number of members from which a value is folded at first.
const long = 50

func (t *Tree) folded(v datalayer.Value, path string) bool {
	isLong := len(v.Fields)+len(v.Items) >= long && !t.Whole
	return isLong != t.Folds[path]
}

// IsNested reports whether a value has members.
func IsNested(v datalayer.Value) bool { return len(v.Fields) > 0 || len(v.Items) > 0 }

// typeHint names the type of a value if its form doesn't show it.
func typeHint(v datalayer.Value) string {
	switch v.Kind {
	case datalayer.Number, datalayer.BigInt, datalayer.Date, datalayer.RegExp:
		return "  " + v.Kind.String()
	case datalayer.String:
		if n := len([]rune(v.Text)); n > 40 {
			return "  string of " + strconv.Itoa(n)
		}
		return "  string"
	}
	return ""
}

// remark describes a finding in a few words next to its value.
func remark(f rules.Finding) string {
	if f.Suggestion != "" {
		return "→ " + f.Suggestion
	}
	return strings.ReplaceAll(string(f.Code), "-", " ")
}

// ValueItems formats a value completely unfolded.
func ValueItems(v datalayer.Value) []pane.Item {
	t := Tree{Findings: map[string]rules.Finding{}}
	t.Members(v, "", 0)
	if t.Items == nil {
		return []pane.Item{{Wrap: true, Line: Scalar(v).With(style.Faint, typeHint(v))}}
	}
	for i := range t.Items {
		t.Items[i].Wrap, t.Items[i].Path = true, ""
	}
	return t.Items
}
