package document

import (
	"slices"
	"time"

	"layertap/datalayer"
)

// latest is the latest messages of a document: a request may have left while one of
// them was being pushed. The zero value is empty.
type latest struct{ messages []*datalayer.Push }

const (
	latestReach = 30 * time.Second // a request is judged some seconds after it left
	maxLatest   = 4096             // messages
)

// slack is how much the clocks of a page and of its requests may differ.
const slack = 5 * time.Millisecond

// longPush is longer than a message is being pushed, with all that tags do then.
const longPush = 50 * time.Millisecond

// add takes in a message.
func (l *latest) add(p *datalayer.Push) {
	if p.Recovered {
		return // its stack is not known
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

// during returns the message that was being pushed when a request left at a time;
// several if the stack does not tell which of them, nil if it tells none.
//
// Within are the stacks from which messages were being pushed then, the innermost
// first. Of several messages from one place, one with the request's event counts.
func (l *latest) during(at time.Duration, event string, within [][]datalayer.StackFrame) []datalayer.PushRef {
	if len(within) == 0 {
		return nil
	}
	var before []*datalayer.Push // the latest first
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

// inProgress returns the messages that may have been pushed from stack at a time; nil
// if that cannot be told.
func inProgress(at time.Duration, event string, before []*datalayer.Push, stack []datalayer.StackFrame) []*datalayer.Push {
	var may []*datalayer.Push // from that very place: the last, and those as near as clocks differ
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
		if mayBeWithin(p, may[0]) { // a tag manager works on it before it lets go of the other
			return nil
		}
	}
	return may
}

// fullStack is how many frames of a stack are kept.
const fullStack = 8

// mayBeWithin reports whether a message may have been pushed while an earlier one was
// being pushed. Then the stack of that one is below its own.
func mayBeWithin(p, earlier *datalayer.Push) bool {
	deeper := len(p.Stack) - len(earlier.Stack)
	return len(p.Stack) == 0 || len(p.Stack) == fullStack || deeper > 0 && samePlace(p.Stack[deeper:], earlier.Stack)
}

// samePlace reports whether two stacks are of the same call, as far as both go.
func samePlace(a, b []datalayer.StackFrame) bool {
	n := min(len(a), len(b))
	for i := range n {
		if a[i].URL != b[i].URL && !(unnamed(a[i]) && unnamed(b[i])) || a[i].Line != b[i].Line || a[i].Col != b[i].Col {
			return false
		}
	}
	return n > 0
}

// unnamed reports whether a frame is of a script without a URL, which V8 writes in
// two ways.
func unnamed(f datalayer.StackFrame) bool { return f.URL == "" || f.URL == "<anonymous>" }
