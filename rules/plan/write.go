package plan

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"layertap/datalayer"
)

// YAML returns the plan as a plan file: with what it includes, and with every
// parameter that events share defined once. Reading it gives the same plan.
func (p *Plan) YAML() []byte {
	w := writer{notes: p.Notes}
	w.plan(p)
	return []byte(w.text.String())
}

// writer writes a plan file line by line.
type writer struct {
	text   strings.Builder
	indent int
	typed  bool              // write the type also where it goes without saying
	shared map[string]string // the definitions that events share, as written
	notes  map[string]string // comments by what they are on
}

// line writes a key, with its value where that is not empty.
func (w *writer) line(key, value string) {
	w.text.WriteString(strings.Repeat("  ", w.indent) + scalar(key) + ":")
	if value != "" {
		w.text.WriteString(" " + value)
	}
	w.text.WriteByte('\n')
}

// note writes the comment on something.
func (w *writer) note(on string) {
	if note := w.notes[on]; note != "" {
		for line := range strings.SplitSeq(note, "\n") {
			w.text.WriteString(strings.Repeat("  ", w.indent) + "# " + strings.Map(printable, line) + "\n")
		}
	}
}

// printable takes out of a comment what would end it: names in it come from
// pages.
func printable(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

// block writes what is under a key, if there is anything.
func (w *writer) block(key string, empty bool, inside func()) {
	if empty {
		return
	}
	w.line(key, "")
	w.indent++
	inside()
	w.indent--
}

func (w *writer) optional(key, value string) {
	if value != "" {
		w.line(key, scalar(value))
	}
}

func (w *writer) list(key string, values []string) {
	if values != nil {
		w.line(key, flow(values))
	}
}

func (w *writer) flag(key string, set bool) {
	if set {
		w.line(key, "true")
	}
}

func (w *writer) plan(p *Plan) {
	w.note("plan")
	w.line("plan", scalar(p.Name))
	w.optional("description", p.Description)
	w.optional("owner", p.Owner)
	w.optional("link", p.Link)
	if p.Namespace != nil {
		w.line("namespace", scalar(p.Namespace.String()))
	}
	w.list("known", p.Known)
	w.flag("ga4", p.GA4)
	w.flag("extra", p.Extra)
	if p.Duplicates != DefaultDuplicates {
		w.line("duplicates", duration(p.Duplicates))
	}
	w.severities(p.Severities, "")
	w.block("accept", len(p.Accept) == 0, func() { w.exceptions(p.Accept) })
	w.block("conversation", p.Conversation.ID == "", func() {
		w.optional("id", p.Conversation.ID)
		w.list("begins", p.Conversation.Begins)
		w.list("ends", p.Conversation.Ends)
	})
	w.block("endpoints", len(p.Endpoints) == 0, func() {
		for _, address := range slices.Sorted(maps.Keys(p.Endpoints)) {
			w.line(address, scalar(p.Endpoints[address]))
		}
	})
	w.block("triggers", len(p.Triggers) == 0, func() {
		for _, t := range p.Triggers {
			w.line(t.Name, scalar(t.Regexp))
		}
	})
	w.share(p)
	w.line("events", "")
	w.indent++
	for _, e := range p.Events {
		w.event(e)
	}
	w.indent--
}

func (w *writer) severities(s Severities, on string) {
	w.block("findings", len(s) == 0, func() {
		for _, code := range slices.Sorted(maps.Keys(s)) {
			w.note(on + " " + string(code))
			w.line(string(code), s[code].String())
		}
	})
}

// share writes the definitions that stand in more than one event alike.
func (w *writer) share(p *Plan) {
	w.shared = map[string]string{}
	counts := map[string]map[string]int{}
	var names []string
	for _, e := range p.Events {
		for _, parameter := range e.Parameters {
			if counts[parameter.Name] == nil {
				counts[parameter.Name] = map[string]int{}
				names = append(names, parameter.Name)
			}
			counts[parameter.Name][definition(parameter, 1)]++
		}
	}
	for _, name := range names {
		for _, text := range slices.Sorted(maps.Keys(counts[name])) {
			if n := counts[name][text]; n > 1 && n > counts[name][w.shared[name]] {
				w.shared[name] = text
			}
		}
	}
	w.block("parameters", len(w.shared) == 0, func() {
		for _, name := range names {
			if text, ok := w.shared[name]; ok {
				w.text.WriteString(strings.Repeat("  ", w.indent) + scalar(name) + ":" + text + "\n")
			}
		}
	})
}

// definition is what stands behind a parameter's name at a depth of indentation,
// but for whether it is required.
func definition(p *Parameter, indent int) string {
	return define(writer{indent: indent + 1}, p, indent)
}

// standalone is a definition with its type in any case, so that nothing of a
// shared one is added to it.
func standalone(p *Parameter, indent int) string {
	return define(writer{indent: indent + 1, typed: true}, p, indent)
}

func define(w writer, p *Parameter, indent int) string {
	w.parameter(p)
	text := w.text.String()
	if text == "" {
		return " any"
	}
	if rest, ok := strings.CutPrefix(text, strings.Repeat("  ", indent+1)+"type: "); ok && strings.Count(text, "\n") == 1 {
		return " " + strings.TrimSuffix(rest, "\n")
	}
	return "\n" + strings.TrimSuffix(text, "\n")
}

func (w *writer) event(e *Event) {
	w.note(e.Name)
	w.line(e.Name, "")
	w.indent++
	w.optional("description", e.Description)
	w.optional("trigger", e.Trigger)
	w.optional("owner", e.Owner)
	w.optional("link", e.Link)
	w.list("aliases", e.Aliases)
	w.flag("required", e.Required)
	w.optional("within", e.Within)
	w.list("after", e.After)
	w.list("before", e.Before)
	w.optional("once", string(e.Once))
	w.list("consent", e.Consent)
	w.list("tags", e.Tags)
	w.block("hits", len(e.Hits) == 0, func() { w.hits(e.Hits) })
	w.severities(e.Severities, e.Name)
	if e.Duplicates != 0 {
		w.line("duplicates", duration(e.Duplicates))
	}
	if e.Extra != nil && e.Schema == nil {
		w.line("extra", strconv.FormatBool(*e.Extra))
	}
	if e.schemaSource != nil {
		if encoded, err := json.Marshal(e.schemaSource); err == nil {
			w.line("schema", string(encoded))
		}
	}
	own := slices.DeleteFunc(slices.Clone(e.Parameters), func(p *Parameter) bool { return p.inSchema })
	if names := w.names(e, own); names != nil {
		w.list("parameters", names)
	} else {
		w.block("parameters", len(own) == 0, func() {
			for _, p := range own {
				w.used(e, p)
			}
		})
	}
	w.indent--
}

// names returns the names of an event's parameters where there is nothing to say
// but that they are the shared ones, or nil.
func (w *writer) names(e *Event, parameters []*Parameter) []string {
	var names []string
	for _, p := range parameters {
		if w.notes[e.Name+"."+p.Name] != "" || w.shared[p.Name] != definition(p, 1) || w.shared[p.Name] == "" {
			return nil
		}
		names = append(names, markedName(p))
	}
	return names
}

// markedName is a parameter's name with the mark of those that may be missing.
func markedName(p *Parameter) string {
	if p.Required {
		return p.Name
	}
	return p.Name + optionalMark
}

func (w *writer) hits(hits []Hit) {
	for _, h := range hits {
		fields := []string{"vendor: " + scalar(h.Vendor)}
		if h.prefix != "" {
			fields = append(fields, "prefix: "+scalar(h.prefix))
		}
		if h.event != "" {
			fields = append(fields, "event: "+scalar(h.event))
		}
		w.text.WriteString(strings.Repeat("  ", w.indent) + "- {" + strings.Join(fields, ", ") + "}\n")
	}
}

// used writes a parameter of an event: its name alone where events share it.
func (w *writer) used(e *Event, p *Parameter) {
	w.note(e.Name + "." + p.Name)
	text := ""
	if shared, ok := w.shared[p.Name]; !ok {
		text = definition(p, w.indent)
	} else if shared != definition(p, 1) {
		text = standalone(p, w.indent)
	}
	w.text.WriteString(strings.Repeat("  ", w.indent) + scalar(markedName(p)) + ":" + text + "\n")
}

func (w *writer) parameter(p *Parameter) {
	types := p.Types
	if len(p.Parameters) > 0 && !w.typed {
		types &^= TypeObject
	}
	if p.Items != nil && !w.typed {
		types &^= TypeArray
	}
	switch words := types.words(); len(words) {
	case 0:
		if w.typed {
			w.line("type", "any")
		}
	case 1:
		w.line("type", words[0])
	default:
		w.list("type", words)
	}
	w.optional("description", p.Description)
	w.optional("owner", p.Owner)
	w.optional("link", p.Link)
	w.list("required_with", p.With)
	w.list("required_without", p.Without)
	w.block("required_when", len(p.When) == 0, func() {
		for _, other := range slices.Sorted(maps.Keys(p.When)) {
			w.list(other, p.When[other])
		}
	})
	w.list("enum", p.Enum)
	if p.Pattern != nil {
		w.line("pattern", scalar(p.Pattern.String()))
	}
	w.bound("min", p.Min)
	w.bound("max", p.Max)
	w.optional("unit", string(p.Unit))
	if p.Ahead != DefaultAhead && p.Ahead != 0 {
		w.line("ahead", duration(p.Ahead))
	}
	w.list("aliases", p.Aliases)
	w.block("misspellings", len(p.Misspellings) == 0, func() {
		for _, name := range slices.Sorted(maps.Keys(p.Misspellings)) {
			w.line(name, scalar(p.Misspellings[name]))
		}
	})
	w.flag("empty", p.Empty)
	w.flag("personal", p.Personal)
	w.optional("constant", string(p.Constant))
	w.optional("grows", string(p.Grows))
	w.block("parameters", len(p.Parameters) == 0, func() { w.nested(p.Parameters) })
	if p.Items != nil {
		w.text.WriteString(strings.Repeat("  ", w.indent) + "items:" + definition(p.Items, w.indent) + "\n")
	}
}

func (w *writer) nested(parameters []*Parameter) {
	for _, p := range parameters {
		w.text.WriteString(strings.Repeat("  ", w.indent) + scalar(markedName(p)) + ":" + definition(p, w.indent) + "\n")
	}
}

func (w *writer) bound(key string, f *float64) {
	if f != nil {
		w.line(key, datalayer.NumberOf(*f).Text)
	}
}

func duration(d time.Duration) string {
	if d < 0 {
		return "off"
	}
	return d.String()
}

// plainScalar matches texts that stand for themselves without quotes.
var plainScalar = regexp.MustCompile(`^[A-Za-z_/^(][A-Za-z0-9_./^$()?+\\ |-]*$`)

// ambiguous are words that some readers of YAML take for something else.
var ambiguous = regexp.MustCompile(`(?i)^(true|false|yes|no|on|off|null|y|n|~)$`)

// scalar writes a text as YAML, in quotes where it needs them.
func scalar(s string) string {
	if plainScalar.MatchString(s) && !ambiguous.MatchString(s) && !strings.HasSuffix(s, " ") {
		return s
	}
	quoted, err := json.Marshal(s)
	if err != nil { // a string always has JSON
		return strconv.Quote(s)
	}
	return string(quoted)
}

func flow(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = scalar(v)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
