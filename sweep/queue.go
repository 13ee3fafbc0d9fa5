package sweep

import (
	"context"
	"slices"
	"sync"
)

// Visit is a page to visit, and the attempts so far.
type Visit struct {
	Page   string
	Number int       // from 1, in the order of the list
	Failed []Attempt // the latest last

	tried map[int]bool // the browsers that failed
}

// Attempt is a failed visit.
type Attempt struct {
	Where string `json:"where"` // the browser, without secrets
	Error string `json:"error"`
}

// Queue assigns pages to browsers. A page that failed in one browser goes to another, if
// there is one; at any time, only one browser has it. Its methods may be called from any
// goroutine.
type Queue struct {
	mu      sync.Mutex
	waiting []*Visit
	out     int          // the number of visits in progress
	live    map[int]bool // the browsers that accept pages
	tries   int
	changed chan struct{} // closed when the result of Next may have changed
}

// NewQueue returns a queue of visits for the given number of browsers. Each page is tried
// at most tries times.
func NewQueue(visits []*Visit, browsers, tries int) *Queue {
	q := &Queue{waiting: slices.Clone(visits), live: map[int]bool{}, tries: tries, changed: make(chan struct{})}
	for b := range browsers {
		q.live[b] = true
	}
	return q
}

// Next waits for a page for a browser, numbered from 0. It returns false when there are no
// more pages for it, or ctx ends.
func (q *Queue) Next(ctx context.Context, browser int) (*Visit, bool) {
	for ctx.Err() == nil {
		q.mu.Lock()
		v, over := q.take(browser)
		changed := q.changed
		q.mu.Unlock()
		if v != nil || over {
			return v, v != nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
	return nil, false
}

// take returns the first page for a browser; over is true if there are no more.
func (q *Queue) take(browser int) (v *Visit, over bool) {
	if !q.live[browser] {
		return nil, true
	}
	i := slices.IndexFunc(q.waiting, func(v *Visit) bool { return q.fits(v, browser) })
	if i < 0 {
		return nil, len(q.waiting) == 0 && q.out == 0
	}
	v = q.waiting[i]
	q.waiting = slices.Delete(q.waiting, i, i+1)
	q.out++
	return v, false
}

// fits reports whether a page may go to a browser. A browser that failed only gets the page
// again if all others failed too.
func (q *Queue) fits(v *Visit, browser int) bool {
	if !v.tried[browser] {
		return true
	}
	for b := range q.live {
		if !v.tried[b] {
			return false
		}
	}
	return true
}

// Done records that a page was recorded.
func (q *Queue) Done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out--
	q.wake()
}

// Again returns a page to the queue after a failed visit, and reports whether it will be
// tried again.
func (q *Queue) Again(v *Visit, browser int, a Attempt) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out--
	v.Failed = append(v.Failed, a)
	if v.tried == nil {
		v.tried = map[int]bool{}
	}
	v.tried[browser] = true
	again := len(v.Failed) < q.tries
	if again {
		q.waiting = append(q.waiting, v)
	}
	q.wake()
	return again
}

// Return returns a page that was not visited to the queue.
func (q *Queue) Return(v *Visit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out--
	q.waiting = slices.Insert(q.waiting, 0, v)
	q.wake()
}

// Drop stops assigning pages to a browser. It reports whether the browser was active.
func (q *Queue) Drop(browser int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	live := q.live[browser]
	delete(q.live, browser)
	q.wake()
	return live
}

// Left returns the pages that were not assigned to any browser.
func (q *Queue) Left() []*Visit {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.waiting)
}

func (q *Queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}
