package check

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/causes"
	"layertap/rules/check/planned"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// looks is whether a session looks like one that a plan with a namespace is for.
// Another vendor's widget_open isn't a misspelling of this plan's widget_opened.
type looks struct {
	like    bool
	near    map[string]bool // the events of the plan with similar names
	waiting []*waiting
}

// waiting is a name that is a mistake only if something else is known of the session: if it
// is for the plan, or lacks the right event.
type waiting struct {
	code     rules.Code
	name     string
	finding  rules.Finding
	rule     *planned.Rule
	messages []int
	count    int
}

const (
	// maxWaiting bounds the waiting names, and enoughNear is the minimum number of
	// events with similar names.
	maxWaiting = 256
	enoughNear = 3
)

func (c *Checker) looksOf(p *plan.Plan) *looks {
	l := c.looks[p]
	if l == nil {
		l = &looks{near: map[string]bool{}}
		c.looks[p] = l
	}
	return l
}

// look records that the session is one that the plan is for.
func (c *Checker) look(p *plan.Plan) {
	l := c.looksOf(p)
	if l.like {
		return
	}
	l.like = true
	for _, w := range l.waiting {
		for _, seq := range w.messages {
			c.causes.Concerns(w.code, w.name, seq, func() (rules.Finding, bool) { return w.finding, w.finding.Severity != rules.Off })
		}
		if w.rule != nil {
			w.rule.Misspelled(w.name, w.count)
			c.coverage = nil
		}
	}
	l.waiting = nil
}

// isFor reports whether the session looks like one that the plan is for: one of its
// events occurred, a container listens for them, or so many names are similar that it
// can't be chance.
func (c *Checker) isFor(p *plan.Plan, intended *planned.Rule) bool {
	if p.Namespace == nil {
		return true
	}
	l := c.looksOf(p)
	if l.like {
		return true
	}
	if intended != nil {
		l.near[intended.Event.Name] = true
	}
	if len(l.near) >= enoughNear || c.hasParameterOf(p) {
		c.look(p)
	}
	return l.like
}

// hasParameterOf reports whether the message has a parameter in the plan's namespace.
func (c *Checker) hasParameterOf(p *plan.Plan) bool {
	for i := range c.now.Fields {
		name := c.now.Fields[i].Name
		if plan.Matches(p.Namespace, name) && c.isParameterOf(p, name) {
			return true
		}
	}
	return false
}

func (c *Checker) isParameterOf(p *plan.Plan, name string) bool {
	for _, rule := range c.plans.Ordered {
		if rule.Event.Plan != p || len(rule.Level.Index) == 0 {
			continue
		}
		if _, ok := rule.Level.Index[name]; ok && name != "widget_id" {
			return true
		}
	}
	return false
}

// genericWords is the maximum number of words in a name that several vendors may
// choose.
const genericWords = 2

// isPlainName reports whether a name has the same words as the one that was probably
// meant, except for endings, case and separators: any vendor may choose it.
func isPlainName(name, intended string) bool {
	a, b := spelling.Split(name), spelling.Split(intended)
	if len(b.Stems) > genericWords {
		return false
	}
	return slices.Equal(a.Stems, b.Stems) || slices.Equal(a.Folded, b.Folded)
}

// wait stores a name until the session looks like the plan's.
func (c *Checker) wait(p *plan.Plan, code rules.Code, name string, rule *planned.Rule, f rules.Finding) {
	l := c.looksOf(p)
	l.waiting = c.hold(l.waiting, code, name, rule, f)
}

// hold adds the current message to the name in a list.
func (c *Checker) hold(list []*waiting, code rules.Code, name string, rule *planned.Rule, f rules.Finding) []*waiting {
	for _, w := range list {
		if w.name == name {
			w.count++
			if len(w.messages) < causes.MaxMessages {
				w.messages = append(w.messages, c.now.Push.Seq)
			}
			return list
		}
	}
	if len(list) < maxWaiting {
		list = append(list, &waiting{code, name, f, rule, []int{c.now.Push.Seq}, 1})
	}
	return list
}

// release removes a message from its name in a list, and a name that has none left.
func release(list []*waiting, push *datalayer.Push) []*waiting {
	return slices.DeleteFunc(list, func(w *waiting) bool {
		if w.name != push.Event {
			return false
		}
		if i := slices.Index(w.messages, push.Seq); i >= 0 {
			w.messages = slices.Delete(slices.Clone(w.messages), i, i+1) // findings have the old ones
			w.count--
		}
		return len(w.messages) == 0
	})
}

// listensTo records the plans whose events a container's trigger is for.
func (c *Checker) listensTo(t *gtm.Trigger) {
	for _, condition := range t.Conditions {
		p := condition.Predicate
		if p == nil || !p.OnEvent || condition.Negated {
			continue
		}
		for _, rule := range c.plans.Ordered {
			if rule.Event.Plan.Namespace == nil || c.looksOf(rule.Event.Plan).like {
				continue
			}
			name := rule.Event.Name
			switch condition.Operator {
			case gtm.Equals:
				if condition.Expected == name {
					c.look(rule.Event.Plan)
				}
			case gtm.MatchesRegexp:
				if p.Compiled != nil && plan.Matches(p.Compiled, name) && !plan.Matches(p.Compiled, "\u00a7") {
					c.look(rule.Event.Plan)
				}
			}
		}
	}
}
