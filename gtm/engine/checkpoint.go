package engine

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// interval is how many messages there are at least between two checkpoints. A
// state between them is found by evaluating that many.
const interval = 256

// checkpoint is how far a run had come before the message at an index. It never
// changes.
type checkpoint struct {
	at       int
	state    []byte
	moment   moment
	consent  consent
	patterns variable.PatternState
	progress []kept
}

// kept is what a checkpoint keeps of a container's progress.
type kept struct {
	fired     []gtm.Truth
	set       []int32
	setBefore []int32
	templates bool
}

// keep makes a checkpoint before the message at an index, if it is time for one.
// A state that grew large is kept less often, so that all checkpoints together
// take no more room than the messages.
func (l *layer) keep(at int) {
	if at == 0 || at%interval != 0 {
		return
	}
	limit := 2048 + l.since/16
	if l.run.state.Size(limit) >= limit {
		return
	}
	l.since = 0
	c := checkpoint{
		at: at, state: l.run.state.Append(nil), moment: l.run.moment,
		consent: l.run.consent.clone(), patterns: l.run.patterns.PatternState,
	}
	for i := range l.run.progress {
		p := &l.run.progress[i]
		c.progress = append(c.progress, kept{slices.Clone(p.fired), slices.Clone(p.set), slices.Clone(p.setBefore), p.templates})
	}
	l.checkpoints = append(l.checkpoints, c)
}

// past is what is needed to evaluate a message again. Nothing in it changes.
type past struct {
	layer       *layer
	scripts     *variable.Scripts
	containers  []*gtm.Container
	history     history // up to that message
	checkpoints []checkpoint
}

// find returns the past of a message. It is false for a message that the engine
// never saw.
func (e *Engine) find(push *datalayer.Push) (past, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.pages[push.Page]
	if !ok || at.document.layers[push.Layer] == nil {
		return past{}, false
	}
	l := at.document.layers[push.Layer]
	i, found := slices.BinarySearchFunc(l.run.history.pushes, push.Seq, func(p *datalayer.Push, seq int) int { return p.Seq - seq })
	if !found {
		return past{}, false
	}
	return past{l, &e.scripts, l.run.containers, l.run.history.first(i + 1), l.checkpoints}, true
}

// resume returns a run that has come up to the last message of the past, which
// is still to be evaluated.
func (p past) resume() *run {
	last := len(p.history.pushes) - 1
	r, from := p.restore(last)
	r.again = true // nobody asks for the near misses
	for i := from; i < last; i++ {
		message := p.history.pushes[i].Read()
		r.push(i, &message)
	}
	return r
}

// restore returns a run from the last checkpoint before a message, and the
// message after it.
func (p past) restore(before int) (*run, int) {
	for _, c := range slices.Backward(p.checkpoints) {
		if c.at > before {
			continue
		}
		state, err := datalayer.RestoreState(c.state)
		if err != nil { // it nests too deep: an earlier one will do
			continue
		}
		r := p.begin()
		r.state, r.moment, r.consent = state, c.moment, c.consent.clone()
		r.patterns.PatternState = c.patterns
		for i := range r.progress {
			k := c.progress[i]
			copy(r.progress[i].fired, k.fired)
			copy(r.progress[i].set, k.set)
			copy(r.progress[i].setBefore, k.setBefore)
			r.progress[i].templates = k.templates
		}
		return r, c.at
	}
	return p.begin(), 0
}

// begin returns a run that stands before the first message.
func (p past) begin() *run {
	r := newRun(p.containers, map[*gtm.Container]*eventIndex{})
	r.history, r.scripts = p.history, p.scripts
	return r
}
