package messages

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/describe"
	"layertap/ui/style"
	"layertap/ui/text"
)

// previewBytes bounds how much of a message is read for its preview.
const previewBytes = 4096

// preview summarizes a message on a line: findings first, then its parameters. Those that
// many of the plan's events have come last, since there may be room for one or two only.
func preview(push *datalayer.Push, v session.Verdict, carried map[string]int) text.Line {
	var line text.Line
	for _, f := range v.Findings {
		if f.Severity >= rules.Warning {
			line = append(line, brief(f)...).With(style.Plain, "  ")
		}
	}
	return append(line, parameters(push, func(name string) int {
		for _, f := range v.Findings {
			if f.Path == name && f.Suggestion != "" {
				name = f.Suggestion // the name that was meant, and counts
			}
		}
		return carried[name]
	})...)
}

// parameter is a parameter of a message, and how many of the plan's events have it.
type parameter struct {
	carried int
	line    text.Line
}

// brief is a short form of a finding: "✗ missing link_text".
func brief(f rules.Finding) text.Line {
	role, sign := describe.SeverityLook(f.Severity)
	line := text.Of(role, sign+" ")
	what := string(f.Code)
	switch {
	case strings.HasPrefix(what, "misspelled-"):
		return line.With(role, strings.TrimSpace(f.Path+" → "+f.Suggestion))
	case f.Path != "":
		what = strings.TrimSuffix(strings.TrimSuffix(what, "-parameter"), "-value")
	}
	line = line.With(role, strings.TrimSpace(strings.ReplaceAll(what, "-", " ")+" "+f.Path))
	if f.Suggestion != "" {
		line = line.With(role, " → "+f.Suggestion)
	}
	return line
}

// parameters lists the parameters of a message or, if it has none, its parts, as far as the
// preview was read. The least common ones come first.
func parameters(push *datalayer.Push, carried func(name string) int) text.Line {
	v, cut, err := datalayer.DecodeStart(push.Message, previewBytes)
	if err != nil {
		return text.Of(style.Faint, "…")
	}
	message := datalayer.ReadMessage(push.Layer, push.Kind, v)
	content := message.Content()
	var all []parameter
	switch content.Kind {
	case datalayer.Object, datalayer.Instance:
		for _, f := range content.Fields {
			p := parameter{carried(f.Name), text.Of(style.Name, f.Name).With(style.Faint, "=")}
			all = append(all, p.with(f.Value))
		}
	case datalayer.Array:
		for _, item := range content.Items {
			all = append(all, parameter{}.with(item))
		}
	default:
		return onOneLine(content)
	}
	slices.SortStableFunc(all, func(a, b parameter) int { return cmp.Compare(a.carried, b.carried) })
	var line text.Line
	for _, p := range all {
		line = append(line, p.line...)
		cut = cut && p.carried != math.MaxInt // which ends with the ellipsis
	}
	if cut {
		line = line.With(style.Faint, "…")
	}
	return line
}

// with returns the parameter with its value. A value that was cut ends with an ellipsis.
func (p parameter) with(v datalayer.Value) parameter {
	if isCut(v) {
		p.carried = math.MaxInt
	}
	p.line = append(p.line, onOneLine(v)...).With(style.Plain, " ")
	return p
}

// isCut reports whether a value was cut for the preview.
func isCut(v datalayer.Value) bool {
	return v.Kind == datalayer.Truncated && v.Name == "" && len(v.Items) == 0
}

// onOneLine formats a value on one line.
func onOneLine(v datalayer.Value) text.Line {
	if isCut(v) {
		return text.Of(style.Faint, "…")
	}
	return describe.InlineValue(v)
}
