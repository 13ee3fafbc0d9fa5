package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"layertap/container/simulate"
	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/rules/spelling"
)

// outcome is the result of a plan's event in the container.
type outcome struct {
	event    *plan.Event
	triggers []string
	tags     []gtm.TagVerdict // that fire, certainly or possibly
	paused   []string
	near     string // a trigger that almost matches
}

func (a *audit) plan(ctx context.Context, p *plan.Plan) error {
	outcomes, err := a.outcomes(ctx, p)
	if err != nil {
		return err
	}
	matched := slices.ContainsFunc(outcomes, func(o outcome) bool { return len(o.triggers) > 0 })
	if !matched && len(outcomes) > 0 {
		a.find(rules.EventWithoutTrigger, "none", "", "count", fmt.Sprint(len(outcomes)), "plan", quoted(p.Name))
		return nil
	}
	for _, o := range outcomes {
		a.event(o)
	}
	a.parameters(p, outcomes)
	return nil
}

// outcomes evaluates the plan's events in the container, each on a page of its own.
func (a *audit) outcomes(ctx context.Context, p *plan.Plan) ([]outcome, error) {
	messages, err := simulate.Samples([]*plan.Plan{p})
	if err != nil {
		return nil, err
	}
	messages = messages[:min(len(messages), simulate.MaxMessages)]
	s, err := simulate.Run(ctx, a.c, messages, simulate.Options{Apart: true})
	if err != nil {
		return nil, fmt.Errorf("simulating the plan %s: %w", p.Name, err)
	}
	var all []outcome
	for i := range s.Len() {
		push, ok := s.Entry(i).(*datalayer.Push)
		if !ok || simulate.Own(push) {
			continue
		}
		why, ok := s.Explain(i)
		event := p.Event(push.Event)
		if !ok || event == nil {
			continue
		}
		o := outcome{event: event}
		for _, t := range why.Triggers {
			if t.Matched != gtm.No && !matchesAll(t.Trigger) {
				o.triggers = append(o.triggers, t.Trigger.Name)
			}
		}
		for _, t := range why.Tags {
			switch {
			case t.Tag.Paused && len(t.By) > 0:
				o.paused = append(o.paused, t.Tag.Name)
			case t.Fires != gtm.No || t.Status == gtm.StatusHeldBack:
				o.tags = append(o.tags, t)
			}
		}
		if len(why.NearMisses) > 0 {
			o.near = why.NearMisses[0].Trigger.Name
		}
		all = append(all, o)
	}
	return all, nil
}

func (a *audit) event(o outcome) {
	name := o.event.Name
	if len(o.triggers) == 0 && len(o.tags) == 0 {
		near := ""
		if o.near != "" {
			near = "; the trigger " + quoted(o.near) + " nearly does"
		}
		a.find(rules.EventWithoutTrigger, "plain", name, "event", quoted(name), "near", near)
		return
	}
	if len(o.tags) == 0 {
		paused := ""
		if len(o.paused) > 0 {
			paused = ", or resume " + quoted(o.paused[0])
		}
		a.find(rules.EventWithoutTag, "plain", name, "event", quoted(name), "triggers", quotedList(o.triggers), "paused", paused)
		return
	}
	a.renamed(o)
	a.twice(o)
}

// sentAs returns the event name and measurement ID that a GA4 event tag sends, if
// known.
func sentAs(t gtm.TagVerdict) (name, id string, known bool) {
	if t.Tag.Type != "gaawe" {
		return "", "", false
	}
	for _, p := range t.Sends {
		switch p.Name {
		case "Event Name":
			name, known = p.Value.AsString()
			known = known && p.Known
		case "Measurement ID":
			id = p.Written
		}
	}
	return name, id, known
}

func (a *audit) renamed(o outcome) {
	var names, tags []string
	intended := o.event.HitNames("ga4")
	for _, t := range o.tags {
		if t.Tag.Type != "gaawe" {
			continue
		}
		name, _, known := sentAs(t)
		if !known || name == o.event.Name || intended == nil || slices.Contains(intended, name) {
			return
		}
		names, tags = append(names, name), append(tags, t.Tag.Name)
	}
	if len(names) > 0 {
		a.find(rules.EventSentRenamed, "plain", o.event.Name, "event", quoted(o.event.Name), "sent", quotedList(slices.Compact(names)), "tags", quotedList(tags))
	}
}

// twice finds tags that fire on the event through different triggers and send the same.
func (a *audit) twice(o outcome) {
	first := map[string]*gtm.Tag{}
	for _, t := range o.tags {
		name, id, known := sentAs(t)
		if !known || t.Fires != gtm.Yes {
			continue
		}
		other, ok := first[name+"\x00"+id]
		if !ok {
			first[name+"\x00"+id] = t.Tag
			continue
		}
		mine, _ := sends(t.Tag)
		if theirs, _ := sends(other); mine == theirs && sharedTrigger(t.Tag, other) != nil {
			continue // already reported by pairs
		}
		a.find(rules.SentTwice, "plain", "tags."+t.Tag.Name, "tag", quoted(other.Name), "other", quoted(t.Tag.Name), "name", quoted(name), "when", "on "+quoted(o.event.Name))
	}
}

// use is a container's use of a plan's parameter.
type use struct {
	path      string // "link_url", "ecommerce"
	readers   []*gtm.Variable
	unsent    []string // events on which no tag sends it
	parameter *plan.Parameter
}

// parameters checks the plan's parameters at the top level of messages, including
// objects with nested parameters.
func (a *audit) parameters(p *plan.Plan, outcomes []outcome) {
	var uses []*use
	byPath := map[string]*use{}
	known := map[string]bool{"event": true}
	nested := map[string]bool{}
	for _, e := range p.Events {
		for _, q := range e.Parameters {
			known[q.Name] = true
			for _, alias := range q.Aliases {
				known[alias] = true
			}
			if e.Within != "" {
				nested[e.Within+"."+q.Name] = true
			}
			for _, inner := range q.Parameters {
				nested[q.Name+"."+inner.Name] = true
			}
		}
		known[e.Within] = true
	}
	for _, o := range outcomes {
		for path, q := range tops(o.event) {
			u, ok := byPath[path]
			if !ok {
				u = &use{path: path, parameter: q, readers: a.readers(path, q)}
				byPath[path], uses = u, append(uses, u)
			}
			if len(u.readers) > 0 && sendsGA4(o) && !a.sent(o, u) {
				u.unsent = append(u.unsent, o.event.Name)
			}
		}
	}
	slices.SortFunc(uses, func(x, y *use) int { return strings.Compare(x.path, y.path) })
	misread := a.misread(uses, known, p.Known)
	for _, u := range uses {
		switch {
		case len(u.readers) == 0 && !misread[u.path]:
			a.find(rules.ParameterNotRead, "plain", u.path, "path", quoted(u.path))
		case len(u.unsent) > 0:
			a.find(rules.ParameterNotSent, "plain", u.path, "path", quoted(u.path), "variable", quoted(u.readers[0].Name), "events", eventList(u.unsent))
		}
	}
	for _, v := range a.c.Variables {
		if v.DataLayerVersion == 1 && nested[v.Key] {
			a.find(rules.ParameterVersion, "plain", "variables."+v.Name, "variable", quoted(v.Name), "key", quoted(v.Key))
		}
	}
}

// tops returns the top-level keys of the event's message.
func tops(e *plan.Event) map[string]*plan.Parameter {
	all := map[string]*plan.Parameter{}
	if e.Within != "" {
		all[e.Within] = nil
		return all
	}
	for _, p := range e.Parameters {
		all[p.Name] = p
	}
	return all
}

func (a *audit) readers(path string, p *plan.Parameter) []*gtm.Variable {
	names := []string{path}
	if p != nil {
		names = append(names, p.Aliases...)
	}
	var all []*gtm.Variable
	for _, v := range a.c.Variables {
		key := strings.TrimPrefix(v.Key, "eventModel.")
		first, _, _ := strings.Cut(key, ".")
		if v.DataLayerVersion > 0 && (slices.Contains(names, first) || slices.Contains(names, key)) {
			all = append(all, v)
		}
	}
	return all
}

func sendsGA4(o outcome) bool {
	return slices.ContainsFunc(o.tags, func(t gtm.TagVerdict) bool { return t.Tag.Type == "gaawe" })
}

// sent reports whether a tag that fires on the event sends the parameter, or a Google
// tag shares it with all events.
func (a *audit) sent(o outcome, u *use) bool {
	reads := func(t *gtm.Tag) bool {
		return slices.ContainsFunc(t.Reads, func(v *gtm.Variable) bool { return slices.Contains(u.readers, v) })
	}
	for _, t := range o.tags {
		if reads(t.Tag) {
			return true
		}
	}
	return slices.ContainsFunc(a.c.Tags, func(t *gtm.Tag) bool { return !t.Paused && (t.Type == "googtag" || t.Type == "gaawc") && reads(t) })
}

// misread finds variables whose key is a misspelled parameter name.
func (a *audit) misread(uses []*use, known map[string]bool, right []string) map[string]bool {
	found := map[string]bool{}
	var names []string
	for _, u := range uses {
		names = append(names, u.path)
	}
	speller := spelling.New(names)
	for _, v := range a.c.Variables {
		if v.DataLayerVersion == 0 || v.Key == "" || v.Implicit || known[v.Key] || strings.Contains(v.Key, ".") || slices.Contains(right, v.Key) {
			continue
		}
		intended, note := "", ""
		for _, u := range uses {
			if u.parameter == nil {
				continue
			}
			if n, ok := u.parameter.Misspellings[v.Key]; ok {
				intended, note = u.path, n
			}
		}
		if near := speller.Near(v.Key); intended == "" && len(near) > 0 {
			intended = near[0].Name
		}
		if intended != "" {
			found[intended] = true
			f := a.find(rules.ParameterMisread, "plain", "variables."+v.Name, "variable", quoted(v.Name), "key", quoted(v.Key), "path", quoted(intended))
			f.Suggestion, f.Note = intended, note
		}
	}
	return found
}

func quotedList(names []string) string {
	const most = 3
	var all []string
	for _, name := range names[:min(len(names), most)] {
		all = append(all, quoted(name))
	}
	if len(names) > most {
		all = append(all, fmt.Sprintf("%d more", len(names)-most))
	}
	return strings.Join(all, ", ")
}

func eventList(names []string) string {
	const most = 3
	if len(names) <= most {
		return quotedList(names)
	}
	return fmt.Sprintf("%s and %d more events", quotedList(names[:most]), len(names)-most)
}
