package probe

import "time"

// barrier lets a test wait until everything that the pages have pushed before it is
// handed on.
type barrier struct {
	at   time.Time
	done chan struct{}
}

// pass ends the barrier if every hook was checked after it began, and all that they
// sent was handed on.
func (w *watcher) pass() {
	if w.barrier.done == nil {
		return
	}
	if w.tracker.checkedSince(w.barrier.at) {
		close(w.barrier.done)
		w.barrier.done = nil
	}
	w.flush(time.Now())
}

// checkedSince reports whether all hooks have answered a question that was asked after
// a time, and no page that was left is waited for. It asks those that have not.
func (t *tracker) checkedSince(at time.Time) bool {
	all := len(t.builder.awaited)+len(t.builder.ended) == 0
	t.now = time.Now()
	for _, s := range t.sessions {
		for id, w := range s.worlds {
			if w.hookStatus.confirmed.After(at) {
				continue
			}
			all = false
			if w.hookStatus.asked.IsZero() {
				t.check(s, w)
				t.lexical(s, w, id)
			}
		}
	}
	return all
}
