package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/jsregexp"
)

// Inference drafts a plan from recordings: what was always there is required,
// and what was seen is right.
type Inference struct {
	name       string
	recordings int
	events     []*eventSight
	byName     map[string]*eventSight
	samples    []sample
}

// sample is a message that the draft is held against.
type sample struct {
	page      *datalayer.Page
	push      *datalayer.Push
	recording int
}

// eventSight is what was seen of an event.
type eventSight struct {
	name       string
	count      int
	recordings map[int]bool
	within     *sight
}

// Infer begins to draft a plan of that name.
func Infer(name string) *Inference {
	return &Inference{name: name, byName: map[string]*eventSight{}}
}

// Recording says that what is added from now on is from another recording.
func (i *Inference) Recording() { i.recordings++ }

// Add takes a message into account. Those of Google Tag Manager itself are left
// out.
func (i *Inference) Add(page *datalayer.Page, push *datalayer.Push) {
	v, err := datalayer.Decode(push.Message)
	if err != nil {
		return // no source hands one on
	}
	i.samples = append(i.samples, sample{page, push, i.recordings})
	m := read(push, v)
	if strings.TrimSpace(m.event) == "" || isGTMs(m.event) || len(m.event) > maxNameBytes {
		return
	}
	e := i.byName[m.event]
	if e == nil {
		e = &eventSight{name: m.event, recordings: map[int]bool{}, within: newSight()}
		i.byName[m.event] = e
		i.events = append(i.events, e)
	}
	e.count++
	e.recordings[i.recordings] = true
	e.within.seen++
	e.within.keys(slices.DeleteFunc(slices.Clone(m.fields), func(f datalayer.Field) bool { return isOwnKey(f.Name) }))
}

// Draft returns the plan. Its YAML has the evidence as comments. Whatever else
// the checker would find in the recordings is switched off where it was found,
// with a comment, so that the draft takes the recordings as they are.
func (i *Inference) Draft() *Plan {
	p := &Plan{Name: i.name, duplicates: defaultDuplicates, notes: map[string]string{}}
	p.notes["plan"] = fmt.Sprintf("Drafted from %s with %s.\nRead it before you rely on it: it takes what was seen for what is right.",
		plural(max(i.recordings, 1), "recording"), plural(len(i.samples), "message"))
	for _, e := range i.events {
		event := &Event{Name: e.name, plan: p, Required: i.recordings > 1 && len(e.recordings) == i.recordings}
		p.notes[e.name] = plural(e.count, "message")
		if i.recordings > 1 {
			p.notes[e.name] += fmt.Sprintf(" in %d of %d recordings", len(e.recordings), i.recordings)
		}
		for _, name := range e.within.order {
			s := e.within.fields[name]
			event.Parameters = append(event.Parameters, s.parameter(name, e.count))
			p.notes[e.name+"."+name] = s.evidence(e.count)
		}
		p.Events = append(p.Events, event)
	}
	p.Namespace = i.namespace()
	i.accept(p)
	return p
}

// enoughEvents is how many events have to begin alike to make a namespace.
const enoughEvents = 3

// namespace is a pattern on the beginning that most events share, or nil.
func (i *Inference) namespace() *jsregexp.Regexp {
	counts := map[string]int{}
	for _, e := range i.events {
		if prefix, _, ok := strings.Cut(e.name, "_"); ok && plainScalar.MatchString(prefix) {
			counts[prefix]++
		}
	}
	best := ""
	for _, prefix := range slices.Sorted(maps.Keys(counts)) {
		if counts[prefix] > counts[best] {
			best = prefix
		}
	}
	if best == "" || counts[best] < enoughEvents {
		return nil
	}
	re, err := jsregexp.Compile("^"+quoteMeta(best)+"_", false)
	if err != nil { // what is quoted compiles
		return nil
	}
	return re
}

// accept switches off what the draft would still find in the recordings.
func (i *Inference) accept(p *Plan) {
	var checker *Checker
	recording := -1
	for _, s := range i.samples {
		if s.recording != recording {
			checker, recording = NewChecker(p), s.recording
		}
		v, err := datalayer.Decode(s.push.Message)
		if err != nil {
			continue
		}
		for _, f := range checker.Check(s.page, s.push, v, gtm.Outcome{}) {
			p.acceptFinding(s.push.Event, f)
		}
	}
}

func (p *Plan) acceptFinding(event string, f Finding) {
	on, into := "", &p.severities
	if e := p.event(event); e != nil && f.Plan != "" {
		on, into = event, &e.severities
	}
	if *into == nil {
		*into = severities{}
	}
	(*into)[f.Code] = Off
	p.notes[on+" "+string(f.Code)] = "seen in the recording: " + f.Message
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
