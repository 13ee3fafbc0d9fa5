package gtm

import (
	"strings"

	"layertap/datalayer"
)

// listeners knows which triggers of a container listen to which events. What
// hangs on an event's name alone is found out once for each name.
type listeners struct {
	container *Container
	universal []bool // by trigger: it listens to any event
	known     map[string]*audience
	near      *nearby
	patterns  patternCache
}

// audience is the triggers that listen to an event.
type audience struct {
	listening []listener
	// specific says that one of them listens to this event and not to any.
	specific bool

	near   *nearby
	missed bool // near misses have been looked for
	misses []NearMiss
}

// listener is a trigger whose conditions on the event's name hold, or may.
type listener struct {
	trigger *Trigger
	heard   Truth
	threw   bool
}

// maxAudiences bounds what is kept. A page that makes up event names has as many
// as messages.
const maxAudiences = 4096

// nonsense is an event that nobody pushes.
const nonsense = "\x01no such event\x01"

func newListeners(c *Container) *listeners {
	l := &listeners{container: c, universal: make([]bool, len(c.Triggers)), known: map[string]*audience{}}
	for _, heard := range l.hear(datalayer.StringOf(nonsense)) {
		l.universal[heard.trigger.index] = true
	}
	l.near = &nearby{listeners: l}
	return l
}

func (l *listeners) audience(name string, event datalayer.Value) *audience {
	if event.Kind != datalayer.String {
		return l.gather(event)
	}
	a, ok := l.known[name]
	if !ok {
		if len(l.known) >= maxAudiences {
			clear(l.known)
		}
		a = l.gather(event)
		l.known[name] = a
	}
	return a
}

func (l *listeners) gather(event datalayer.Value) *audience {
	a := &audience{listening: l.hear(event), near: l.near}
	for _, heard := range a.listening {
		a.specific = a.specific || !l.universal[heard.trigger.index]
	}
	return a
}

// hear evaluates the conditions on the event's name.
func (l *listeners) hear(event datalayer.Value) []listener {
	var listening []listener
	r := &reader{event: event, container: l.container, patterns: &l.patterns}
	verdicts := make([]verdict, len(l.container.predicates))
	for i, p := range l.container.predicates {
		if p.onEvent {
			verdicts[i] = evaluate(p, r)
		}
	}
	for _, t := range l.container.Triggers {
		heard := listener{trigger: t, heard: Yes}
		for _, c := range t.Conditions[:t.onEvent] {
			v := verdicts[c.predicate.index]
			if v.threw {
				heard.threw = true
				continue
			}
			if c.Negated {
				v.truth = Yes - v.truth
			}
			heard.heard = min(heard.heard, v.truth)
		}
		if heard.heard != No {
			listening = append(listening, heard)
		}
	}
	return listening
}

func (a *audience) nearMisses(name string) []NearMiss {
	if !a.missed {
		a.missed, a.misses = true, a.near.misses(name)
	}
	return a.misses
}

// nearMisses returns the triggers of some containers that nearly listen to an
// event to which none of them listens.
func nearMisses(all []*listeners, name string, event datalayer.Value) []NearMiss {
	if strings.HasPrefix(name, "gtm.") {
		return nil
	}
	var misses []NearMiss
	for _, l := range all {
		a := l.audience(name, event)
		if a.specific {
			return nil
		}
		misses = append(misses, a.nearMisses(name)...)
	}
	sortNearMisses(misses)
	return misses
}
