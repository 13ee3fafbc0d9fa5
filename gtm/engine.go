package gtm

import "layertap/datalayer"

// Engine evaluates containers over the messages of a session.
type Engine struct{ containers []*Container }

// NewEngine returns an engine that evaluates the containers in their order.
func NewEngine(containers ...*Container) *Engine { return &Engine{containers: containers} }

// Triggers returns every trigger of the containers, in their order.
func (e *Engine) Triggers() []*Trigger {
	var all []*Trigger
	for _, c := range e.containers {
		all = append(all, c.Triggers...)
	}
	return all
}

// Push evaluates one message. Messages have to come in the order in which their
// data layer received them.
func (e *Engine) Push(_ *datalayer.Page, push *datalayer.Push, _ datalayer.Value) Outcome {
	var outcome Outcome
	if push.Event == "" {
		return outcome
	}
	for _, t := range e.Triggers() {
		if matched := t.match(push.Event); matched != No {
			outcome.Triggers = append(outcome.Triggers, Match{Trigger: t, Matched: matched})
		}
	}
	return outcome
}
