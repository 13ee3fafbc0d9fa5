package engine

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// Explain returns the result of every trigger and tag for a message, with reasons. It
// evaluates the messages since the last checkpoint again, which takes a few
// milliseconds. It is false for a message that wasn't passed to [Engine.Push].
func (e *Engine) Explain(push *datalayer.Push) (gtm.Explanation, bool) {
	p, ok := e.find(push)
	if !ok {
		return gtm.Explanation{}, false
	}
	r := e.resume(p)
	message := push.Read()
	t := &tracer{decisions: map[*gtm.Tag]decision{}}
	r.trace = t
	out := r.push(p.history.len()-1, &message)
	event := message.Effect.Event
	if t.Event = out.Event; t.Event != "" {
		t.Skipped, t.NearMisses = "", e.nearMisses(p.containers, out.Event, event)
	}
	t.State = t.state(r)
	for i := range r.containers {
		t.readings(r, i, r.allowedEvent(event))
	}
	r.trace = nil
	e.explained.Store(&explained{p.layer, r, p.history.len() - 1})
	return t.Explanation, true
}

// explained is the run up to the message that was explained last. Explaining successive
// messages continues from it.
type explained struct {
	layer *layer
	run   *run
	at    int
}

// resume returns a run that has evaluated everything up to the last message of the
// past, but not that message.
func (e *Engine) resume(p past) *run {
	last := p.history.len() - 1
	was := e.explained.Swap(nil)
	if was == nil || was.layer != p.layer || was.at >= last || last-was.at > interval || !slices.Equal(was.run.containers, p.containers) {
		return p.resume()
	}
	was.run.history, was.run.observed = p.history, p.observed
	for i := was.at + 1; i < last; i++ {
		message := p.history.at(i).Read()
		was.run.push(i, &message)
	}
	return was.run
}

// nearMisses returns near misses from the cache by name.
func (e *Engine) nearMisses(containers []*gtm.Container, name string, event datalayer.Value) []gtm.NearMiss {
	var all []*eventIndex
	for _, c := range containers {
		all = append(all, e.indexes.get(c))
	}
	return nearMisses(all, name, event)
}

// State returns the data layer's state after a message. It is false for a message that
// wasn't passed to [Engine.Push].
func (e *Engine) State(push *datalayer.Push) (gtm.State, bool) {
	p, ok := e.find(push)
	if !ok {
		return gtm.State{}, false
	}
	p.containers = nil // the state doesn't depend on them
	r := p.resume()
	t := &tracer{}
	r.trace = t
	message := push.Read()
	r.push(p.history.len()-1, &message)
	return t.state(r), true
}

// tracer records what a run does with one message. The nil tracer records nothing.
type tracer struct {
	gtm.Explanation
	v2        datalayer.Value // before the message
	decisions map[*gtm.Tag]decision
}

type decision struct {
	fires  gtm.Truth
	why    reason
	denied []string // the consent types that hold it back
}

func (t *tracer) skip(why string) {
	if t != nil {
		t.Skipped = why
	}
}

func (t *tracer) synthetic(event string, out gtm.Outcome) {
	if t != nil {
		t.Before = append(t.Before, gtm.Synthetic{Event: event, Triggers: out.Triggers, Tags: out.Tags})
	}
}

// before records the state before the message.
func (t *tracer) before(r *run) {
	if t != nil {
		t.v2 = r.state.V2()
	}
}

// tag records a decision. If a tag runs as a setup tag but its own trigger doesn't
// match, the run takes precedence.
func (t *tracer) tag(tag *gtm.Tag, fires gtm.Truth, why reason, denied []string) {
	if t == nil || t.decisions == nil {
		return
	}
	if known, ok := t.decisions[tag]; !ok || fires > known.fires {
		t.decisions[tag] = decision{fires, why, denied}
	}
}

func (t *tracer) state(r *run) gtm.State {
	s := gtm.State{V2: r.state.V2(), V1: r.state.V1(), Doubt: r.state.Doubt(), Consent: r.consent.state()}
	s.Changed = changes(nil, "", t.v2, s.V2)
	return s
}

// maxChanges bounds the list of a message's changes.
const maxChanges = 1000

// changes lists the paths at which two values differ. It descends only where both
// values are objects.
func changes(list []gtm.Change, path string, before, after datalayer.Value) []gtm.Change {
	if before.Kind != datalayer.Object && path == "" {
		before = datalayer.Value{Kind: datalayer.Object}
	}
	if before.Kind != datalayer.Object || after.Kind != datalayer.Object {
		if !bytes.Equal(datalayer.Encode(nil, before), datalayer.Encode(nil, after)) && len(list) < maxChanges {
			list = append(list, gtm.Change{Path: path, Before: before, After: after})
		}
		return list
	}
	were, are := before.ByName(), after.ByName()
	for _, f := range after.Fields {
		list = changes(list, datalayer.Member(path, f.Name), were[f.Name], f.Value)
	}
	for _, f := range before.Fields {
		if _, still := are[f.Name]; !still && len(list) < maxChanges {
			list = append(list, gtm.Change{Path: datalayer.Member(path, f.Name), Before: f.Value})
		}
	}
	return list
}

// judge evaluates every trigger and tag of a container for the event.
func (t *tracer) judge(r *run, container int, reader *variable.Reader) {
	if t == nil || t.decisions == nil {
		return
	}
	c := r.containers[container]
	reader.Budget = &variable.Budget{Left: variable.MaxWork} // the message has used up its own
	from := len(t.Triggers)
	for _, trigger := range c.Triggers {
		t.Triggers = append(t.Triggers, r.explainTrigger(container, reader, trigger))
	}
	matched := t.Triggers[from:]
	for _, tag := range c.Tags {
		verdict := gtm.TagVerdict{Tag: tag}
		for _, m := range matched {
			if m.Matched == gtm.No {
				continue
			}
			for _, fired := range m.Trigger.Fires {
				if fired == tag {
					verdict.By = append(verdict.By, m.Trigger)
				}
			}
			for _, blocked := range m.Trigger.Blocks {
				if blocked == tag {
					verdict.Blocks = append(verdict.Blocks, m.Trigger)
				}
			}
		}
		d, ok := t.decisions[tag]
		if !ok {
			d.why = notTriggered
		}
		verdict.Fires, verdict.Denied = d.fires, d.denied
		verdict.Status = d.why.status(d.fires)
		verdict.Reason = d.why.text(verdict)
		verdict.Sends = sends(reader, tag)
		if d.fires != gtm.No {
			for _, v := range tag.Reads {
				if by, stale := r.leftOver(container, v); stale {
					verdict.Stale = append(verdict.Stale, gtm.Stale{Tag: tag, Variable: v, SetBy: by})
				}
			}
		}
		t.Tags = append(t.Tags, verdict)
	}
}

func (r *run) explainTrigger(container int, reader *variable.Reader, t *gtm.Trigger) gtm.TriggerVerdict {
	v := gtm.TriggerVerdict{Trigger: t, Matched: gtm.Yes}
	for _, c := range t.Conditions {
		one := r.condition(container, reader, c)
		held := gtm.ConditionVerdict{Condition: c, Holds: one.truth}
		if one.truth == gtm.Unknown {
			held.Reason = one.reason
		}
		if one.threw {
			held.Holds, held.Reason = gtm.No, "comparing the value throws an error"
		}
		actual := reader.Read(c.Predicate.Left)
		held.Actual, held.Observed = actual.Value, actual.Observed
		held.Expected = reader.Read(c.Predicate.Right).Value
		v.Matched = min(v.Matched, held.Holds)
		v.Conditions = append(v.Conditions, held)
	}
	return v
}

func (t *tracer) readings(r *run, container int, event datalayer.Value) {
	c := r.containers[container]
	reader := r.reader(container, event)
	for _, v := range c.Variables {
		if v.Implicit {
			continue
		}
		value := reader.Variable(v)
		reading := gtm.Reading{Variable: v, Value: value.Value, Known: value.Known, Reason: value.Reason}
		reading.SetBy, reading.Stale = r.leftOver(container, v)
		reading.From = r.origin(container, &reading, value.Default == v)
		switch {
		case value.Observed > 0:
			reading.From, reading.SetBy = gtm.FromPage, gtm.Setting{Seq: value.Observed}
			reading.Page = reader.PageRead(v)
		case !value.Known:
			reading.Page = reader.PageRead(v)
		}
		t.Variables = append(t.Variables, reading)
	}
}

// origin returns where a variable's value came from.
func (r *run) origin(container int, reading *gtm.Reading, byDefault bool) gtm.Origin {
	v := reading.Variable
	switch {
	case !reading.Known:
		return gtm.FromUnknown
	case byDefault:
		return gtm.FromDefault
	case reading.Value.Kind == datalayer.Undefined:
		return gtm.FromNothing
	case v.DataLayerVersion > 0 && int(r.progress[container].set[v.Index])-1 != r.at:
		return gtm.FromLeftOver
	}
	return gtm.FromMessage
}

// text describes why a tag fires or doesn't.
func (why reason) text(v gtm.TagVerdict) string {
	switch why {
	case fires:
		return "fired by " + triggerNames(v.By)
	case notTriggered:
		if len(v.Tag.Firing) == 0 {
			return "it has no firing trigger"
		}
		return "no firing trigger matched"
	case triggerUnknown:
		return "whether " + triggerNames(v.By) + " matched is unknown"
	case isPaused:
		return "it is paused"
	case isBlocked:
		return "blocked by " + triggerNames(v.Blocks)
	case blockUnknown:
		return "whether " + triggerNames(v.Blocks) + " blocks it is unknown"
	case consentDenied:
		return "blocked: consent for " + strings.Join(v.Denied, ", ") + " is denied"
	case consentUnknown:
		return "whether consent for " + strings.Join(v.Tag.Consent, ", ") + " is granted is unknown"
	case isBlocklisted:
		return fmt.Sprintf("the page's gtm.blocklist or gtm.allowlist blocks %s", v.Tag.TypeName)
	case blocklistUnknown:
		return "whether the page's gtm.blocklist or gtm.allowlist allows it is unknown"
	case firedBefore:
		return "it fires once per page and has already fired"
	case firedBeforeUnknown:
		return "it fires once per page and may have fired before"
	case isScheduled:
		return "it fires only on a schedule"
	case waitsForSetup:
		return "it runs after its setup tag reports that it is done"
	case followsMain:
		return "it is a cleanup tag and runs after its main tag"
	case ranAsSetup:
		return "it already ran as a setup tag on this event"
	default:
		return "it runs as a setup tag"
	}
}

func triggerNames(triggers []*gtm.Trigger) string {
	names := make([]string, len(triggers))
	for i, t := range triggers {
		names[i] = t.Name
	}
	return strings.Join(names, ", ")
}
