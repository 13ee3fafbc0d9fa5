package gtm

import (
	"slices"
	"strings"
)

// maxWires bounds how many different events and keys are remembered of a page.
const maxWires = 10_000

// wires counts what is pushed and what hears it, on one page. The nil wires
// counts nothing.
type wires struct {
	triggers map[*Trigger]bool
	events   map[string]*UnheardEvent
	keys     map[string]*UnreadKey
}

func newWires() *wires {
	return &wires{triggers: map[*Trigger]bool{}, events: map[string]*UnheardEvent{}, keys: map[string]*UnreadKey{}}
}

func (w *wires) matched(t *Trigger) {
	if w != nil {
		w.triggers[t] = true
	}
}

func (w *wires) unheard(event string, seq int, near []NearMiss) {
	if w == nil {
		return
	}
	e, ok := w.events[event]
	if !ok {
		if len(w.events) >= maxWires {
			return
		}
		e = &UnheardEvent{Event: event, First: seq, Near: near}
		w.events[event] = e
	}
	e.Count++
}

func (w *wires) pushed(key string, seq int) {
	if w == nil {
		return
	}
	k, ok := w.keys[key]
	if !ok {
		if len(w.keys) >= maxWires || ownKey(key) {
			return
		}
		k = &UnreadKey{Key: key, First: seq}
		w.keys[key] = k
	}
	k.Count++
}

// ownKey says whether a key is for Google Tag Manager or its tags themselves,
// which read it without a variable.
func ownKey(key string) bool {
	switch key {
	case "event", "eventModel", "eventCallback", "eventTimeout", "ecommerce", "_clear":
		return true
	}
	return strings.HasPrefix(key, "gtm.")
}

// DeadWires returns what does not meet in the messages so far. Keys that nothing
// reads are told only where a container with data layer variables is known.
func (e *Engine) DeadWires() DeadWires {
	all, set, containers := e.counted()
	var dead DeadWires
	for _, event := range all.events {
		dead.Unheard = append(dead.Unheard, *event)
	}
	slices.SortFunc(dead.Unheard, func(a, b UnheardEvent) int { return a.First - b.First })
	var variables []*Variable
	for _, c := range containers {
		for _, t := range c.Triggers {
			if !all.triggers[t] {
				dead.Triggers = append(dead.Triggers, t)
			}
		}
		for _, v := range c.Variables {
			if v.Key != "" && !ownKey(v.Key) {
				variables = append(variables, v)
			}
		}
	}
	dead.wire(all.keys, variables, set)
	return dead
}

// counted returns what was counted on all pages, the variables whose keys were
// set, and the containers.
func (e *Engine) counted() (*wires, map[*Variable]bool, []*Container) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all, set := newWires(), map[*Variable]bool{}
	for _, d := range e.documents {
		for _, l := range d.layers {
			all.add(l.run.wires)
			l.run.setVariables(set)
		}
	}
	return all, set, e.current()
}

// add takes in what was counted on another page.
func (w *wires) add(other *wires) {
	for t := range other.triggers {
		w.triggers[t] = true
	}
	for name, e := range other.events {
		if known, ok := w.events[name]; ok {
			known.Count, known.First = known.Count+e.Count, min(known.First, e.First)
			continue
		}
		copied := *e
		w.events[name] = &copied
	}
	for name, k := range other.keys {
		if known, ok := w.keys[name]; ok {
			known.Count, known.First = known.Count+k.Count, min(known.First, k.First)
			continue
		}
		copied := *k
		w.keys[name] = &copied
	}
}

// setVariables adds the variables whose keys were set.
func (r *run) setVariables(set map[*Variable]bool) {
	for i, c := range r.containers {
		for _, v := range c.Variables {
			if r.progress[i].set[v.index] > 0 {
				set[v] = true
			}
		}
	}
}

// wire holds the pushed keys against the variables that read keys.
func (d *DeadWires) wire(keys map[string]*UnreadKey, variables []*Variable, set map[*Variable]bool) {
	if len(variables) == 0 {
		return
	}
	byKey := map[string]*Variable{}
	var dead, unread []string
	for _, v := range variables {
		if !set[v] {
			byKey[v.Key] = v
			dead = append(dead, v.Key)
		}
	}
	for key, use := range keys {
		if slices.ContainsFunc(variables, func(v *Variable) bool { return beneath(v.Key, key) || beneath(key, v.Key) }) {
			continue
		}
		use.Near = byKey[nearKey(key, dead)]
		d.Unread = append(d.Unread, *use)
		unread = append(unread, key)
	}
	slices.SortFunc(d.Unread, func(a, b UnreadKey) int {
		if a.First != b.First {
			return a.First - b.First
		}
		return strings.Compare(a.Key, b.Key)
	})
	slices.Sort(unread)
	for _, v := range variables {
		if !set[v] {
			d.Variables = append(d.Variables, DeadVariable{Variable: v, Near: nearKey(v.Key, unread)})
		}
	}
}
