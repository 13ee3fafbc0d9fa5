package sent

import (
	"math"
	"slices"
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/current"
	"layertap/rules/check/planned"
	"layertap/rules/words"
)

// rename is a hit under a different name. A tag can send its own event in addition to
// another tag that sends the message's, so it is a mistake only if no hit with the right
// name is sent in the time that hits take.
type rename struct{ vendor, actual, right string }

// maxRenames bounds the stored names per event: a page can make up any number.
const maxRenames = 32

// Late is what becomes known about a message some time after its hits. Now replaces
// Before.
type Late struct {
	Seq         int
	Before, Now []rules.Finding
}

// late is the same before it is put in words.
type late struct {
	seq         int
	rule        *planned.Rule
	before, now []rename
}

// wrong returns the hits of a message under a different name whose vendors received none
// under the right one.
func (s *sent) wrong() []rename {
	var all []rename
	for _, r := range s.rename {
		intended := r.vendor == "ga4" && slices.Contains(s.named, r.actual)
		if !intended && !slices.Contains(s.right, r.vendor) {
			all = append(all, r)
		}
	}
	return all
}

// conclude stores what has changed about a message whose hits have been sent.
func (c *Judge) conclude(s *sent) {
	if now := s.wrong(); !slices.Equal(now, s.concluded) {
		c.late = append(c.late, late{s.seq, s.rule, s.concluded, now})
		s.concluded = now
	}
}

// Late returns what has become known since the last call about messages whose hits should
// have been sent by a time of the session.
func (c *Judge) Late(now time.Duration) []Late {
	for i := range c.sent {
		if s := &c.sent[i]; s.t <= now-hitsTake {
			c.conclude(s)
		}
	}
	var all []Late
	for _, l := range c.late {
		all = append(all, Late{l.seq, c.renamed(&l, l.before), c.renamed(&l, l.now)})
	}
	c.late = nil
	return all
}

// Waiting returns the numbers of the messages about which [Judge.Late] may return something,
// unless hits of other messages come.
func (c *Judge) Waiting() map[int]bool {
	waiting := map[int]bool{}
	for i := range c.sent {
		if s := &c.sent[i]; len(s.rename) > 0 {
			waiting[s.seq] = true
		}
	}
	return waiting
}

// renamed returns the findings about hits of a message, which becomes the current one.
func (c *Judge) renamed(of *late, renames []rename) []rules.Finding {
	c.now.Begin(current.Subject{
		Push:    &datalayer.Push{Place: datalayer.Place{Seq: of.seq}},
		Message: datalayer.Message{Event: of.rule.Event.Name}, Rule: of.rule,
	})
	for _, r := range renames {
		c.reportRename(r)
	}
	return c.now.Sorted()
}

func (c *Judge) reportRename(r rename) {
	c.now.Report(rules.HitRenamed, "plain", rules.Finding{Suggestion: r.right}, nil, "other", r.vendor, "actual", words.Quote(r.actual))
}

// Ended is the time at which all hits of a session that ended have been sent.
const Ended time.Duration = math.MaxInt64
