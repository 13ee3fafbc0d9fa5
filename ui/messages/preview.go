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

// previewBytes bounds what is read of a message to preview it.
const previewBytes = 4096

// preview is a message in a line: what is wrong with it first, then its
// parameters. Those that many of the plan's events carry come last, since there
// may be room for one or two.
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
				name = f.Suggestion // as which it is meant, and counts
			}
		}
		return carried[name]
	})...)
}

// parameter is one of a message, and how many of the plan's events carry it.
type parameter struct {
	carried int
	line    text.Line
}

// brief is a finding in a few words: "✗ missing link_text".
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

// parameters lists the parameters of a message or, if it has none, what it consists of,
// as far as the snapshot goes. Those that are carried the least come first.
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
		cut = cut && p.carried != math.MaxInt // which ends with the sign
	}
	if cut {
		line = line.With(style.Faint, "…")
	}
	return line
}

// with returns the parameter with its value. One that was cut stays at the end.
func (p parameter) with(v datalayer.Value) parameter {
	if isCut(v) {
		p.carried = math.MaxInt
	}
	p.line = append(p.line, onOneLine(v)...).With(style.Plain, " ")
	return p
}

// isCut reports whether a value was cut to preview it.
func isCut(v datalayer.Value) bool {
	return v.Kind == datalayer.Truncated && v.Name == "" && len(v.Items) == 0
}

// onOneLine is a value on one line.
func onOneLine(v datalayer.Value) text.Line {
	if isCut(v) {
		return text.Of(style.Faint, "…")
	}
	return describe.InlineValue(v)
}
