package ui

import (
	"slices"
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// payload is a message as a tree, with the findings beside what they are about.
func (d detail) payload(push *datalayer.Push, v session.Verdict) []item {
	message, err := datalayer.Decode(push.Message)
	if err != nil {
		return []item{prose(style.Bad, "✗ "+err.Error())}
	}
	t := tree{folds: d.folds, findings: map[string]rules.Finding{}}
	for _, f := range v.Findings {
		if worse, ok := t.findings[f.Path]; f.Path != "" && (!ok || f.Severity > worse.Severity) {
			t.findings[f.Path] = f
		}
	}
	t.members(message, "", 0)
	if len(t.items) == 0 {
		t.items = append(t.items, item{line: inlineValue(message)})
	}
	for _, f := range v.Findings {
		if f.Code == "missing-parameter" {
			sign := "✗ "
			if t.folding {
				sign += "  "
			}
			t.items = append(t.items, item{line: text.Of(style.Bad, sign+f.Path).With(style.Faint, "  missing")})
		}
	}
	return t.items
}

// tree lays a value out, a row for each of its members.
type tree struct {
	folds    map[string]bool
	findings map[string]rules.Finding
	changed  map[string]bool // paths that stand out
	items    []item
	// folding says that there are members that can be folded, so that all names stand
	// behind the place for the sign of that.
	folding bool
}

func (t *tree) members(v datalayer.Value, path string, depth int) {
	if depth == 0 {
		t.folding = slices.ContainsFunc(v.Items, isNested) ||
			slices.ContainsFunc(v.Fields, func(f datalayer.Field) bool { return isNested(f.Value) })
	}
	for _, f := range v.Fields {
		t.member(f.Name, f.Value, datalayer.Member(path, f.Name), depth)
	}
	for i, element := range v.Items {
		t.member(strconv.Itoa(i), element, datalayer.Item(path, i), depth)
	}
}

func (t *tree) member(name string, v datalayer.Value, path string, depth int) {
	it := item{indent: 2 * depth, path: path, nested: isNested(v)}
	role, sign := style.Name, " "
	f, faulty := t.findings[path]
	if faulty {
		role, sign = severityLook(f.Severity)
	} else if t.changed[path] {
		role, sign = style.Accent, "~"
	}
	it.line = text.Of(role, sign+" ")
	switch {
	case it.nested && t.folds[path]:
		it.line = it.line.With(style.Faint, "▹ ").With(role, name).With(style.Faint, ": ")
		it.line = append(it.line, short(v)...)
		it.line = append(it.line.With(style.Faint, " "), inlineValue(v)...)
	case it.nested:
		it.line = it.line.With(style.Faint, "▾ ").With(role, name).With(style.Faint, ": ")
		it.line = append(it.line, short(v)...)
	default:
		if t.folding {
			it.line = it.line.With(style.Plain, "  ")
		}
		it.line = it.line.With(role, name).With(style.Faint, ": ")
		it.line = append(it.line, scalar(v)...)
		it.line = it.line.With(style.Faint, typeHint(v))
	}
	if faulty {
		it.line = it.line.With(role, "  "+remark(f))
	}
	t.items = append(t.items, it)
	if it.nested && !t.folds[path] {
		t.members(v, path, depth+1)
	}
}

func isNested(v datalayer.Value) bool { return len(v.Fields) > 0 || len(v.Items) > 0 }

// typeHint names the type of a value where its form does not.
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

// remark says in a few words what a finding says of the value beside it.
func remark(f rules.Finding) string {
	if f.Suggestion != "" {
		return "→ " + f.Suggestion
	}
	return strings.ReplaceAll(string(f.Code), "-", " ")
}
