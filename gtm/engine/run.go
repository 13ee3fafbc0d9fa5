package engine

import (
	"sort"
	"strings"
	"sync/atomic"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// run evaluates one data layer of one page, message by message. It is not safe for
// concurrent use.
type run struct {
	// sending is called with the tags of a container that fire; nil if what they send
	// isn't needed.
	sending    func([]gtm.Firing, *variable.Reader)
	containers []*gtm.Container
	indexes    []*eventIndex // by container
	progress   []progress    // by container
	state      *datalayer.State
	consent    consent
	patterns   variable.Patterns
	pageState

	// at is the index of the current message; the messages up to it are the history.
	at     int
	effect datalayer.Effect // of that message
	// restrictions are those that the page pushed; nil if there are none.
	restrictions *variable.Restrictions
	history      history
	usage        *usage // nil if usage isn't counted
	trace        *tracer
	// stopping is set when the command is ending; nil if the run can't be stopped.
	stopping *atomic.Bool
	scripts  *variable.Scripts
	observed *variable.Observed
	again    bool // a message is evaluated again, and its outcome isn't needed
}

// pageState is the state of a page's Google Tag Manager.
type pageState struct {
	opened   bool // its own first events were evaluated
	started  bool // gtm.js was evaluated, which happens once
	running  bool // it pushed a message itself
	detached bool // the page replaced the data layer's array
	overruns int  // the number of messages that used up a container's budget
}

// history is the messages of one data layer of one page, with the page's URL at the
// time.
type history struct {
	dropped  int                 // how many messages at its beginning are no longer kept
	settings map[int]gtm.Setting // by index: those of them that set a key last
	pushes   []*datalayer.Push   // those after them
	visits   []visited
}

// len is how many messages there are, also those that are no longer kept.
func (h *history) len() int { return h.dropped + len(h.pushes) }

// at returns the message at an index; it has to be one that is kept.
func (h *history) at(i int) *datalayer.Push { return h.pushes[i-h.dropped] }

// setting describes the message at an index.
func (h *history) setting(at int) gtm.Setting {
	if at < h.dropped {
		return h.settings[at]
	}
	push := h.at(at)
	return gtm.Setting{Seq: push.Seq, T: push.T, Page: push.Page, Event: push.Event}
}

// visited is the page on which the messages from an index on were pushed.
type visited struct {
	from int
	page *datalayer.Page
}

func (h *history) add(push *datalayer.Push, page *datalayer.Page) {
	if n := len(h.visits); n == 0 || h.visits[n-1].page != page {
		h.visits = append(h.visits, visited{h.len(), page})
	}
	h.pushes = append(h.pushes, push)
}

// first returns the history of the first n messages.
func (h *history) first(n int) history {
	return history{h.dropped, h.settings, h.pushes[:n-h.dropped], h.visits}
}

// page returns the page at which the message at an index was pushed.
func (h *history) page(at int) *datalayer.Page {
	after := sort.Search(len(h.visits), func(i int) bool { return h.visits[i].from > at })
	return h.visits[after-1].page
}

// progress is the state of a container on a page.
type progress struct {
	fired     []gtm.Truth // whether each once-per-page tag has fired
	set       []int32     // by variable: the number of the last message that set it, from 1
	setBefore []int32     // by variable: the same for the message before that one
	templates bool        // a custom template ran, which can do anything

	// The fields from here on belong to the current event.
	epoch          uint32
	seen           []uint32 // by predicate: the epoch in which it was evaluated
	verdicts       []verdict
	added, blocked []gtm.Truth // by tag
	touched        []int       // the indexes of the tags with a matching trigger
	memo           variable.Memo
	budget         variable.Budget
	starts         int // the number of tags that ran
	ran            []uint32
}

func newRun(containers []*gtm.Container, known *indexes) *run {
	r := &run{containers: containers, state: &datalayer.State{}}
	for _, c := range containers {
		r.indexes = append(r.indexes, known.get(c))
		r.progress = append(r.progress, progress{
			fired: make([]gtm.Truth, len(c.Tags)), set: make([]int32, len(c.Variables)), setBefore: make([]int32, len(c.Variables)),
			seen: make([]uint32, len(c.Predicates)), verdicts: make([]verdict, len(c.Predicates)),
			added: make([]gtm.Truth, len(c.Tags)), blocked: make([]gtm.Truth, len(c.Tags)), ran: make([]uint32, len(c.Tags)),
		})
	}
	return r
}

// push evaluates the message at an index of the history.
func (r *run) push(at int, message *datalayer.Message) gtm.Outcome {
	var out gtm.Outcome
	r.at = at
	push := r.history.at(at)
	if skipped := r.unseen(push); skipped != "" {
		r.trace.skip(skipped)
		return out
	}
	effect := &message.Effect
	if effect.Opens && !r.opened {
		r.open()
	}
	r.note(*effect)
	r.effect = *effect
	r.trace.before(r)
	r.state.Apply(*effect)
	if message.Reader != datalayer.GoogleTagManager {
		r.trace.skip("the " + message.Reader + " reads it, not Google Tag Manager")
		return out
	}
	r.consent.apply(*effect, push.Seq)
	r.restrictions = variable.RestrictionsOf(r.state)
	if !effect.Evaluated() {
		r.trace.skip("it has no event")
		return out
	}
	name := message.Event
	if name == "gtm.js" {
		if r.started {
			r.trace.skip("gtm.js is evaluated once per page")
			return out
		}
		r.started = true
	} else if message.Own && name != "gtm.init" && name != "gtm.init_consent" {
		r.running = true
	}
	out.Event = name
	r.evaluate(&out, name, effect.Event)
	return out
}

// unseen returns the reason why Google Tag Manager doesn't see a message; empty if it
// does. When it starts, it reads what is in the array, however it got there; after that
// it only sees calls of the push method that it installed.
func (r *run) unseen(push *datalayer.Push) string {
	switch {
	case push.NotLanded:
		return "it did not reach the data layer"
	case push.Received == datalayer.No:
		return "Google Tag Manager did not receive it"
	case !r.running:
		return ""
	}
	switch push.Via {
	case datalayer.ViaAssign:
		r.detached = true
	case datalayer.ViaUnshift, datalayer.ViaSplice, datalayer.ViaIndex:
		return "it was not added with push, and Google Tag Manager sees only pushes"
	}
	if r.detached {
		return "the data layer was reassigned, and Google Tag Manager listens to the old one"
	}
	return ""
}

// open evaluates the events that Google Tag Manager evaluates before the first one
// without pushing them.
func (r *run) open() {
	r.opened = true
	for _, name := range []string{"gtm.init_consent", "gtm.init"} {
		event := datalayer.StringOf(name)
		r.state.Apply(datalayer.Effect{Fields: []datalayer.Field{{Name: "event", Value: event}}})
		var out gtm.Outcome
		trace := r.trace
		r.trace = nil
		r.evaluate(&out, name, event)
		r.trace = trace
		r.trace.synthetic(name, out)
	}
}

// evaluate finds the triggers that match an event and runs their tags.
func (r *run) evaluate(out *gtm.Outcome, name string, event datalayer.Value) {
	event = r.allowedEvent(event)
	anyMatches, matchesWhole := false, false
	for i := range r.containers {
		p := &r.progress[i]
		p.begin()
		reader := r.reader(i, event)
		found := r.indexes[i].match(name, event)
		anyMatches = anyMatches || found.specific
		for _, l := range found.candidates {
			matched, blocks := r.trigger(i, &reader, l)
			if matched != gtm.No {
				out.Triggers = append(out.Triggers, gtm.Match{Trigger: l.trigger, Matched: matched})
				matchesWhole = matchesWhole || !l.universal && !l.trigger.OnlyBlocks()
				r.usage.matched(l.trigger)
				r.undecided(i, &reader, l.trigger, matched)
			}
			p.count(l.trigger, matched, blocks)
		}
		fired := len(out.Tags)
		r.fire(i, out)
		if r.sending != nil {
			r.sending(out.Tags[fired:], &reader)
		}
		if p.budget.Over {
			r.overruns++
		}
		r.trace.judge(r, i, &reader)
	}
	if anyMatches && !matchesWhole && !r.again {
		r.failed(out, name, event)
	}
	if !anyMatches && !r.again && len(r.containers) > 0 && event.Kind != datalayer.Undefined {
		out.NearMisses = nearMisses(r.indexes, name, event)
		if !datalayer.IsGTMName(name) {
			r.usage.unmatched(name, r.history.at(r.at).Seq, out.NearMisses)
		}
	}
}

// undecided records the variable that makes it uncertain whether a trigger matches.
func (r *run) undecided(container int, reader *variable.Reader, t *gtm.Trigger, matched gtm.Truth) {
	if matched != gtm.Unknown || r.usage == nil {
		return
	}
	for _, c := range t.Conditions {
		if v := r.condition(container, reader, c); v.truth == gtm.Unknown && v.unresolved != nil {
			r.usage.undecided(v.unresolved, v.reason, t)
			return
		}
	}
}

// allowedEvent returns the event as conditions see it: undefined if the page doesn't
// allow the variable.
func (r *run) allowedEvent(event datalayer.Value) datalayer.Value {
	if r.restrictions.Allow("e", "google") == gtm.No {
		return datalayer.Value{}
	}
	return event
}

// reader returns a reader of a container's variables for the current message.
func (r *run) reader(container int, event datalayer.Value) variable.Reader {
	c, p := r.containers[container], &r.progress[container]
	p.memo.Begin(len(c.Variables))
	p.budget = variable.Budget{Left: variable.MaxWork}
	if r.overruns >= maxOverruns || r.stopping != nil && r.stopping.Load() {
		p.budget.Left /= 256
	}
	return variable.Reader{
		Page: r.page(), State: r.state, Container: c, Event: event, Patterns: &r.patterns, Budget: &p.budget, Memo: &p.memo,
		Restrictions: r.restrictions, Scripts: r.scripts, Observed: r.observed, At: r.history.at(r.at).Place,
	}
}

// maxOverruns is the number of a page's messages that may use up a container's budget.
// Later messages get a smaller one.
const maxOverruns = 16

func (r *run) page() *datalayer.Page { return r.history.page(r.at) }

// begin prepares p for the next event.
func (p *progress) begin() {
	p.epoch++
	for _, tag := range p.touched {
		p.added[tag] = gtm.No
	}
	p.touched = p.touched[:0]
	p.starts = 0
	clear(p.blocked)
}

// trigger reports whether a trigger matches, and whether it blocks. If a condition
// throws, it only blocks.
func (r *run) trigger(container int, reader *variable.Reader, l candidate) (matched, blocks gtm.Truth) {
	matched, threw := l.matched, l.threw
	for _, c := range l.trigger.Conditions[l.trigger.OnEvent:] {
		if matched == gtm.No {
			return gtm.No, gtm.No
		}
		v := r.condition(container, reader, c)
		threw = threw || v.threw
		if !v.threw {
			matched = min(matched, v.truth)
		}
	}
	if threw {
		return gtm.No, matched
	}
	return matched, matched
}

// condition reports whether a condition is met. Each predicate is evaluated once per
// event.
func (r *run) condition(container int, reader *variable.Reader, c *gtm.Condition) verdict {
	p := &r.progress[container]
	i := c.Predicate.Index
	if p.seen[i] != p.epoch {
		p.seen[i], p.verdicts[i] = p.epoch, evaluate(c.Predicate, reader)
	}
	v := p.verdicts[i]
	if c.Negated {
		v.truth = gtm.Yes - v.truth
	}
	return v
}

// count adds a trigger's result to its tags.
func (p *progress) count(t *gtm.Trigger, matched, blocks gtm.Truth) {
	if matched != gtm.No {
		for _, tag := range t.Fires {
			if p.added[tag.Place] == gtm.No {
				p.touched = append(p.touched, tag.Place)
			}
			p.added[tag.Place] = max(p.added[tag.Place], matched)
		}
	}
	if blocks != gtm.No {
		for _, tag := range t.Blocks {
			p.blocked[tag.Place] = max(p.blocked[tag.Place], blocks)
		}
	}
}

// note records which variables' keys a message sets.
func (r *run) note(e datalayer.Effect) {
	for _, f := range e.Fields {
		r.usage.pushed(f.Name, r.history.at(r.at).Seq)
		first, _, _ := strings.Cut(f.Name, ".")
		for i, c := range r.containers {
			for _, v := range c.Readers[first] {
				if sets(f, v, e.Clear) {
					r.progress[i].setBy(v, r.at)
				}
			}
		}
	}
	if e.Command != nil {
		r.noteCommand(e.Command[0].Text)
	}
}

func (r *run) noteCommand(method string) {
	path := method[:max(0, strings.LastIndexByte(method, '.'))]
	first, _, _ := strings.Cut(path, ".")
	for i, c := range r.containers {
		for _, v := range c.Readers[first] {
			if v.DataLayerVersion == 2 && (isWithin(v.Key, path) || isWithin(path, v.Key)) {
				r.progress[i].setBy(v, r.at)
			}
		}
	}
}

// setBy records that the message at an index set what a variable reads.
func (p *progress) setBy(v *gtm.Variable, at int) {
	if last := p.set[v.Index]; last != int32(at+1) {
		p.setBefore[v.Index], p.set[v.Index] = last, int32(at+1)
	}
}

// sets reports whether merging a field sets what a variable reads.
func sets(f datalayer.Field, v *gtm.Variable, clears bool) bool {
	if f.Name == v.Key {
		return true
	}
	if v.DataLayerVersion != 2 {
		return false
	}
	if isWithin(f.Name, v.Key) {
		return true
	}
	if !isWithin(v.Key, f.Name) {
		return false
	}
	value := f.Value
	for name := range strings.SplitSeq(v.Key[len(f.Name)+1:], ".") {
		if value.Kind != datalayer.Object && value.Kind != datalayer.Array {
			return true // it replaces the previous value
		}
		next, ok := member(value, name)
		if !ok {
			return clears
		}
		value = next
	}
	return true
}

func member(v datalayer.Value, name string) (datalayer.Value, bool) {
	if v.Kind == datalayer.Object {
		return v.Get(name)
	}
	if name == "length" {
		return datalayer.Value{}, true
	}
	for i, digit := 0, 0; i < len(v.Items) && digit < len(name); digit++ {
		if name[digit] < '0' || name[digit] > '9' {
			break
		}
		i = i*10 + int(name[digit]-'0')
		if digit == len(name)-1 && i < len(v.Items) {
			return v.Items[i], true
		}
	}
	return datalayer.Value{}, false
}

// isWithin reports whether a path is equal to another one or below it.
func isWithin(path, above string) bool {
	return strings.HasPrefix(path, above) && (len(path) == len(above) || path[len(above)] == '.')
}
