package messages

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

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
	message := push.Message
	cut := len(message) > previewBytes
	if cut {
		message = message[:previewBytes]
	}
	return append(line, parameters(message, cut, func(name string) int {
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

// parameters lists the keys of an object, or the elements of a command or of a
// call of gtag, as far as the snapshot goes, those that are carried the least first.
func parameters(message []byte, cut bool, carried func(name string) int) text.Line {
	d := jsontext.NewDecoder(bytes.NewReader(message),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' && d.PeekKind() != '[' {
		return onOneLine(message)
	}
	start, _ := d.ReadToken()
	var all []parameter
	for d.PeekKind() != 0 && d.PeekKind() != '}' && d.PeekKind() != ']' {
		var p parameter
		name := ""
		if start.Kind() == '{' {
			token, err := d.ReadToken()
			if err != nil {
				break
			}
			name = token.String()
		}
		raw, err := d.ReadValue()
		if name == "$" && len(all) == 0 { // not an object, but what stands for something else
			return onOneLine(message)
		}
		if name == "event" {
			continue
		}
		if name != "" {
			p.carried = carried(name)
			p.line = text.Of(style.Name, name).With(style.Faint, "=")
		}
		if err != nil {
			p.carried = math.MaxInt // what was cut stays at the end
			all = append(all, p)
			break
		}
		p.line = append(p.line, onOneLine(raw)...).With(style.Plain, " ")
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b parameter) int { return cmp.Compare(a.carried, b.carried) })
	var line text.Line
	for _, p := range all {
		line = append(line, p.line...)
	}
	if cut {
		line = line.With(style.Faint, "…")
	}
	return line
}

// onOneLine is a value on one line.
func onOneLine(raw []byte) text.Line {
	v, err := datalayer.Decode(raw)
	if err != nil {
		return text.Of(style.Faint, "…")
	}
	return describe.InlineValue(v)
}
