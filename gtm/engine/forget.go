package engine

import (
	"slices"

	"layertap/datalayer"
	"layertap/gtm"
)

// Forget drops messages that aren't needed any more: nobody asks about them, and no container
// is loaded from now on that would have to evaluate them again.
func (e *Engine) Forget(needed func(*datalayer.Push) bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, d := range e.documents {
		for _, l := range d.layers {
			l.forget(needed, e.frames[d.frame] != d)
		}
	}
}

// forget drops the messages before the first that is needed, but for those since the
// checkpoint before that: they have to be evaluated again to explain it. Of a closed
// document in which none is needed, it drops all.
func (l *layer) forget(needed func(*datalayer.Push) bool, closed bool) {
	h := &l.run.history
	n := 0
	for n < len(h.pushes) && !needed(h.pushes[n]) {
		n++
	}
	switch from := l.before(h.dropped + n); {
	case n == len(h.pushes) && closed:
		l.checkpoints = nil
	case from < 0:
		return
	default:
		l.checkpoints = slices.Clone(l.checkpoints[from:])
		n = l.checkpoints[0].at - h.dropped
	}
	if n <= 0 {
		return
	}
	settings := map[int]gtm.Setting{}
	keep := func(set []int32) {
		for _, at := range set {
			if at := int(at) - 1; at >= 0 && at < h.dropped+n {
				settings[at] = h.setting(at)
			}
		}
	}
	for i := range l.run.progress {
		keep(l.run.progress[i].set)
		keep(l.run.progress[i].setBefore)
	}
	for _, c := range l.checkpoints {
		for _, p := range c.progress {
			keep(p.set)
			keep(p.setBefore)
		}
	}
	l.run.history = history{h.dropped + n, settings, slices.Clone(h.pushes[n:]), h.visits}
}

// before is the index of the last checkpoint that isn't after a message; -1 if there is none.
func (l *layer) before(message int) int {
	for i, c := range slices.Backward(l.checkpoints) {
		if c.at <= message {
			return i
		}
	}
	return -1
}
