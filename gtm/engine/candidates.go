package engine

import (
	"slices"
	"sync"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// indexes are the event indexes of containers, which are created when needed. It is safe for
// concurrent use.
type indexes struct {
	mu     sync.Mutex
	of     map[*gtm.Container]*eventIndex
	shared *Shared // has those of some containers; nil if there are none
}

func (x *indexes) get(c *gtm.Container) *eventIndex {
	if x.shared != nil && slices.Contains(x.shared.containers, c) {
		return x.shared.indexes.get(c)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	l := x.of[c]
	if l == nil {
		l = newEventIndex(c)
		if x.of == nil {
			x.of = map[*gtm.Container]*eventIndex{}
		}
		x.of[c] = l
	}
	return l
}

// eventIndex finds the triggers of a container that match an event. What depends on an
// event's name only is computed once per name. It is safe for concurrent use.
type eventIndex struct {
	container *gtm.Container
	universal []bool // by trigger: it matches any event

	mu       sync.Mutex // for what follows
	known    map[string]*matching
	near     *nearby
	patterns variable.Patterns
}

// matching is the triggers whose conditions on an event's name are met.
type matching struct {
	candidates []candidate
	// specific is set if one of them matches this event but not every event.
	specific bool

	missed bool // near misses have been computed
	misses []gtm.NearMiss
}

// candidate is a trigger whose conditions on the event's name are met, certainly or
// possibly.
type candidate struct {
	trigger *gtm.Trigger
	matched gtm.Truth
	threw   bool
	// universal is set if its conditions on the name are met by every event.
	universal bool
}

// maxKnown bounds the cache: a page that makes up event names has as many as messages.
const maxKnown = 4096

// unlikelyEvent is an event name that no page pushes.
const unlikelyEvent = "\x01no such event\x01"

func newEventIndex(c *gtm.Container) *eventIndex {
	l := &eventIndex{container: c, universal: make([]bool, len(c.Triggers)), known: map[string]*matching{}}
	for _, one := range l.evaluate(datalayer.StringOf(unlikelyEvent)) {
		l.universal[one.trigger.Index] = true
	}
	l.near = &nearby{index: l}
	return l
}

func (l *eventIndex) match(name string, event datalayer.Value) *matching {
	l.mu.Lock()
	defer l.mu.Unlock()
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
	a := &matching{candidates: l.evaluate(event)}
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

func (l *eventIndex) nearMisses(a *matching, name string) []gtm.NearMiss {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !a.missed {
		a.missed, a.misses = true, l.near.misses(name)
	}
	return a.misses
}

// nearMisses returns the triggers of all containers that almost listen for an event, or
// none if a trigger listens for it.
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
		misses = append(misses, l.nearMisses(a, name)...)
	}
	sortNearMisses(misses)
	return misses
}
