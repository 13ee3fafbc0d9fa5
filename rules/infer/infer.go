// Package infer drafts plans from recordings.
package infer

import (
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/internal/plural"
	"layertap/jsregexp"
	"layertap/rules"
	"layertap/rules/check"
	"layertap/rules/plan"
)

// Recording is the messages of a recording with their pages, in order. It is read twice.
type Recording = iter.Seq2[*datalayer.Page, *datalayer.Push]

// inference has what occurred in recordings.
type inference struct {
	recordings, messages int
	events               []*eventStats
	byName               map[string]*eventStats
}

// eventStats are statistics of an event.
type eventStats struct {
	name       string
	count      int
	recordings map[int]bool
	within     *paramStats
}

// Draft drafts a plan from recordings: what always occurred is required, and everything that
// occurred is correct. The plan's YAML has the evidence as comments. Other findings about the
// recordings are turned off where they occurred, with a comment, so that the draft accepts the
// recordings as they are, except for personal data: a comment says where it is.
func Draft(name string, recordings ...Recording) *plan.Plan {
	i := &inference{byName: map[string]*eventStats{}}
	for _, recording := range recordings {
		i.recordings++
		for _, push := range recording {
			i.add(push)
		}
	}
	p := i.draft(name)
	for _, recording := range recordings {
		accept(p, recording)
	}
	return p
}

// add adds a message, unless it is one of Google Tag Manager's own.
func (i *inference) add(push *datalayer.Push) {
	i.messages++
	m := push.Read()
	if strings.TrimSpace(m.Event) == "" || m.Own || len(m.Event) > plan.MaxNameBytes {
		return
	}
	e := i.byName[m.Event]
	if e == nil {
		e = &eventStats{name: m.Event, recordings: map[int]bool{}, within: newStats()}
		i.byName[m.Event] = e
		i.events = append(i.events, e)
	}
	e.count++
	e.recordings[i.recordings] = true
	e.within.seen++
	e.within.keys(slices.DeleteFunc(slices.Clone(m.Fields), func(f datalayer.Field) bool { return rules.IsOwnKey(f.Name) }))
}

// draft returns the plan.
func (i *inference) draft(name string) *plan.Plan {
	p := &plan.Plan{Name: name, Duplicates: plan.DefaultDuplicates, Notes: map[string]string{}}
	p.Notes["plan"] = fmt.Sprintf("Drafted from %s with %s.\nReview it before you use it: it assumes that what was recorded is correct.",
		plural.Count(i.recordings, "recording"), plural.Count(i.messages, "message"))
	for _, e := range i.events {
		event := &plan.Event{Name: e.name, Plan: p, Required: i.recordings > 1 && len(e.recordings) == i.recordings}
		p.Notes[e.name] = plural.Count(e.count, "message")
		if i.recordings > 1 {
			p.Notes[e.name] += fmt.Sprintf(" in %d of %d recordings", len(e.recordings), i.recordings)
		}
		for _, name := range e.within.order {
			s := e.within.fields[name]
			event.Parameters = append(event.Parameters, s.parameter(name, e.count))
			p.Notes[e.name+"."+name] = s.evidence(e.count)
		}
		p.Events = append(p.Events, event)
	}
	p.Namespace = i.namespace()
	return p
}

// enoughEvents is the minimum number of events with a common beginning for a namespace.
const enoughEvents = 3

// wordPrefix matches possible beginnings of the names of a plan's events.
var wordPrefix = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// namespace returns a pattern for the beginning that most events share, or nil.
func (i *inference) namespace() *jsregexp.Regexp {
	counts := map[string]int{}
	for _, e := range i.events {
		if prefix, _, ok := strings.Cut(e.name, "_"); ok && wordPrefix.MatchString(prefix) {
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
	if err != nil { // a quoted text always compiles
		return nil
	}
	return re
}

// accept turns off the findings that the draft would have in a recording, except those about
// personal data.
func accept(p *plan.Plan, recording Recording) {
	checker := check.New(p)
	for page, push := range recording {
		message := push.Read()
		for _, f := range checker.Check(page, push, &message, gtm.Outcome{}) {
			acceptFinding(p, push.Event, f)
		}
	}
}

func acceptFinding(p *plan.Plan, event string, f rules.Finding) {
	on, into := "", &p.Severities
	e := p.Event(event)
	if f.Code == rules.PersonalData { // never accepted unseen
		on = "plan"
		if e != nil {
			on = event
		}
		if note := "Not accepted: " + f.Message; !strings.Contains(p.Notes[on], note) {
			p.Notes[on] += "\n" + note
		}
		return
	}
	if e != nil && f.Plan != "" {
		on, into = event, &e.Severities
	}
	if *into == nil {
		*into = plan.Severities{}
	}
	(*into)[f.Code] = rules.Off
	p.Notes[on+" "+string(f.Code)] = "seen in the recording: " + f.Message
}
