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

// Need is what has to be worked out for something that is shown.
type Need uint8

// What can be needed.
const (
	Nothing    Need = iota
	OfMessage       // why triggers matched it, and the state after it
	OfSession       // that, and what doesn't meet in the session as a whole
	OfFindings      // the findings of the whole session by their kinds
)

// Source is what the views of a message draw on.
type Source struct {
	Snapshot  session.Snapshot
	Seen      *Overview
	Explained Explained
	Audited   *Audited // nil where the containers weren't checked
}

// Explained is why triggers matched a message, what the data layer held after it,
// and what does not meet in the session as a whole. It takes a moment to find
// out, so it is asked for when it is looked at.
type Explained struct {
	About  Query
	Asked  Query   // what a command is out for; zero for none
	Answer *Answer // nil: nothing is known yet
}

// Query is what an answer depends on.
type Query struct {
	seq        int // of the message
	containers int // how many are known
	Messages   int // how many there are, where the whole session matters
	findings   int // how many there are, where they are counted
	accepted   int // how many of them are
}

// Answer is what was worked out of a message, and of the session where that was
// asked for.
type Answer struct {
	gtm.Explanation
	Unused gtm.Unused
	Kinds  []Kind // of findings; nil where they were not counted
	Cuts   session.Cuts
	Causes []Cause // of findings; nil where they were not counted
	// Accepted counts the findings that each exception covers; nil where they were not
	// counted.
	Accepted []int
	// TagCounts is what became of each tag; nil where that was not counted.
	TagCounts []TagCount
	// Consent are the session's consent commands, and Held the tags that consent held
	// back; nil where they were not looked for.
	Consent []consent.Step
	Held    []consent.Held
}

// Explanation brings the answer to a question.
type Explanation struct {
	Question Query
	Answer   *Answer
}

// Question returns what is to be asked about a message, nil for none, so that what
// needs it can be shown; false where nothing is, or a question is out.
func (s Source) Question(needs Need, push *datalayer.Push) (Query, bool) {
	if s.Explained.Asked != (Query{}) || s.Snapshot.Version == 0 { // there is no session yet
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

// Ask finds an answer, with what is known from the one before. It takes a moment.
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
		a.Consent, a.Held = consent.Steps(snapshot, text.Seconds), consent.HeldBack(snapshot)
	} else if q.Messages > 0 {
		a.Unused = snapshot.Unused()
	}
	if q.Messages > 0 || q.findings > 0 {
		// While messages pour in the answer is asked for again at once: of a
		// session of a million it would keep a processor busy for good.
		time.Sleep(4 * time.Since(began))
	}
	return Explanation{q, &a}
}

// Of returns the explanation of a message, or nil while it is not known.
func (e Explained) Of(seq int) *Answer {
	if e.About.seq != seq {
		return nil
	}
	return e.Answer
}

// Kind is a kind of finding and how often it was found.
type Kind struct {
	Code         rules.Code
	Severity     rules.Severity
	Count, First int // first is a Seq
}

// KindsOf counts the findings about messages by their kinds.
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
