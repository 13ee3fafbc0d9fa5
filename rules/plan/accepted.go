package plan

import (
	"go.yaml.in/yaml/v4"

	"layertap/rules"
	"layertap/rules/accept"
)

var exceptionKeys = keys[accept.Exception]{
	"code":    func(r *reader, n *node, e *accept.Exception) { e.Code = rules.Code(r.text(n)) },
	"event":   text(func(e *accept.Exception) *string { return &e.Event }),
	"path":    text(func(e *accept.Exception) *string { return &e.Path }),
	"message": text(func(e *accept.Exception) *string { return &e.Message }),
	"why":     text(func(e *accept.Exception) *string { return &e.Why }),
}

// exceptions reads the findings that a plan accepts.
func (r *reader) exceptions(n *node, p *Plan) accept.List {
	if n.kind == nullNode {
		return nil
	}
	if n.kind != listNode {
		r.problem(n, "accept must be a list of findings, each with its code, not %s", nodeWords[n.kind])
		return nil
	}
	if len(n.items) > accept.MaxExceptions {
		r.problem(n, "accept has %d findings, and may have %d", len(n.items), accept.MaxExceptions)
		return nil
	}
	list := make(accept.List, len(n.items))
	for i, item := range n.items {
		exceptionKeys.read(r, item, &list[i], "a finding to accept")
		if err := list[i].Check(); err != nil {
			r.problem(item, "%v", err)
		}
		list[i].From = "the plan " + p.Name
	}
	return list
}

// exceptions returns the node of the findings that a plan accepts, or nil.
func exceptions(list accept.List) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, e := range list {
		m := newMapping()
		m.Style = yaml.FlowStyle
		m.add("code", scalar(string(e.Code)))
		m.optional("event", e.Event)
		m.optional("path", e.Path)
		m.optional("message", e.Message)
		m.optional("why", e.Why)
		n.Content = append(n.Content, m.Node)
	}
	return n
}
