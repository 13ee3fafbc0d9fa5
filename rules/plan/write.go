package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"layertap/datalayer"
	"layertap/visible"
)

// YAML returns the plan as a plan file, with its includes merged and with shared
// parameters defined once. Parsing it returns an equal plan.
func (p *Plan) YAML() ([]byte, error) {
	w := writer{notes: p.Notes, shared: shared(p)}
	root := w.plan(p)
	data, err := yaml.Dump(root.Node, yaml.WithIndent(2), yaml.WithLineWidth(-1))
	if err = cmp.Or(w.err, err); err != nil {
		return nil, fmt.Errorf("writing the plan %s: %w", p.Name, err)
	}
	return escaped(data), nil
}

// escaped replaces invisible characters by escapes. They only occur in double-quoted
// texts, because of [scalar], and comments are made visible.
func escaped(data []byte) []byte {
	out := make([]byte, 0, len(data))
	before := rune(0)
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == '\n' || !visible.Hidden(before, r):
			out = append(out, data[:size]...)
		case r > 0xffff:
			out = fmt.Appendf(out, `\U%08X`, r)
		default:
			out = fmt.Appendf(out, `\u%04X`, r)
		}
		before, data = r, data[size:]
	}
	return out
}

// writer creates the nodes of a plan file.
type writer struct {
	shared map[string]*yaml.Node // the definitions shared by events, by parameter name
	notes  map[string]string     // comments, by what they are about
	err    error                 // the first error
}

// mapping is a mapping node. Keys are in the order in which they are added.
type mapping struct{ *yaml.Node }

func newMapping() mapping { return mapping{&yaml.Node{Kind: yaml.MappingNode}} }

// add adds a key and returns its node.
func (m mapping) add(key string, value *yaml.Node) *yaml.Node {
	k := scalar(key)
	m.Content = append(m.Content, k, value)
	return k
}

// optional, list, flag and block add a value unless it is empty.
func (m mapping) optional(key, value string) {
	if value != "" {
		m.add(key, scalar(value))
	}
}

func (m mapping) list(key string, values []string) {
	if values != nil {
		m.add(key, sequence(values))
	}
}

func (m mapping) flag(key string, set bool) {
	if set {
		m.add(key, literal("true"))
	}
}

func (m mapping) bound(key string, f *float64) {
	if f != nil {
		m.add(key, literal(datalayer.NumberOf(*f).Text))
	}
}

func (m mapping) block(key string, inside mapping) {
	if len(inside.Content) > 0 {
		m.add(key, inside.Node)
	}
}

// scalar returns a text node. The library quotes it if necessary.
func scalar(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: strings.ToValidUTF8(s, "\uFFFD")}
	if ambiguous.MatchString(s) || visible.Text(n.Value) != n.Value {
		n.Style = yaml.DoubleQuotedStyle // so that a line break is escaped
	}
	return n
}

// ambiguous matches words that are booleans in YAML 1.1.
var ambiguous = regexp.MustCompile(`(?i)^(yes|no|on|off|y|n)$`)

// literal returns a number or boolean node.
func literal(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// orNothing returns a mapping; if it is empty, an empty value.
func orNothing(m mapping) *yaml.Node {
	if len(m.Content) == 0 {
		return literal("")
	}
	return m.Node
}

func sequence(values []string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, v := range values {
		n.Content = append(n.Content, scalar(v))
	}
	return n
}

// texts returns a mapping from text to text, sorted by key.
func texts[K ~string](values map[K]string) mapping {
	m := newMapping()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		m.add(string(key), scalar(values[key]))
	}
	return m
}

// comment adds the note on something above its key.
func (w *writer) comment(key *yaml.Node, on string) {
	if w.notes[on] == "" {
		return
	}
	lines := strings.Split(w.notes[on], "\n")
	for i, line := range lines {
		lines[i] = "# " + visible.Text(line) // it may contain names from pages
	}
	key.HeadComment = strings.Join(lines, "\n")
}

func (w *writer) plan(p *Plan) mapping {
	m := newMapping()
	w.comment(m.add("plan", scalar(p.Name)), "plan")
	m.optional("description", p.Description)
	m.optional("owner", p.Owner)
	m.optional("link", p.Link)
	if p.Namespace != nil {
		m.add("namespace", scalar(p.Namespace.String()))
	}
	m.list("known", p.Known)
	m.flag("ga4", p.GA4)
	m.flag("extra", p.Extra)
	if p.Duplicates != DefaultDuplicates {
		m.add("duplicates", duration(p.Duplicates))
	}
	m.block("findings", w.severities(p.Severities, ""))
	if len(p.Accept) > 0 {
		m.add("accept", exceptions(p.Accept))
	}
	if p.Conversation.ID != "" {
		conversation := newMapping()
		conversation.optional("id", p.Conversation.ID)
		conversation.list("begins", p.Conversation.Begins)
		conversation.list("ends", p.Conversation.Ends)
		m.block("conversation", conversation)
	}
	m.block("endpoints", texts(p.Endpoints))
	triggers := newMapping()
	for _, t := range p.Triggers {
		triggers.add(t.Name, scalar(t.Regexp))
	}
	m.block("triggers", triggers)
	m.block("parameters", w.definitions(p))
	events := newMapping()
	for _, e := range p.Events {
		w.comment(events.add(e.Name, orNothing(w.event(e))), e.Name)
	}
	m.add("events", events.Node)
	return m
}

func (w *writer) severities(s Severities, on string) mapping {
	m := newMapping()
	for _, code := range slices.Sorted(maps.Keys(s)) {
		w.comment(m.add(string(code), scalar(s[code].String())), on+" "+string(code))
	}
	return m
}

// shared returns the definitions that several events have in common: the most frequent
// one for each name.
func shared(p *Plan) map[string]*yaml.Node {
	type use struct {
		node  *yaml.Node
		count int
	}
	uses := map[string]map[string]use{} // by name and definition
	for _, e := range p.Events {
		for _, parameter := range e.Parameters {
			node := definition(parameter)
			if uses[parameter.Name] == nil {
				uses[parameter.Name] = map[string]use{}
			}
			key := contents(node)
			uses[parameter.Name][key] = use{node, uses[parameter.Name][key].count + 1}
		}
	}
	most := map[string]*yaml.Node{}
	for name, definitions := range uses {
		count := 1
		for _, key := range slices.Sorted(maps.Keys(definitions)) {
			if d := definitions[key]; d.count > count {
				most[name], count = d.node, d.count
			}
		}
	}
	return most
}

// definitions returns the shared definitions, in the order in which they occur in
// events.
func (w *writer) definitions(p *Plan) mapping {
	m, done := newMapping(), map[string]bool{}
	for _, e := range p.Events {
		for _, parameter := range e.Parameters {
			if node := w.shared[parameter.Name]; node != nil && !done[parameter.Name] {
				done[parameter.Name] = true
				m.add(parameter.Name, node)
			}
		}
	}
	return m
}

// contents returns the content of a node. It is equal for equal nodes.
func contents(n *yaml.Node) string {
	text := strconv.Itoa(int(n.Kind)) + strconv.Quote(n.Value)
	for _, part := range n.Content {
		text += contents(part)
	}
	return text + ";"
}

// definition returns the definition of a parameter, without whether it is required.
func definition(p *Parameter) *yaml.Node { return brief(parameter(p, false)) }

// standalone returns a definition that always has a type, so that it isn't merged into
// a shared one.
func standalone(p *Parameter) *yaml.Node { return brief(parameter(p, true)) }

// brief returns the shortest form of a definition: only its type if there is nothing
// else.
func brief(m mapping) *yaml.Node {
	switch {
	case len(m.Content) == 0:
		return scalar("any")
	case len(m.Content) == 2 && m.Content[0].Value == "type":
		return m.Content[1]
	}
	return m.Node
}

func (w *writer) event(e *Event) mapping {
	m := newMapping()
	m.optional("description", e.Description)
	m.optional("trigger", e.Trigger)
	m.optional("owner", e.Owner)
	m.optional("link", e.Link)
	m.list("aliases", e.Aliases)
	m.block("misspellings", texts(e.Misspellings))
	m.flag("required", e.Required)
	m.optional("within", e.Within)
	m.list("after", e.After)
	m.list("before", e.Before)
	m.optional("once", string(e.Once))
	m.list("consent", e.Consent)
	m.list("tags", e.Tags)
	if len(e.Hits) > 0 {
		m.add("hits", hits(e.Hits))
	}
	m.block("findings", w.severities(e.Severities, e.Name))
	if e.Duplicates != 0 {
		m.add("duplicates", duration(e.Duplicates))
	}
	if e.Extra != nil && e.Schema == nil {
		m.add("extra", literal(strconv.FormatBool(*e.Extra)))
	}
	if e.schemaSource != nil {
		m.add("schema", w.schema(e))
	}
	own := slices.DeleteFunc(slices.Clone(e.Parameters), func(p *Parameter) bool { return p.inSchema })
	if names := w.names(e, own); names != nil {
		m.list("parameters", names)
	} else {
		m.block("parameters", w.parameters(e, own))
	}
	return m
}

// schema returns the JSON Schema of an event as it was read.
func (w *writer) schema(e *Event) *yaml.Node {
	document := yaml.Node{Content: []*yaml.Node{literal("")}}
	encoded, err := json.Marshal(e.schemaSource)
	if err == nil {
		err = yaml.Load(encoded, &document)
	}
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("the schema of %s: %w", e.Name, err)
	}
	return document.Content[0]
}

// names returns the names of an event's parameters if all of them are shared ones, or
// else nil.
func (w *writer) names(e *Event, parameters []*Parameter) []string {
	var names []string
	for _, p := range parameters {
		if w.notes[e.Name+"."+p.Name] != "" || !w.isShared(p) {
			return nil
		}
		names = append(names, markedName(p))
	}
	return names
}

// isShared reports whether a parameter's definition is the shared one.
func (w *writer) isShared(p *Parameter) bool {
	node := w.shared[p.Name]
	return node != nil && contents(node) == contents(definition(p))
}

// markedName returns a parameter's name, with the mark of optional ones.
func markedName(p *Parameter) string {
	if p.Required {
		return p.Name
	}
	return p.Name + optionalMark
}

func hits(hits []Hit) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, h := range hits {
		m := newMapping()
		m.Style = yaml.FlowStyle
		m.add("vendor", scalar(h.Vendor))
		m.optional("prefix", h.prefix)
		m.optional("event", h.event)
		n.Content = append(n.Content, m.Node)
	}
	return n
}

// parameters returns the parameters of an event; of shared ones only the names.
func (w *writer) parameters(e *Event, own []*Parameter) mapping {
	m := newMapping()
	for _, p := range own {
		node := definition(p)
		switch {
		case w.isShared(p):
			node = literal("") // empty
		case w.shared[p.Name] != nil:
			node = standalone(p)
		}
		w.comment(m.add(markedName(p), node), e.Name+"."+p.Name)
	}
	return m
}

// parameter returns the definition of a parameter. If typed is set, it has a type even
// if that is the default.
func parameter(p *Parameter, typed bool) mapping {
	m := newMapping()
	m.types(p, typed)
	m.optional("description", p.Description)
	m.optional("owner", p.Owner)
	m.optional("link", p.Link)
	m.list("required_with", p.With)
	m.list("required_without", p.Without)
	when := newMapping()
	for _, other := range slices.Sorted(maps.Keys(p.When)) {
		when.list(other, p.When[other])
	}
	m.block("required_when", when)
	m.list("enum", p.Enum)
	if p.Pattern != nil {
		m.add("pattern", scalar(p.Pattern.String()))
	}
	m.bound("min", p.Min)
	m.bound("max", p.Max)
	m.optional("unit", string(p.Unit))
	if p.Ahead != DefaultAhead && p.Ahead != 0 {
		m.add("ahead", duration(p.Ahead))
	}
	m.list("aliases", p.Aliases)
	m.block("misspellings", texts(p.Misspellings))
	m.flag("empty", p.Empty)
	m.flag("personal", p.Personal)
	m.optional("constant", string(p.Constant))
	m.optional("grows", string(p.Grows))
	inner := newMapping()
	for _, part := range p.Parameters {
		inner.add(markedName(part), definition(part))
	}
	m.block("parameters", inner)
	if p.Items != nil {
		m.add("items", definition(p.Items))
	}
	return m
}

// types adds the types of a parameter that don't follow from its parts.
func (m mapping) types(p *Parameter, typed bool) {
	types := p.Types
	if len(p.Parameters) > 0 && !typed {
		types &^= TypeObject
	}
	if p.Items != nil && !typed {
		types &^= TypeArray
	}
	switch words := types.words(); {
	case len(words) == 1:
		m.add("type", scalar(words[0]))
	case len(words) > 1:
		m.list("type", words)
	case typed:
		m.add("type", scalar("any"))
	}
}

func duration(d time.Duration) *yaml.Node {
	if d < 0 {
		return literal("off")
	}
	return scalar(d.String())
}
