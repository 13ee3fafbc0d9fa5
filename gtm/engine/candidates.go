package engine

import (
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// eventIndex knows which triggers of a container match which events. What depends on
// an event's name alone is worked out once for each name.
type eventIndex struct {
	container *gtm.Container
	universal []bool // by trigger: it matches any event
	known     map[string]*matching
	near      *nearby
	patterns  variable.Patterns
}

// matching is the triggers of which the conditions on an event's name hold.
type matching struct {
	candidates []candidate
	// specific says that one of them matches this event and not any.
	specific bool

	near   *nearby
	missed bool // near misses have been looked for
	misses []gtm.NearMiss
}

// candidate is a trigger whose conditions on the event's name hold, or may.
type candidate struct {
	trigger *gtm.Trigger
	matched gtm.Truth
	threw   bool
	// universal says that its conditions on the name hold for any event.
	universal bool
}

// maxKnown bounds what is kept. A page that makes up event names has as many
// as messages.
const maxKnown = 4096

// nonsense is an event that nobody pushes.
const nonsense = "\x01no such event\x01"

func newEventIndex(c *gtm.Container) *eventIndex {
	l := &eventIndex{container: c, universal: make([]bool, len(c.Triggers)), known: map[string]*matching{}}
	for _, one := range l.evaluate(datalayer.StringOf(nonsense)) {
		l.universal[one.trigger.Index] = true
	}
	l.near = &nearby{index: l}
	return l
}

func (l *eventIndex) match(name string, event datalayer.Value) *matching {
	if event.Kind != datalayer.String {
		return l.gather(event)
	}
	a, ok := l.known[name]
	if !ok {
		if len(l.known) >= maxKnown {
			clear(l.known)
		}
		a = l.gather(event)
		l.known[name] = a
	}
	return a
}

func (l *eventIndex) gather(event datalayer.Value) *matching {
	a := &matching{candidates: l.evaluate(event), near: l.near}
	for _, one := range a.candidates {
		a.specific = a.specific || !l.universal[one.trigger.Index]
	}
	return a
}

// evaluate evaluates the conditions on the event's name.
func (l *eventIndex) evaluate(event datalayer.Value) []candidate {
	var candidates []candidate
	r := &variable.Reader{Event: event, Container: l.container, Patterns: &l.patterns, Budget: &variable.Budget{Left: variable.MaxWork}}
	verdicts := make([]verdict, len(l.container.Predicates))
	for i, p := range l.container.Predicates {
		if p.OnEvent {
			verdicts[i] = evaluate(p, r)
		}
	}
	for _, t := range l.container.Triggers {
		one := candidate{trigger: t, matched: gtm.Yes, universal: l.universal[t.Index]}
		for _, c := range t.Conditions[:t.OnEvent] {
			v := verdicts[c.Predicate.Index]
			if v.threw {
				one.threw = true
				continue
			}
			if c.Negated {
				v.truth = gtm.Yes - v.truth
			}
			one.matched = min(one.matched, v.truth)
		}
		if one.matched != gtm.No {
			candidates = append(candidates, one)
		}
	}
	return candidates
}

func (a *matching) nearMisses(name string) []gtm.NearMiss {
	if !a.missed {
		a.missed, a.misses = true, a.near.misses(name)
	}
	return a.misses
}

// nearMisses returns the triggers of some containers that nearly listen to an
// event to which none of them listens.
func nearMisses(all []*eventIndex, name string, event datalayer.Value) []gtm.NearMiss {
	if datalayer.IsGTMName(name) {
		return nil
	}
	var misses []gtm.NearMiss
	for _, l := range all {
		a := l.match(name, event)
		if a.specific {
			return nil
		}
		misses = append(misses, a.nearMisses(name)...)
	}
	sortNearMisses(misses)
	return misses
}
