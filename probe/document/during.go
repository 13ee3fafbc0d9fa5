package document

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// latest holds the latest messages of a document: a request may have been made during
// the push of one of them. The zero value is empty.
type latest struct{ messages []*datalayer.Push }

const (
	latestReach = 30 * time.Second // requests are attributed some seconds after they were sent
	maxLatest   = 4096             // messages
)

// slack is the maximum difference between the clocks of a page and of its requests.
const slack = 5 * time.Millisecond

// longPush is longer than any push, with everything that tags do in it.
const longPush = 50 * time.Millisecond

// add adds a message.
func (l *latest) add(p *datalayer.Push) {
	if p.Recovered {
		return // its stack is unknown
	}
	if n := len(l.messages); n == maxLatest || n > 0 && n == cap(l.messages) && p.T-l.messages[0].T > latestReach {
		l.forget(p.T)
	}
	l.messages = append(l.messages, p)
}

func (l *latest) forget(now time.Duration) {
	kept := slices.DeleteFunc(l.messages, func(p *datalayer.Push) bool { return now-p.T > latestReach })
	if len(kept) == maxLatest {
		kept = kept[maxLatest/2:]
	}
	l.messages = slices.Clone(kept)
}

// during returns the message whose push was in progress when a request was sent at a
// given time. It returns several if the stack doesn't distinguish them, and nil if it
// matches none.
//
// Within are the stacks from which messages were being pushed then, innermost first. If
// several messages match the same stack, one with the request's event is preferred.
func (l *latest) during(at time.Duration, event string, within [][]datalayer.StackFrame) []datalayer.PushRef {
	if len(within) == 0 {
		return nil
	}
	var before []*datalayer.Push // latest first
	for _, p := range slices.Backward(l.messages) {
		if at-p.T >= -slack {
			before = append(before, p)
		}
	}
	for _, stack := range within {
		var found []datalayer.PushRef
		for _, p := range inProgress(at, event, before, stack) {
			found = append(found, datalayer.PushRef{Push: p})
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// inProgress returns the messages that may have been in progress from stack at a given
// time, or nil if that can't be determined.
func inProgress(at time.Duration, event string, before []*datalayer.Push, stack []datalayer.StackFrame) []*datalayer.Push {
	var may []*datalayer.Push // same place: the last, and those within the clock difference
	for _, p := range before {
		if samePlace(p.Stack, stack) {
			if len(may) > 0 && at-p.T > longPush {
				break
			}
			may = append(may, p)
		}
	}
	named := slices.DeleteFunc(slices.Clone(may), func(p *datalayer.Push) bool { return p.Event != event })
	switch {
	case len(may) == 0:
		return nil
	case len(named) > 0:
		return named
	case len(may) > 1:
		return may
	}
	for _, p := range before {
		if p == may[0] {
			break
		}
		if mayBeWithin(p, may[0]) { // the tag manager processes it before the outer push returns
			return nil
		}
	}
	return may
}

// fullStack is the number of frames kept of a stack.
const fullStack = 8

// mayBeWithin reports whether a message may have been pushed during the push of an
// earlier one, whose stack is then a suffix of its own.
func mayBeWithin(p, earlier *datalayer.Push) bool {
	deeper := len(p.Stack) - len(earlier.Stack)
	return len(p.Stack) == 0 || len(p.Stack) == fullStack || deeper > 0 && samePlace(p.Stack[deeper:], earlier.Stack)
}

// samePlace reports whether two stacks are equal up to the length of the shorter one.
func samePlace(a, b []datalayer.StackFrame) bool {
	n := min(len(a), len(b))
	for i := range n {
		if a[i].URL != b[i].URL && !(unnamed(a[i]) && unnamed(b[i])) || a[i].Line != b[i].Line || a[i].Col != b[i].Col {
			return false
		}
	}
	return n > 0
}

// unnamed reports whether a frame belongs to a script without a URL, which V8 writes in
// two ways.
func unnamed(f datalayer.StackFrame) bool { return f.URL == "" || f.URL == "<anonymous>" }
