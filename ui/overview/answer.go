package overview

import (
	"cmp"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/rules"
	"layertap/session"
	"layertap/session/consent"
	"layertap/ui/text"
)

// Need is what must be worked out for a view or a screen.
type Need uint8

// The needs.
const (
	Nothing    Need = iota
	OfMessage       // why triggers matched it, and the state after it
	OfSession       // that, and what doesn't match in the session as a whole
	OfFindings      // the findings of the whole session, by kind
)

// Source is the data for the views of a message.
type Source struct {
	Snapshot  session.Snapshot
	Seen      *Overview
	Explained Explained
	Audited   *Audited // nil if the containers haven't been checked
}

// Explained is why triggers matched a message, the data layer after it, and what doesn't
// match in the session as a whole. It takes a moment to compute, so it is computed on
// demand.
type Explained struct {
	About  Query
	Asked  Query   // what a running command computes; zero for none
	Answer *Answer // nil: nothing has been computed
}

// Query is what an answer depends on.
type Query struct {
	seq        int // of the message
	containers int // how many are known
	Messages   int // the number of messages, if the whole session matters
	findings   int // the number of findings, if they are counted
	accepted   int // the number of accepted ones
}

// Answer is the result for a message and, if needed, for the session.
type Answer struct {
	gtm.Explanation
	Unused gtm.Unused
	Kinds  []Kind // of findings; nil if not counted
	Cuts   session.Cuts
	Causes []Cause // of findings; nil if not counted
	// Accepted counts the findings that each exception covers; nil if not counted.
	Accepted []int
	// TagCounts counts the statuses of each tag; nil if not counted.
	TagCounts []TagCount
	// Undecided are the unknown variables that make it uncertain whether tags fire; nil if
	// not determined.
	Undecided []gtm.Undecided
	// Consent are the session's consent commands, and Held the tags that consent held back;
	// nil if not determined.
	Consent []consent.Step
	Held    []consent.Held
}

// Explanation is the message with an answer.
type Explanation struct {
	Question Query
	Answer   *Answer
}

// Question returns the query for a message, nil for none, that covers needs. It returns
// false if nothing is missing or a query is running.
func (s Source) Question(needs Need, push *datalayer.Push) (Query, bool) {
	if s.Explained.Asked != (Query{}) || s.Snapshot.Version == 0 { // the session hasn't started
		return Query{}, false
	}
	q := Query{containers: len(s.Seen.Containers)}
	if push != nil {
		q.seq = push.Seq
	}
	switch {
	case needs == OfFindings:
		q.Messages, q.findings = s.Snapshot.Counts.Messages, s.Seen.Findings+1
		q.accepted = s.Snapshot.Counts.Accepted
	case q.seq == 0 || needs == Nothing:
		return Query{}, false
	case needs == OfSession:
		q.Messages = s.Snapshot.Counts.Messages
	}
	about, whole := s.Explained.About, q.Messages > 0 || q.findings > 0
	if about == q && s.Explained.Answer != nil || !whole && about.seq == q.seq && about.containers == q.containers {
		return Query{}, false
	}
	return q, true
}

// Ask computes the answer to a query, reusing the previous one. It takes a moment.
func Ask(snapshot session.Snapshot, q Query, before *Answer) Explanation {
	began := time.Now()
	var a Answer
	if before != nil {
		a.Cuts = before.Cuts
	}
	if i := snapshot.Find(q.seq); i >= 0 {
		a.Explanation, _ = snapshot.Explain(i)
	}
	if q.findings > 0 {
		a.Kinds, a.Cuts, a.TagCounts = KindsOf(snapshot), snapshot.Cuts(a.Cuts), tagCounts(snapshot)
		a.Causes, a.Accepted = causes(snapshot), snapshot.AcceptedBy()
		a.Undecided = snapshot.Undecided()
		a.Consent, a.Held = consent.Steps(snapshot, text.Seconds), consent.HeldBack(snapshot)
	} else if q.Messages > 0 {
		a.Unused = snapshot.Unused()
	}
	if q.Messages > 0 || q.findings > 0 {
		// While messages arrive, the next query follows at once. For a session of a million
		// messages this would keep a processor busy permanently.
		time.Sleep(4 * time.Since(began))
	}
	return Explanation{q, &a}
}

// Of returns the explanation of a message, or nil if it isn't available.
func (e Explained) Of(seq int) *Answer {
	if e.About.seq != seq {
		return nil
	}
	return e.Answer
}

// Reading returns the reading of a variable for the message; nil if there is none.
func (a *Answer) Reading(v *gtm.Variable) *gtm.Reading {
	i := slices.IndexFunc(a.Variables, func(r gtm.Reading) bool { return r.Variable == v })
	if i < 0 {
		return nil
	}
	return &a.Variables[i]
}

// Readable returns the reading of a variable whose value can be read from the page; nil if it
// can't be, or is known anyway.
func (a *Answer) Readable(v *gtm.Variable) *gtm.Reading {
	if r := a.Reading(v); r != nil && r.Page != nil {
		return r
	}
	return nil
}

// Kind is a kind of finding and its count.
type Kind struct {
	Code         rules.Code
	Severity     rules.Severity
	Count, First int // first is a Seq
}

// KindsOf counts the findings about messages by kind.
func KindsOf(snapshot session.Snapshot) []Kind {
	at := map[rules.Code]int{}
	kinds := []Kind{}
	for i := range snapshot.Len() {
		for _, f := range snapshot.Verdict(i).Findings {
			n, ok := at[f.Code]
			if !ok {
				n = len(kinds)
				at[f.Code] = n
				kinds = append(kinds, Kind{Code: f.Code, First: datalayer.At(snapshot.Entry(i)).Seq})
			}
			kinds[n].Count++
			kinds[n].Severity = max(kinds[n].Severity, f.Severity)
		}
	}
	slices.SortStableFunc(kinds, func(a, b Kind) int {
		return cmp.Or(int(b.Severity)-int(a.Severity), b.Count-a.Count)
	})
	return kinds
}
