package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
)

// maxNames bounds the different events and keys that are kept of a page.
const maxNames = 10_000

// usage counts what is pushed on a page and what matches it. The nil usage counts
// nothing.
type usage struct {
	triggers map[*gtm.Trigger]bool
	events   map[string]*gtm.UnmatchedEvent
	keys     map[string]*gtm.UnreadKey
	held     map[*gtm.Tag]*gtm.HeldBack
	open     map[*gtm.Variable]*undecided
}

func newUsage() *usage {
	return &usage{triggers: map[*gtm.Trigger]bool{}, events: map[string]*gtm.UnmatchedEvent{}, keys: map[string]*gtm.UnreadKey{},
		held: map[*gtm.Tag]*gtm.HeldBack{}, open: map[*gtm.Variable]*undecided{}}
}

func (u *usage) matched(t *gtm.Trigger) {
	if u != nil {
		u.triggers[t] = true
	}
}

func (u *usage) unmatched(event string, seq int, near []gtm.NearMiss) {
	if u == nil {
		return
	}
	e, ok := u.events[event]
	if !ok {
		if len(u.events) >= maxNames {
			return
		}
		e = &gtm.UnmatchedEvent{Event: event, First: seq, Near: near}
		u.events[event] = e
	}
	e.Count++
}

func (u *usage) pushed(key string, seq int) {
	if u == nil {
		return
	}
	k, ok := u.keys[key]
	if !ok {
		if len(u.keys) >= maxNames || ownKey(key) {
			return
		}
		k = &gtm.UnreadKey{Key: key, First: seq}
		u.keys[key] = k
	}
	k.Count++
}

func (u *usage) heldBack(t *gtm.Tag, page, types string, seq int) {
	if u == nil {
		return
	}
	h := u.held[t]
	if h == nil {
		h = &gtm.HeldBack{Tag: t, Page: page, Consent: types, First: seq}
		u.held[t] = h
	}
	h.Count++
}

func (u *usage) fired(t *gtm.Tag, seq int) {
	if u == nil {
		return
	}
	if h := u.held[t]; h != nil && h.Later == 0 {
		h.Later = seq
	}
}

// undecided is what depends on an unknown variable.
type undecided struct {
	reason string
	tags   map[*gtm.Tag]bool
}

func (u *usage) undecided(v *gtm.Variable, reason string, t *gtm.Trigger) {
	o := u.open[v]
	if o == nil {
		o = &undecided{reason, map[*gtm.Tag]bool{}}
		u.open[v] = o
	}
	for _, tags := range [][]*gtm.Tag{t.Fires, t.Blocks} {
		for _, tag := range tags {
			o.tags[tag] = true
		}
	}
}

// Undecided returns the unknown variables that make it uncertain whether tags fire,
// sorted by the number of tags, largest first.
func (e *Engine) Undecided() []gtm.Undecided {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := map[*gtm.Variable]*undecided{}
	for _, d := range e.documents {
		for _, l := range d.layers {
			for v, o := range l.run.usage.open {
				if all[v] == nil {
					all[v] = &undecided{o.reason, map[*gtm.Tag]bool{}}
				}
				maps.Copy(all[v].tags, o.tags)
			}
		}
	}
	var sorted []gtm.Undecided
	for v, o := range all {
		sorted = append(sorted, gtm.Undecided{Variable: v, Reason: o.reason, Tags: len(o.tags)})
	}
	slices.SortFunc(sorted, func(a, b gtm.Undecided) int {
		return cmp.Or(b.Tags-a.Tags, strings.Compare(a.Variable.Name, b.Variable.Name))
	})
	return sorted
}

// HeldBack returns the tags that consent held back, once per page in order of first
// occurrence, and whether they fired there later.
func (e *Engine) HeldBack() []gtm.HeldBack {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []gtm.HeldBack
	for _, d := range e.documents {
		for _, l := range d.layers {
			for _, h := range l.run.usage.held {
				all = append(all, *h)
			}
		}
	}
	slices.SortFunc(all, func(a, b gtm.HeldBack) int { return cmp.Or(a.First-b.First, a.Tag.Place-b.Tag.Place) })
	return all
}

// ownKey reports whether a key is for Google Tag Manager itself or for its tags, which
// read it without a variable.
func ownKey(key string) bool {
	switch key {
	case "event", "eventModel", "eventCallback", "eventTimeout", "ecommerce", "_clear":
		return true
	}
	return datalayer.IsGTMName(key)
}

// Unused returns what was pushed but not used by any container so far, and what no
// message used in the containers. Keys that nothing reads are included only if a
// container with data layer variables is known.
func (e *Engine) Unused() gtm.Unused {
	all, set, containers := e.counted()
	var unused gtm.Unused
	for _, event := range all.events {
		unused.Events = append(unused.Events, *event)
	}
	slices.SortFunc(unused.Events, func(a, b gtm.UnmatchedEvent) int { return a.First - b.First })
	var variables []*gtm.Variable
	for _, c := range containers {
		for _, t := range c.Triggers {
			if !all.triggers[t] {
				unused.Triggers = append(unused.Triggers, t)
			}
		}
		for _, v := range c.Variables {
			if v.Key != "" && !ownKey(v.Key) {
				variables = append(variables, v)
			}
		}
	}
	compareKeys(&unused, all.keys, variables, set)
	return unused
}

// counted returns the usage on all pages, the variables whose keys were set, and the
// containers.
func (e *Engine) counted() (*usage, map[*gtm.Variable]bool, []*gtm.Container) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all, set := newUsage(), map[*gtm.Variable]bool{}
	for _, d := range e.documents {
		for _, l := range d.layers {
			all.add(l.run.usage)
			l.run.setVariables(set)
		}
	}
	return all, set, e.current()
}

// add adds the usage on another page.
func (u *usage) add(other *usage) {
	for t := range other.triggers {
		u.triggers[t] = true
	}
	for name, e := range other.events {
		if known, ok := u.events[name]; ok {
			known.Count, known.First = known.Count+e.Count, min(known.First, e.First)
			continue
		}
		copied := *e
		u.events[name] = &copied
	}
	for name, k := range other.keys {
		if known, ok := u.keys[name]; ok {
			known.Count, known.First = known.Count+k.Count, min(known.First, k.First)
			continue
		}
		copied := *k
		u.keys[name] = &copied
	}
}

// setVariables adds the variables whose keys were set.
func (r *run) setVariables(set map[*gtm.Variable]bool) {
	for i, c := range r.containers {
		for _, v := range c.Variables {
			if r.progress[i].set[v.Index] > 0 {
				set[v] = true
			}
		}
	}
}

// compareKeys compares the pushed keys with those that variables read.
func compareKeys(unused *gtm.Unused, keys map[string]*gtm.UnreadKey, variables []*gtm.Variable, set map[*gtm.Variable]bool) {
	if len(variables) == 0 {
		return
	}
	byKey := map[string]*gtm.Variable{}
	var unset, unread []string
	for _, v := range variables {
		if !set[v] {
			byKey[v.Key] = v
			unset = append(unset, v.Key)
		}
	}
	unsetShapes := spellAll(unset)
	for key, use := range keys {
		if slices.ContainsFunc(variables, func(v *gtm.Variable) bool { return isWithin(v.Key, key) || isWithin(key, v.Key) }) {
			continue
		}
		use.Near = byKey[nearKey(key, unsetShapes)]
		unused.Keys = append(unused.Keys, *use)
		unread = append(unread, key)
	}
	slices.SortFunc(unused.Keys, func(a, b gtm.UnreadKey) int {
		if a.First != b.First {
			return a.First - b.First
		}
		return strings.Compare(a.Key, b.Key)
	})
	slices.Sort(unread)
	unreadShapes := spellAll(unread)
	for _, v := range variables {
		if !set[v] {
			unused.Variables = append(unused.Variables, gtm.UnsetVariable{Variable: v, Near: nearKey(v.Key, unreadShapes)})
		}
	}
}
