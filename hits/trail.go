package hits

import (
	"maps"
	"slices"
	"strings"
	"time"

	"layertap/datalayer"
)

// How far back a cause is looked for. GA4 gathers events for up to five seconds
// before it sends them.
const (
	nameReach  = 10 * time.Second
	timeReach  = 2 * time.Second
	trailReach = 30 * time.Second // a hit is judged some seconds after it left
	longTrail  = 4096             // messages
)

// longPush is longer than a message is being pushed, with all that tags do then.
const longPush = 50 * time.Millisecond

// slack is how much the clocks of a page and of its requests may differ.
const slack = 5 * time.Millisecond

// Trail is the recent messages of a document, among which the causes of its hits
// are. The zero Trail is empty.
type Trail struct {
	messages []*datalayer.Push
	heard    map[ear]bool // messages whose cause was found by name, and who heard of them
}

// ear is a vendor's account that heard of a message.
type ear struct {
	push       *datalayer.Push
	vendor, id string
}

// Add takes in a message.
func (t *Trail) Add(p *datalayer.Push) {
	if p.Recovered {
		return // nobody knows when it was pushed
	}
	if n := len(t.messages); n == longTrail || n > 0 && n == cap(t.messages) && p.T-t.messages[0].T > trailReach {
		t.forget(p.T)
	}
	t.messages = append(t.messages, p)
}

func (t *Trail) forget(now time.Duration) {
	old := func(p *datalayer.Push) bool { return now-p.T > trailReach }
	kept := slices.DeleteFunc(t.messages, old)
	if len(kept) == longTrail {
		kept = kept[longTrail/2:]
	}
	t.messages = slices.Clone(kept)
	maps.DeleteFunc(t.heard, func(e ear, _ bool) bool { return old(e.push) })
}

// Cause returns from which message a hit came, as far as it can be told; nil where
// it cannot. The hit's T is when its request was made, and its Event what it tells.
//
// Within are the stacks from which messages were being pushed when the request was
// made, the innermost first. Where that can be one message only, it is certain. An
// event of the same name a few seconds before is likely; so is one whose name the
// hit's begins or ends with, since tags put words before the name. The message just
// before is no more than a hint.
func (t *Trail) Cause(hit *datalayer.Hit, within [][]datalayer.StackFrame) *datalayer.HitCause {
	var before []*datalayer.Push // the latest first
	for _, p := range slices.Backward(t.messages) {
		if age := hit.T - p.T; age >= -slack && age <= nameReach {
			before = append(before, p)
		}
	}
	if len(before) == 0 {
		return nil
	}
	for _, stack := range within {
		if c := inProgress(hit, before, stack); c != nil {
			return c
		}
	}
	if p := t.named(hit, before); p != nil {
		return cause(p, "name", "likely")
	}
	if hit.T-before[0].T <= timeReach {
		return cause(before[0], "time", "weak")
	}
	return nil
}

// inProgress returns the message that was being pushed from stack when a hit was
// made; nil where that cannot be told.
func inProgress(hit *datalayer.Hit, before []*datalayer.Push, stack []datalayer.StackFrame) *datalayer.HitCause {
	var may []*datalayer.Push // from that very place: the last, and those as near as clocks differ
	for _, p := range before {
		if samePlace(p.Stack, stack) {
			if len(may) > 0 && hit.T-p.T > longPush {
				break
			}
			may = append(may, p)
		}
	}
	named := slices.DeleteFunc(slices.Clone(may), func(p *datalayer.Push) bool { return p.Event != hit.Event })
	switch last := slices.IndexFunc(may, func(p *datalayer.Push) bool { return p.T <= hit.T }); {
	case len(may) == 0:
		return nil
	case len(named) == 1:
		return cause(named[0], "initiator", "certain")
	case len(may) > 1:
		return cause(may[max(last, 0)], "initiator", "likely")
	}
	for _, p := range before {
		if p == may[0] {
			break
		}
		if mayBeWithin(p, may[0]) { // a tag manager works on it before it lets go of the other
			return nil
		}
	}
	return cause(may[0], "initiator", "certain")
}

// fullStack is how many frames of a stack are kept.
const fullStack = 8

// mayBeWithin says whether a message may have been pushed while an earlier one was
// being pushed. Then the stack of that one is below its own.
func mayBeWithin(p, earlier *datalayer.Push) bool {
	deeper := len(p.Stack) - len(earlier.Stack)
	return len(p.Stack) == 0 || len(p.Stack) == fullStack || deeper > 0 && samePlace(p.Stack[deeper:], earlier.Stack)
}

func cause(p *datalayer.Push, by, strength string) *datalayer.HitCause {
	return &datalayer.HitCause{Of: p, By: by, Strength: strength}
}

// named finds the message whose event a hit tells, or seems to: of several the
// latest, but an earlier one where the vendor has heard of that already.
func (t *Trail) named(hit *datalayer.Hit, before []*datalayer.Push) *datalayer.Push {
	if hit.Event == "" {
		return nil
	}
	for _, like := range []func(hit, push string) bool{func(hit, push string) bool { return hit == push }, embeds} {
		var found *datalayer.Push
		for _, p := range before {
			if p.Event == "" || !like(hit.Event, p.Event) {
				continue
			}
			if !t.heard[ear{p, hit.Vendor, hit.ID}] {
				found = p
				break
			}
			if found == nil {
				found = p
			}
		}
		if found != nil {
			if t.heard == nil {
				t.heard = map[ear]bool{}
			}
			t.heard[ear{found, hit.Vendor, hit.ID}] = true
			return found
		}
	}
	return nil
}

// embeds says whether a hit's event is a message's with other words before or after
// it: chat_widget_opened for widget_opened.
func embeds(hit, push string) bool {
	const shortest = 6
	if len(push) < shortest || len(hit) <= len(push) {
		return false
	}
	isJoint := func(b byte) bool { return strings.IndexByte("_-. :/", b) >= 0 }
	return strings.HasSuffix(hit, push) && isJoint(hit[len(hit)-len(push)-1]) ||
		strings.HasPrefix(hit, push) && isJoint(hit[len(push)])
}

// samePlace says whether two stacks are of the same call, as far as both go.
func samePlace(a, b []datalayer.StackFrame) bool {
	n := min(len(a), len(b))
	for i := range n {
		if a[i].URL != b[i].URL && !(unnamed(a[i]) && unnamed(b[i])) || a[i].Line != b[i].Line || a[i].Col != b[i].Col {
			return false
		}
	}
	return n > 0
}

// unnamed says whether a frame is of a script without an address, which V8 writes
// in two ways.
func unnamed(f datalayer.StackFrame) bool { return f.URL == "" || f.URL == "<anonymous>" }
