package sweep

import (
	"context"
	"slices"
	"sync"
)

// Visit is one page that is to be visited, and how that went so far.
type Visit struct {
	Page   string
	Number int       // from 1, in the order of the list
	Failed []Attempt // the latest last

	tried map[int]bool // the browsers in which it failed
}

// Attempt is a visit that failed.
type Attempt struct {
	Where string `json:"where"` // the browser, without anything secret
	Error string `json:"error"`
}

// Queue hands out pages to browsers. A page that failed in one browser goes to another,
// if there is one; each page is with one browser at a time. Its methods may be called
// from any goroutine.
type Queue struct {
	mu      sync.Mutex
	waiting []*Visit
	out     int          // how many visits are with a browser
	live    map[int]bool // the browsers that take pages
	tries   int
	changed chan struct{} // closed when there may be an answer to Next
}

// NewQueue returns a queue of visits for so many browsers, of which each page is tried
// at most so many times.
func NewQueue(visits []*Visit, browsers, tries int) *Queue {
	q := &Queue{waiting: slices.Clone(visits), live: map[int]bool{}, tries: tries, changed: make(chan struct{})}
	for b := range browsers {
		q.live[b] = true
	}
	return q
}

// Next waits for a page for the browser with a number, from 0. It returns false when
// nothing more is to come for it, or ctx ends.
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

// take takes the first page that is for a browser, or tells that there will be none.
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

// fits reports whether a page may go to a browser: one that it failed in gets it again
// only if it failed in all others, too.
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

// Done takes back a page that was recorded.
func (q *Queue) Done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out--
	q.wake()
}

// Again takes back a page that a browser failed to record, and reports whether it will
// be tried again.
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

// Return takes back a page that was not visited.
func (q *Queue) Return(v *Visit) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.out--
	q.waiting = slices.Insert(q.waiting, 0, v)
	q.wake()
}

// Drop gives a browser no more pages. It reports whether the browser got any until now.
func (q *Queue) Drop(browser int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	live := q.live[browser]
	delete(q.live, browser)
	q.wake()
	return live
}

// Left returns the pages that no browser took.
func (q *Queue) Left() []*Visit {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.waiting)
}

func (q *Queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}
