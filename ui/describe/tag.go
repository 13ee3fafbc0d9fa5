package describe

import (
	"strconv"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/ui/pane"
	"layertap/ui/style"
	"layertap/ui/text"
)

// TagLook returns the role, the sign and the words for the status of a tag.
func TagLook(s gtm.Status) (style.Role, string, string) {
	switch s {
	case gtm.StatusFired:
		return style.Good, "●", "fired"
	case gtm.StatusHeldBack:
		return style.Warn, "◐", "held back"
	case gtm.StatusBlocked:
		return style.Bad, "⊘", "blocked"
	case gtm.StatusPaused:
		return style.Faint, "‖", "paused"
	case gtm.StatusUnknown:
		return style.Warn, "?", "may fire"
	}
	return style.Faint, "·", "not fired"
}

// TagType is the type of a tag in Google Tag Manager's words.
func TagType(t *gtm.Tag) string {
	if t.TypeName != "" {
		return t.TypeName
	}
	return t.Type
}

// Sends lists what a tag sends: each setting as configured, unless that is the value
// itself, and with its value at the message. The rows of a table are below its name. Readable
// returns how an unknown variable can be read from the page, or nil.
func Sends(parameters []gtm.Parameter, width int, readable func(*gtm.Variable) *gtm.Reading) []pane.Item {
	names := 0
	for _, p := range parameters {
		_, name, isRow := strings.Cut(p.Name, ".")
		if !isRow {
			name = p.Name
		}
		names = max(names, min(text.Width(name), width/3))
	}
	var items []pane.Item
	table := ""
	for _, p := range parameters {
		of, name, isRow := strings.Cut(p.Name, ".")
		indent := 4
		if !isRow {
			name, table = p.Name, ""
		} else {
			if of != table {
				table = of
				items = append(items, pane.Item{Indent: 4, Line: text.Of(style.Faint, of)})
			}
			indent = 6
		}
		it := pane.Item{Indent: indent, Wrap: true, Line: text.Of(style.Name, text.Fit(name, names)).With(style.Plain, "  "), Tail: sent(p)}
		if p.Unresolved != nil {
			it.Readable = readable(p.Unresolved)
		}
		items = append(items, it)
	}
	return items
}

// sent is the value of a setting and its origin.
func sent(p gtm.Parameter) text.Line {
	var line text.Line
	if strings.Contains(p.Written, "{{") {
		line = text.Of(style.Faint, p.Written+"  ")
	}
	if !p.Known {
		if p.Partial != "" {
			line = line.With(style.String, "\""+p.Partial+"\"  ")
		}
		why := p.Unknown()
		if p.Unresolved != nil && p.Written == "{{"+p.Unresolved.Name+"}}" { // which is already shown
			why = p.Reason
		}
		return line.With(style.Warn, "unknown: "+why)
	}
	return line.And(Typed(p.Value)).And(Observed(p.Observed))
}

// Observed says at which entry a value was read from the page; nothing for 0.
func Observed(seq int) text.Line {
	if seq == 0 {
		return nil
	}
	return text.Of(style.Faint, "  read from the page at #"+strconv.Itoa(seq))
}

// Typed formats a value on one line such that its type is visible.
func Typed(v datalayer.Value) text.Line {
	if v.Kind == datalayer.String {
		return Scalar(v)
	}
	return InlineValue(v)
}
