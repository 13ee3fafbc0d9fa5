package plan

import (
	"strings"
	"time"

	"layertap/gtm"
	"layertap/jsregexp"
)

var planKeys = keys[Plan]{
	"plan":        text(func(p *Plan) *string { return &p.Name }),
	"description": text(func(p *Plan) *string { return &p.Description }),
	"owner":       text(func(p *Plan) *string { return &p.Owner }),
	"link":        text(func(p *Plan) *string { return &p.Link }),
	"sources":     func(r *reader, n *node, _ *Plan) { r.list(n) }, // for readers of the file
	"include":     func(*reader, *node, *Plan) {},                  // already resolved
	"namespace":   pattern(func(p *Plan) **jsregexp.Regexp { return &p.Namespace }),
	"known":       list(func(p *Plan) *[]string { return &p.Known }),
	"ga4":         flag(func(p *Plan) *bool { return &p.GA4 }),
	"extra":       flag(func(p *Plan) *bool { return &p.Extra }),
	"findings":    func(r *reader, n *node, p *Plan) { p.Severities = r.severities(n) },
	"accept":      func(r *reader, n *node, p *Plan) { p.Accept = r.exceptions(n, p) },
	"duplicates":  func(r *reader, n *node, p *Plan) { p.Duplicates = r.duration(n) },
	"conversation": func(r *reader, n *node, p *Plan) {
		conversationKeys.read(r, n, &p.Conversation, "a conversation")
	},
	"endpoints":  func(r *reader, n *node, p *Plan) { p.Endpoints = r.endpoints(n) },
	"triggers":   func(r *reader, n *node, p *Plan) { p.Triggers = r.triggers(n) },
	"parameters": func(*reader, *node, *Plan) {}, // read before the events that use them
	"events":     func(r *reader, n *node, p *Plan) { p.Events = r.events(n, p) },
}

var conversationKeys = keys[Conversation]{
	"id":     text(func(c *Conversation) *string { return &c.ID }),
	"begins": list(func(c *Conversation) *[]string { return &c.Begins }),
	"ends":   list(func(c *Conversation) *[]string { return &c.Ends }),
}

var eventKeys = keys[Event]{
	"description":  text(func(e *Event) *string { return &e.Description }),
	"trigger":      text(func(e *Event) *string { return &e.Trigger }),
	"owner":        text(func(e *Event) *string { return &e.Owner }),
	"link":         text(func(e *Event) *string { return &e.Link }),
	"aliases":      list(func(e *Event) *[]string { return &e.Aliases }),
	"misspellings": func(r *reader, n *node, e *Event) { e.Misspellings = r.notes(n) },
	"required":     flag(func(e *Event) *bool { return &e.Required }),
	"within":       text(func(e *Event) *string { return &e.Within }),
	"parameters":   func(r *reader, n *node, e *Event) { e.own(r.parameters(n)) },
	"schema":       schemaKey,
	"after":        list(func(e *Event) *[]string { return &e.After }),
	"before":       list(func(e *Event) *[]string { return &e.Before }),
	"once":         choice(func(e *Event) *Scope { return &e.Once }, InPage, InSession, InConversation),
	"consent":      list(func(e *Event) *[]string { return &e.Consent }),
	"tags":         list(func(e *Event) *[]string { return &e.Tags }),
	"hits":         func(r *reader, n *node, e *Event) { e.Hits = r.hits(n) },
	"findings":     func(r *reader, n *node, e *Event) { e.Severities = r.severities(n) },
	"duplicates":   func(r *reader, n *node, e *Event) { e.Duplicates = r.duration(n) },
	"extra": func(r *reader, n *node, e *Event) {
		extra := r.flag(n)
		e.Extra = &extra
	},
}

var hitKeys = keys[Hit]{
	"vendor": text(func(h *Hit) *string { return &h.Vendor }),
	"prefix": text(func(h *Hit) *string { return &h.prefix }),
	"event":  text(func(h *Hit) *string { return &h.event }),
}

// DefaultDuplicates is the default time within which an equal message is considered the
// same event pushed twice. It is the usual double-click time.
const DefaultDuplicates = 500 * time.Millisecond

// plan reads a whole plan.
func (r *reader) plan(n *node, name string) *Plan {
	p := &Plan{Name: name, Duplicates: DefaultDuplicates}
	if n.kind != mappingNode {
		r.problem(n, "a plan must be a mapping with the key events, not %s", nodeWords[n.kind])
		return p
	}
	if shared := n.get("parameters"); shared != nil {
		p.parameters = r.shared(byName(shared))
	}
	planKeys.read(r, n, p, "a plan")
	if n.get("events") == nil {
		r.problem(n, "the plan has no events")
	}
	return p
}

func (r *reader) events(n *node, p *Plan) []*Event {
	if n.kind == nullNode {
		return nil
	}
	if n = byName(n); n.kind != mappingNode { // a list of names only
		r.problem(n, "events must be a mapping of names to events, not %s", nodeWords[n.kind])
		return nil
	}
	events := make([]*Event, len(n.keys))
	for i, name := range n.keys {
		e := &Event{Name: name.text, Plan: p}
		if strings.TrimSpace(e.Name) == "" {
			r.problem(name, "an event has no name")
		}
		eventKeys.read(r, n.items[i], e, "an event")
		events[i] = e
	}
	return events
}

// endpoints reads the vendors of URLs. The names of vendors are checked elsewhere.
func (r *reader) endpoints(n *node) map[string]string {
	if n.kind == nullNode {
		return nil
	}
	if n.kind != mappingNode {
		r.problem(n, "endpoints have to be a mapping of HOST/PATH to vendors, not %s", nodeWords[n.kind])
		return nil
	}
	endpoints := map[string]string{}
	for i, address := range n.keys {
		endpoints[address.text] = r.text(n.items[i])
	}
	return endpoints
}

// triggers reads patterns, with or without names.
func (r *reader) triggers(n *node) []gtm.Pattern {
	n = byName(n)
	if n.kind != mappingNode {
		r.problem(n, "triggers must be a mapping of names to patterns, or a list of patterns")
		return nil
	}
	var patterns []gtm.Pattern
	for i, name := range n.keys {
		source := n.items[i]
		if source.kind == nullNode {
			source = name
		}
		if re := r.pattern(source); re != nil {
			patterns = append(patterns, gtm.Pattern{Name: name.text, Regexp: re.String()})
		}
	}
	return patterns
}

// own sets an event's parameters. They override those of its schema.
func (e *Event) own(parameters []*Parameter) {
	fromSchema := e.Parameters
	e.Parameters = parameters
	for _, p := range fromSchema {
		if !e.has(p.Name) {
			e.Parameters = append(e.Parameters, p)
		}
	}
}

func (r *reader) hits(n *node) []Hit {
	if n.kind != listNode {
		n = &node{at: n.at, kind: listNode, items: []*node{n}}
	}
	hits := make([]Hit, len(n.items))
	for i, item := range n.items {
		if item.kind == scalarNode {
			hits[i].Vendor = item.text
			continue
		}
		if hitKeys.read(r, item, &hits[i], "a hit"); hits[i].Vendor == "" {
			r.problem(item, "a hit has no vendor")
		}
	}
	return hits
}
