package plan

import (
	"strings"

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

func (w *writer) exceptions(list accept.List) {
	for _, e := range list {
		fields := []string{"code: " + string(e.Code)}
		for _, field := range [][2]string{{"event", e.Event}, {"path", e.Path}, {"message", e.Message}, {"why", e.Why}} {
			if field[1] != "" {
				fields = append(fields, field[0]+": "+scalar(field[1]))
			}
		}
		w.text.WriteString(strings.Repeat("  ", w.indent) + "- {" + strings.Join(fields, ", ") + "}\n")
	}
}
