package check

import (
	"time"

	"layertap/datalayer"
	"layertap/rules"
)

// Hit returns the findings about a hit and the message that it came from, the
// worst first; nil for none, and if that message is not known.
func (c *Checker) Hit(hit *datalayer.Hit) []rules.Finding {
	c.command.Hit(hit)
	if !c.sent.Hit(hit) {
		return nil
	}
	c.personalHit(hit)
	return c.now.Sorted()
}

// Gap tells that something was missed. Of the hits that did not come about then
// nothing is known.
func (c *Checker) Gap(gap *datalayer.Gap) { c.sent.Gap(gap) }

// Overdue returns the findings about hits that should have left by a time of the
// session and did not, the worst first; nil for none. [Checker.Finish] returns them,
// too, but for those whose hit comes after all.
func (c *Checker) Overdue(now time.Duration) []rules.Finding {
	c.now.Begin(c.now.Subject)
	c.reach.Now(now)
	c.sent.Unsent(now, c.onlyGtag())
	c.ofSession()
	return c.now.Sorted()
}

// onlyGtag reports whether gtag was used in the session, and nowhere Google Tag Manager.
func (c *Checker) onlyGtag() bool { return c.layers.OnlyGtag() && !c.outcome.HasContainer() }
