package plan

import (
	"maps"
	"slices"
	"strings"
	"time"

	"layertap/jsregexp"
	"layertap/rules/spelling"
)

var parameterKeys = keys[Parameter]{
	"description":      text(func(p *Parameter) *string { return &p.Description }),
	"owner":            text(func(p *Parameter) *string { return &p.Owner }),
	"link":             text(func(p *Parameter) *string { return &p.Link }),
	"type":             func(r *reader, n *node, p *Parameter) { p.Types = r.types(n) },
	"required":         flag(func(p *Parameter) *bool { return &p.Required }),
	"required_with":    list(func(p *Parameter) *[]string { return &p.With }),
	"required_without": list(func(p *Parameter) *[]string { return &p.Without }),
	"required_when":    func(r *reader, n *node, p *Parameter) { p.When = r.conditions(n) },
	"enum":             list(func(p *Parameter) *[]string { return &p.Enum }),
	"pattern":          pattern(func(p *Parameter) **jsregexp.Regexp { return &p.Pattern }),
	"min":              number(func(p *Parameter) **float64 { return &p.Min }),
	"max":              number(func(p *Parameter) **float64 { return &p.Max }),
	"unit":             choice(func(p *Parameter) *Unit { return &p.Unit }, ISO8601, Seconds, Milliseconds),
	"ahead":            func(r *reader, n *node, p *Parameter) { p.Ahead = r.duration(n) },
	"aliases":          list(func(p *Parameter) *[]string { return &p.Aliases }),
	"empty":            flag(func(p *Parameter) *bool { return &p.Empty }),
	"personal":         flag(func(p *Parameter) *bool { return &p.Personal }),
	"constant":         choice(func(p *Parameter) *Scope { return &p.Constant }, InPage, InSession, InConversation),
	"grows":            choice(func(p *Parameter) *Scope { return &p.Grows }, InPage, InSession, InConversation),
	"misspellings":     func(r *reader, n *node, p *Parameter) { p.Misspellings = r.notes(n) },
}

func init() { // in init because they refer to themselves
	parameterKeys["parameters"] = func(r *reader, n *node, p *Parameter) {
		p.Types |= TypeObject
		p.Parameters = r.parameters(n)
	}
	parameterKeys["items"] = func(r *reader, n *node, p *Parameter) {
		p.Types |= TypeArray
		item := Parameter{}
		r.definition(n, &item)
		p.Items = &item
	}
}

// shared reads the definitions that events refer to by name or path.
func (r *reader) shared(n *node) []*Parameter {
	r.defined = map[string]*Parameter{}
	if n.kind != mappingNode {
		r.problem(n, "parameters must be a mapping of names to definitions, or a list of names")
		return nil
	}
	var all []*Parameter
	for i, name := range n.keys {
		path := strings.TrimSuffix(name.text, optionalMark)
		p := &Parameter{Name: path, Ahead: DefaultAhead, Required: path == name.text}
		r.definition(n.items[i], p)
		r.defined[path] = p
		all = append(all, p)
	}
	return all
}

// parameters reads the parameters of an event or an object: names of shared ones, or
// names with definitions. A definition without a type is merged into the shared one.
func (r *reader) parameters(n *node) []*Parameter {
	n = byName(n)
	if n.kind != mappingNode {
		r.problem(n, "parameters must be a mapping of names to definitions, or a list of names")
		return nil
	}
	tree := &Parameter{}
	for i, name := range n.keys {
		path := strings.TrimSuffix(name.text, optionalMark)
		p := &Parameter{Required: true, Ahead: DefaultAhead}
		if shared, ok := r.defined[path]; ok && !hasOwnType(n.items[i]) {
			if n.items[i].kind == nullNode && path == name.text && !strings.ContainsAny(path, ".[") {
				tree.put(shared) // unchanged
				continue
			}
			copied := *shared
			p = &copied
		} else if n.items[i].kind == nullNode {
			r.undefined(name, path)
		}
		if path != name.text {
			p.Required = false
		}
		r.definition(n.items[i], p)
		if !tree.insert(path, p) {
			r.problem(name, "%q isn't a valid path; use name, object.name or list[].name", path)
		}
	}
	return tree.Parameters
}

// hasOwnType reports whether a definition has its own type. It isn't merged into the
// shared one then.
func hasOwnType(n *node) bool {
	return n.kind == scalarNode || n.kind == listNode || n.get("type") != nil
}

// undefined reports an undefined name that is similar to a defined one.
func (r *reader) undefined(name *node, path string) {
	if near := spelling.New(slices.Sorted(maps.Keys(r.defined))).Near(path); len(near) > 0 {
		r.problem(name, "parameter %q isn't defined; did you mean %q?", path, near[0].Name)
	}
}

// definition reads the definition of a parameter: empty, a type, or a mapping.
func (r *reader) definition(n *node, p *Parameter) {
	if n.kind == scalarNode || n.kind == listNode {
		p.Types = r.types(n)
		return
	}
	parameterKeys.read(r, n, p, "a parameter")
}

func (r *reader) types(n *node) Types {
	var types Types
	words := []*node{n}
	if n.kind == listNode {
		words = n.items
	}
	for _, word := range words {
		switch i := slices.Index(typeWords, word.text); {
		case i >= 0:
			types |= 1 << i
		case word.kind == nullNode:
			types |= TypeNull
		case word.text == "any":
			return 0
		default:
			r.problem(word, "unknown type %q%s", word.text, didYouMean(word.text, typeWords))
		}
	}
	return types
}

func (r *reader) conditions(n *node) map[string][]string {
	if n.kind != mappingNode {
		r.problem(n, "required_when must be a mapping of parameters to values")
		return nil
	}
	when := map[string][]string{}
	for i, name := range n.keys {
		when[name.text] = r.list(n.items[i])
	}
	return when
}

// notes reads misspellings, with or without notes.
func (r *reader) notes(n *node) map[string]string {
	n = byName(n)
	if n.kind != mappingNode {
		r.problem(n, "misspellings must be a mapping of names to notes, or a list of names")
		return nil
	}
	notes := map[string]string{}
	for i, name := range n.keys {
		notes[name.text] = strings.TrimSpace(n.items[i].text)
	}
	return notes
}

// DefaultAhead is the default for how far ahead of the session's time a timestamp may
// be. More is a wrong unit or year, not an inaccurate clock.
const DefaultAhead = 366 * 24 * time.Hour

// insert adds a definition at a path and creates the objects and arrays along it. It
// reports whether path is valid.
func (p *Parameter) insert(path string, definition *Parameter) bool {
	into := p
	segments := strings.Split(path, ".")
	for i, segment := range segments {
		name := strings.TrimRight(segment, "[]")
		arrays := (len(segment) - len(name)) / 2
		if name == "" || segment != name+strings.Repeat("[]", arrays) {
			return false
		}
		last := i == len(segments)-1
		if last && arrays == 0 {
			definition.Name = name
			into.put(definition)
			return true
		}
		into = into.child(name, definition.Required)
		for ; arrays > 0; arrays-- {
			into.Types |= TypeArray
			if last && arrays == 1 {
				into.Items = definition
				return true
			}
			if into.Items == nil {
				into.Items = &Parameter{}
			}
			into = into.Items
		}
		into.Types |= TypeObject
	}
	return true
}

// put adds a parameter, or replaces the one with the same name.
func (p *Parameter) put(definition *Parameter) {
	for i, child := range p.Parameters {
		if child.Name == definition.Name {
			if len(definition.Parameters) == 0 && definition.Items == nil {
				copied := *definition // it may be shared
				copied.Parameters, copied.Items = child.Parameters, child.Items
				definition = &copied
			}
			p.Parameters[i] = definition
			return
		}
	}
	p.Parameters = append(p.Parameters, definition)
}

// child returns the parameter with a name, and creates it if necessary. A parameter
// that contains a required one is required, except arrays.
func (p *Parameter) child(name string, required bool) *Parameter {
	for i, child := range p.Parameters {
		if child.Name == name {
			copied := *child // it may be shared
			copied.Parameters = slices.Clone(child.Parameters)
			p.Parameters[i] = &copied
			return &copied
		}
	}
	child := &Parameter{Name: name, Required: required}
	p.Parameters = append(p.Parameters, child)
	return child
}
