package engine

import (
	"context"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// Compare evaluates the messages so far with other containers, as in "draft against
// live" or "what would this pattern have matched". It returns the messages whose
// outcome differs, in order. If before is nil, it compares with the containers of each
// page. The only error is that of ctx.
func (e *Engine) Compare(ctx context.Context, before, after []*gtm.Container) ([]gtm.Difference, error) {
	var differences []gtm.Difference
	for _, p := range e.all() {
		was, will := p, p
		if before != nil {
			was.containers = before
		}
		will.containers = after
		found, err := compare(ctx, was, will)
		if err != nil {
			return nil, err
		}
		differences = append(differences, found...)
	}
	slices.SortFunc(differences, func(a, b gtm.Difference) int { return a.Push.Seq - b.Push.Seq })
	return differences, nil
}

// all returns the past of every data layer.
func (e *Engine) all() []past {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []past
	for _, d := range e.documents {
		for _, l := range d.layers {
			all = append(all, past{scripts: &e.scripts, observed: d.observed, containers: l.run.containers, history: l.run.history.first(l.run.history.len())})
		}
	}
	return all
}

func compare(ctx context.Context, before, after past) ([]gtm.Difference, error) {
	var differences []gtm.Difference
	was, will := before.begin(), after.begin()
	was.again, will.again = true, true
	onEvents := onEventsAlone(before.containers) && onEventsAlone(after.containers)
	for i, push := range before.history.pushes { // none is dropped
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		message := justEvent(push)
		if !onEvents || push.Kind != datalayer.KindObject || strings.HasPrefix(push.Event, "(") { // the name may be unknown
			message = push.Read()
		}
		a, b := was.push(i, &message), will.push(i, &message)
		if !sameOutcome(a, b) {
			differences = append(differences, gtm.Difference{Push: push, Before: a, After: b})
		}
	}
	return differences, nil
}

// onEventsAlone reports whether the containers depend only on the event's name. Then a
// million messages are compared fast enough to do so on every keystroke.
func onEventsAlone(containers []*gtm.Container) bool {
	return !slices.ContainsFunc(containers, func(c *gtm.Container) bool {
		return len(c.Tags) > 0 || slices.ContainsFunc(c.Predicates, func(p *gtm.Predicate) bool { return !p.OnEvent })
	})
}

// justEvent returns a message that has only the event of push.
func justEvent(push *datalayer.Push) datalayer.Message {
	message := datalayer.Value{Kind: datalayer.Object}
	if push.Event != "" {
		message.Fields = []datalayer.Field{{Name: "event", Value: datalayer.StringOf(push.Event)}}
	}
	return datalayer.ReadMessage(push.Layer, push.Kind, message)
}

// sameOutcome compares outcomes of different containers by the names of their triggers
// and tags.
func sameOutcome(a, b gtm.Outcome) bool {
	return slices.EqualFunc(a.Triggers, b.Triggers, func(a, b gtm.Match) bool {
		return a.Matched == b.Matched && a.Trigger.Name == b.Trigger.Name
	}) && slices.EqualFunc(a.Tags, b.Tags, func(a, b gtm.Firing) bool {
		return a.Fires == b.Fires && a.Tag.Name == b.Tag.Name
	})
}
