package session

import (
	"context"
	"fmt"
	"sync"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/engine"
	"layertap/rules"
	"layertap/rules/accept"
	"layertap/rules/check"
)

// Snapshot is a session as it was at one moment. It never changes and may be
// kept and read from any goroutine.
type Snapshot struct {
	// Version counts the snapshots of a session, from 1.
	Version    uint64
	Header     datalayer.Header
	Attachment datalayer.Attachment
	Recording  Recording
	Counts     Counts
	// Coverage reports of each of the plan's events whether it was seen.
	Coverage []check.Coverage
	// SteppedBack is the plan that nobody named and of whose events none came, so that
	// nothing is said of what it lacks; empty for none.
	SteppedBack string
	// Triggers counts the messages that each trigger matched, in the containers' order.
	// Those that a plan suggests which stepped back are left out.
	Triggers []TriggerCount
	// Findings are those about the session as a whole. That a hit did not come
	// is told when it should have, and taken back if it comes after all; the
	// others are known when the session is over.
	Findings []rules.Finding
	// Accepted are those about the session as a whole that Exceptions cover.
	Accepted   []rules.Finding
	Exceptions accept.List

	log   log
	gtm   *engine.Engine
	pages *sync.Map // of *datalayer.Page by ID; they are only ever added
}

// Verdict is what was found out about a message, or about a container. Messages
// share what is the same of them: it is not to be changed.
type Verdict struct {
	Findings []rules.Finding
	Accepted []rules.Finding // those that the session's exceptions cover
	Outcome  gtm.Outcome
	// Err says why a container that was captured is not evaluated.
	Err error
}

// Counts are totals over a session.
type Counts struct {
	Messages                int
	Errors, Warnings, Infos int
	Accepted                int // findings that exceptions cover
	Hits                    int
	Lost                    int // messages that gaps are known to have cost
	Gaps                    int
}

// TriggerCount is how many messages a trigger matched for certain.
type TriggerCount struct {
	Trigger *gtm.Trigger
	Matched int
	Last    int // the Seq of the last of them; 0 for none
}

// Recording is the state of the recording.
type Recording struct {
	File string // empty: nothing is being recorded
	// Err is why a recording stopped by itself. What was written before is in
	// File.
	Err error
	// Gone is the file that was written before File, and that somebody deleted or
	// replaced meanwhile. Empty if that did not happen.
	Gone string
	// Saved is the file of the last recording that was completed. It is there, with a
	// header and an end.
	Saved string
}

// Len is the number of entries.
func (s Snapshot) Len() int { return s.log.length }

// Entry returns the entry at index i, from 0 to Len()-1.
func (s Snapshot) Entry(i int) datalayer.Entry { return s.log.at(i).entry }

// Verdict returns what was found out about the entry at index i; the zero
// Verdict where that is neither a push nor a container. A container that comes
// later can change the outcome of a message, in later snapshots.
func (s Snapshot) Verdict(i int) Verdict {
	if v := s.log.at(i).verdict; v != nil {
		return *v
	}
	return Verdict{}
}

// Explain says what every trigger and tag made of the message at index i, and
// why. It takes a few milliseconds, and knows the containers that came after the
// snapshot, too. It is false where the entry isn't a push.
func (s Snapshot) Explain(i int) (gtm.Explanation, bool) {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return gtm.Explanation{}, false
	}
	return s.gtm.Explain(push)
}

// State returns the computed state after the message at index i. It is false
// where the entry isn't a push.
func (s Snapshot) State(i int) (gtm.State, bool) {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return gtm.State{}, false
	}
	return s.gtm.State(push)
}

// Compare returns the messages on which other containers than the session's would
// come to other answers, with both. It knows the messages that came after the
// snapshot, too. Its only error is that of ctx.
func (s Snapshot) Compare(ctx context.Context, others ...*gtm.Container) ([]gtm.Difference, error) {
	return s.gtm.Compare(ctx, nil, others)
}

// Undecided returns the variables that left open whether tags fire, as far as the
// session is now.
func (s Snapshot) Undecided() []gtm.Undecided { return s.gtm.Undecided() }

// HeldBack returns the tags that consent held back, as far as the session is now.
func (s Snapshot) HeldBack() []gtm.HeldBack { return s.gtm.HeldBack() }

// Unused returns the events, triggers and keys that nothing uses so far, which may be
// later than the snapshot.
func (s Snapshot) Unused() gtm.Unused { return s.gtm.Unused() }

// Find returns the index of the entry with the sequence number seq, or -1.
func (s Snapshot) Find(seq int) int { return s.log.find(seq) }

// Page returns the page with the given ID. Where a file names a page that it
// does not hold, the page is empty but for its ID.
func (s Snapshot) Page(id string) *datalayer.Page {
	if p, ok := s.pages.Load(id); ok {
		return p.(*datalayer.Page)
	}
	return &datalayer.Page{ID: id}
}

// String is a short text for tests and logs.
func (s Snapshot) String() string {
	return fmt.Sprintf("snapshot %d: %d entries, %d messages", s.Version, s.Len(), s.Counts.Messages)
}
