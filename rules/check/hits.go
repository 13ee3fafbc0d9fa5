package check

import (
	"time"

	"layertap/datalayer"
	"layertap/rules"
	"layertap/rules/check/sent"
)

// Hit returns the findings about a hit and its message, the most severe first; nil if
// there are none, or if the message isn't known.
func (c *Checker) Hit(hit *datalayer.Hit) []rules.Finding {
	c.command.Hit(hit)
	if !c.sent.Hit(hit) {
		return nil
	}
	c.personalHit(hit)
	return c.now.Sorted()
}

// Late returns what has become known since the last call about the messages whose hits
// should have been sent by a time of the session.
func (c *Checker) Late(now time.Duration) []sent.Late { return c.sent.Late(now) }

// Waiting returns the numbers of the messages about which [Checker.Late] may return
// something, unless hits of other messages come.
func (c *Checker) Waiting() map[int]bool { return c.sent.Waiting() }

// Gap records that something was missed. Hits missing at that time aren't reported.
func (c *Checker) Gap(gap *datalayer.Gap) { c.sent.Gap(gap) }

// Overdue returns the findings about hits that should have been sent by a time of the
// session and weren't, the most severe first; nil if there are none. [Checker.Finish]
// returns them too, except those whose hit was sent later.
func (c *Checker) Overdue(now time.Duration) []rules.Finding {
	c.now.Begin(c.now.Subject)
	c.reach.Now(now)
	c.sent.Unsent(now, c.onlyGtag())
	c.ofSession()
	return c.now.Sorted()
}

// onlyGtag reports whether gtag was used in the session, but never Google Tag Manager.
func (c *Checker) onlyGtag() bool { return c.layers.OnlyGtag() && !c.outcome.HasContainer() }
