package engine

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
)

// interval is the minimum number of messages between two checkpoints. To compute a
// state in between, at most that many messages are evaluated again.
const interval = 256

// checkpoint is the state of a run before the message at an index. It is immutable.
type checkpoint struct {
	at        int
	state     []byte
	pageState pageState
	consent   consent
	patterns  variable.PatternState
	progress  []kept
}

// kept is the part of a container's progress that a checkpoint keeps.
type kept struct {
	fired     []gtm.Truth
	set       []int32
	setBefore []int32
	templates bool
}

// keep makes a checkpoint before the message at an index if one is due. Large states
// are kept less often, so that all checkpoints together take no more memory than the
// messages.
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
		at: at, state: l.run.state.Append(nil), pageState: l.run.pageState,
		consent: l.run.consent.clone(), patterns: l.run.patterns.PatternState,
	}
	for i := range l.run.progress {
		p := &l.run.progress[i]
		c.progress = append(c.progress, kept{slices.Clone(p.fired), slices.Clone(p.set), slices.Clone(p.setBefore), p.templates})
	}
	l.checkpoints = append(l.checkpoints, c)
}

// past is what is needed to evaluate a message again. It is immutable.
type past struct {
	layer       *layer
	scripts     *variable.Scripts
	observed    *variable.Observed
	containers  []*gtm.Container
	history     history // up to and including that message
	checkpoints []checkpoint
}

// find returns the past of a message. It is false for a message that wasn't passed to
// [Engine.Push].
func (e *Engine) find(push *datalayer.Push) (past, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at, ok := e.pages[push.Page]
	if !ok || at.document.layers[push.Layer] == nil {
		return past{}, false
	}
	l := at.document.layers[push.Layer]
	i, found := slices.BinarySearchFunc(l.run.history.pushes, push.Seq, func(p *datalayer.Push, seq int) int { return p.Seq - seq })
	i += l.run.history.dropped
	if !found || l.run.history.dropped > 0 && (len(l.checkpoints) == 0 || l.checkpoints[0].at > i) {
		return past{}, false
	}
	return past{l, &e.scripts, at.document.observed, l.run.containers, l.run.history.first(i + 1), l.checkpoints}, true
}

// resume returns a run that has evaluated everything up to the last message of the
// past, but not that message.
func (p past) resume() *run {
	last := p.history.len() - 1
	r, from := p.restore(last)
	r.again = true // near misses aren't needed
	for i := from; i < last; i++ {
		message := p.history.at(i).Read()
		r.push(i, &message)
	}
	return r
}

// restore returns a run from the last checkpoint before a message, and the index of the
// next message to evaluate.
func (p past) restore(before int) (*run, int) {
	for _, c := range slices.Backward(p.checkpoints) {
		if c.at > before {
			continue
		}
		state, err := datalayer.RestoreState(c.state)
		if err != nil { // nested too deep: use an earlier checkpoint
			continue
		}
		r := p.begin()
		r.state, r.pageState, r.consent = state, c.pageState, c.consent.clone()
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
	return p.begin(), p.history.dropped
}

// begin returns a run before the first message.
func (p past) begin() *run {
	r := newRun(p.containers, &indexes{})
	r.history, r.scripts, r.observed = p.history, p.scripts, p.observed
	return r
}
