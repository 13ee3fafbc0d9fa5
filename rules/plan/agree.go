package plan

import (
	"slices"

	"layertap/rules/spelling"
)

// agree checks references within a plan: the names that it uses must be those of events
// and parameters.
func (r *reader) agree(root *node, p *Plan) {
	names := make([]string, 0, len(p.Events))
	owner := make(map[string]string, len(p.Events))
	for _, e := range p.Events {
		names = append(names, e.Name)
		owner[e.Name] = e.Name
	}
	nodes := eventNodes(root, p)
	for at, e := range p.Events {
		n := nodes[at]
		for i, alias := range e.Aliases {
			if other, taken := owner[alias]; taken {
				r.problem(element(n.get("aliases"), i), "%q is already a name of %s", alias, other)
			}
			owner[alias] = e.Name
		}
	}
	for at, e := range p.Events {
		n := nodes[at]
		for wrong := range e.Misspellings {
			if other, taken := owner[wrong]; taken {
				r.problem(n.get("misspellings"), "%q is a name of %s, so it can't be a misspelling", wrong, other)
			}
		}
		r.eventsNamed(n.get("after"), e.After, owner, names)
		r.eventsNamed(n.get("before"), e.Before, owner, names)
		r.siblings(n, e.Parameters)
	}
	talk := root.get("conversation")
	r.eventsNamed(talk.get("begins"), p.Conversation.Begins, owner, names)
	r.eventsNamed(talk.get("ends"), p.Conversation.Ends, owner, names)
	if p.Conversation.ID == "" {
		r.withoutConversation(nodes, p)
	}
}

// eventNodes returns the nodes of the plan's events, in order.
func eventNodes(root *node, p *Plan) []*node {
	events := root.get("events")
	if events == nil || len(p.Events) == 0 {
		return nil
	}
	return byName(events).items
}

// element returns the i-th element of a list, or n itself if it isn't a list.
func element(n *node, i int) *node {
	if n.kind == listNode && i < len(n.items) {
		return n.items[i]
	}
	return n
}

// eventsNamed reports names that aren't events of the plan but similar to one. Other
// names may be events of another plan in use.
func (r *reader) eventsNamed(n *node, names []string, owner map[string]string, events []string) {
	for i, name := range names {
		if owner[name] != "" {
			continue
		}
		if near := spelling.New(events).Near(name); len(near) > 0 {
			r.problem(element(n, i), "unknown event %q; did you mean %q?", name, near[0].Name)
		}
	}
}

// siblings reports conditions on parameters that aren't next to the parameter.
func (r *reader) siblings(n *node, parameters []*Parameter) {
	var names []string
	for _, p := range parameters {
		names = append(names, p.Name)
	}
	for _, p := range parameters {
		others := slices.Concat(p.With, p.Without)
		for other := range p.When {
			others = append(others, other)
		}
		for _, other := range others {
			if !slices.Contains(names, other) {
				r.problem(n, "%s is required depending on %q, which isn't defined at the same level%s", p.Name, other, didYouMean(other, names))
			}
		}
		r.siblings(n, p.Parameters)
		for item := p.Items; item != nil; item = item.Items {
			r.siblings(n, item.Parameters)
		}
	}
}

// withoutConversation reports rules per conversation in a plan that doesn't define what
// distinguishes conversations.
func (r *reader) withoutConversation(nodes []*node, p *Plan) {
	for at, e := range p.Events {
		n := nodes[at]
		for _, parameter := range e.Parameters {
			if parameter.Constant == InConversation || parameter.Grows == InConversation {
				r.problem(n, "%s is checked per conversation, but the plan has no conversation: {id: …}", parameter.Name)
			}
		}
		if e.Once == InConversation {
			r.problem(n, "%s may occur once per conversation, but the plan has no conversation: {id: …}", e.Name)
		}
	}
}
