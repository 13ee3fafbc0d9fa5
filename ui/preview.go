package ui

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/session"
	"layertap/ui/style"
	"layertap/ui/text"
)

// previewBytes bounds what is read of a message to preview it.
const previewBytes = 4096

// preview is a message in a line: what is wrong with it first, then its
// parameters.
func preview(push *datalayer.Push, v session.Verdict) text.Line {
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
	return append(line, parameters(message, cut)...)
}

// brief is a finding in a few words: "✗ missing link_text".
func brief(f rules.Finding) text.Line {
	role, sign := severityLook(f.Severity)
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

// severityLook is how a severity is drawn.
func severityLook(s rules.Severity) (style.Role, string) {
	switch s {
	case rules.Error:
		return style.Bad, "✗"
	case rules.Warning:
		return style.Warn, "▲"
	case rules.Info:
		return style.Info, "•"
	}
	return style.Good, "✓"
}

// parameters lists the keys of an object, or the elements of a command or of a
// call of gtag, as far as the snapshot goes.
func parameters(message []byte, cut bool) text.Line {
	d := jsontext.NewDecoder(bytes.NewReader(message),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' && d.PeekKind() != '[' {
		return onOneLine(message)
	}
	start, _ := d.ReadToken()
	var line text.Line
	for d.PeekKind() != 0 && d.PeekKind() != '}' && d.PeekKind() != ']' {
		name := ""
		if start.Kind() == '{' {
			token, err := d.ReadToken()
			if err != nil {
				break
			}
			name = token.String()
		}
		raw, err := d.ReadValue()
		if name == "$" && len(line) == 0 { // not an object, but what stands for something else
			return onOneLine(message)
		}
		if name == "event" {
			continue
		}
		if name != "" {
			line = line.With(style.Name, name).With(style.Faint, "=")
		}
		if err != nil {
			break
		}
		line = append(line, onOneLine(raw)...).With(style.Plain, " ")
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
	return inlineValue(v)
}
