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

// Snapshot is the state of a session at one moment. It is immutable and safe for
// concurrent use.
type Snapshot struct {
	// Version numbers the snapshots of a session from 1.
	Version    uint64
	Header     datalayer.Header
	Attachment datalayer.Attachment
	Recording  Recording
	Counts     Counts
	// Coverage is whether each event of the plan occurred.
	Coverage []check.Coverage
	// SteppedBack is the name of a plan that the user didn't choose and of which no
	// event occurred, so that nothing is reported as missing from it; empty if there is
	// none.
	SteppedBack string
	// Triggers is the number of messages that each trigger matched, in the containers'
	// order, without those suggested by a plan that stepped back.
	Triggers []TriggerCount
	// Findings are about the session as a whole. A missing hit is reported when it is
	// overdue, and removed if it is sent after all; other findings are known when the
	// session has ended.
	Findings []rules.Finding
	// Accepted are the findings about the session as a whole that Exceptions cover.
	Accepted   []rules.Finding
	Exceptions accept.List

	log   log
	gtm   *engine.Engine
	pages *sync.Map // from ID to *datalayer.Page; append-only
}

// Verdict is the result of analyzing a message or a container. Messages share parts of
// it; it must not be modified.
type Verdict struct {
	Findings []rules.Finding
	Accepted []rules.Finding // covered by the session's exceptions
	Outcome  gtm.Outcome
	// Err is why a captured container isn't evaluated.
	Err error
}

// Counts are the totals of a session.
type Counts struct {
	Messages                int
	Errors, Warnings, Infos int
	Accepted                int // findings covered by exceptions
	Hits                    int
	Lost                    int // messages that are known to be missing because of gaps
	Gaps                    int
}

// TriggerCount is the number of messages that a trigger certainly matched.
type TriggerCount struct {
	Trigger *gtm.Trigger
	Matched int
	Last    int // the Seq of the last one; 0 if there is none, or it is no longer known
}

// Recording is the state of the recording.
type Recording struct {
	File string // empty if nothing is being recorded
	// Err is the error that stopped a recording. What was written before is in File.
	Err error
	// Gone is the previous file, if it was deleted or replaced while it was being
	// written; otherwise empty.
	Gone string
	// Saved is the file of the last completed recording.
	Saved string
}

// Settled returns the number of entries, the first ones, that Analysis.Settle was called
// with.
func (s Snapshot) Settled() int { return len(s.log.kept) }

// Len returns the number of entries.
func (s Snapshot) Len() int { return s.log.length }

// Entry returns the entry at index i, from 0 to Len()-1.
func (s Snapshot) Entry(i int) datalayer.Entry { return s.log.at(i).entry }

// Verdict returns the verdict on the entry at index i; the zero Verdict if it is
// neither a push nor a container. If a container is captured later, the outcome of a
// message can differ in later snapshots.
func (s Snapshot) Verdict(i int) Verdict {
	if v := s.log.at(i).verdict; v != nil {
		return *v
	}
	return Verdict{}
}

// Explain returns the result of every trigger and tag for the message at index i, with
// reasons. It takes a few milliseconds, and uses containers captured after the snapshot
// too. It is false if the entry isn't a push.
func (s Snapshot) Explain(i int) (gtm.Explanation, bool) {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return gtm.Explanation{}, false
	}
	return s.gtm.Explain(push)
}

// State returns the computed state after the message at index i. It is false if the
// entry isn't a push.
func (s Snapshot) State(i int) (gtm.State, bool) {
	push, ok := s.Entry(i).(*datalayer.Push)
	if !ok {
		return gtm.State{}, false
	}
	return s.gtm.State(push)
}

// Compare returns the messages whose outcome would differ in other containers than the
// session's, with both outcomes. It includes messages captured after the snapshot. The
// only error is that of ctx.
func (s Snapshot) Compare(ctx context.Context, others ...*gtm.Container) ([]gtm.Difference, error) {
	return s.gtm.Compare(ctx, nil, others)
}

// Undecided returns the unknown variables that make it uncertain whether tags fire, up
// to now.
func (s Snapshot) Undecided() []gtm.Undecided { return s.gtm.Undecided() }

// HeldBack returns the tags that consent held back, up to now.
func (s Snapshot) HeldBack() []gtm.HeldBack { return s.gtm.HeldBack() }

// Unused returns the events, triggers and keys that nothing has used up to now, which
// may be after the snapshot.
func (s Snapshot) Unused() gtm.Unused { return s.gtm.Unused() }

// Find returns the index of the entry with the sequence number seq, or -1.
func (s Snapshot) Find(seq int) int { return s.log.find(seq) }

// Page returns the page with the given ID. If it is missing in a file, the page has
// only the ID.
func (s Snapshot) Page(id string) *datalayer.Page {
	if p, ok := s.pages.Load(id); ok {
		return p.(*datalayer.Page)
	}
	return &datalayer.Page{ID: id}
}

// String returns a short text for tests and logs.
func (s Snapshot) String() string {
	return fmt.Sprintf("snapshot %d: %d entries, %d messages", s.Version, s.Len(), s.Counts.Messages)
}
