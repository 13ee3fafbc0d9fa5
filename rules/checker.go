package rules

import (
	"layertap/datalayer"
	"layertap/gtm"
)

// Checker holds a plan against the messages of one session.
type Checker struct{}

// Check returns the findings about a message, the worst first. Messages have to
// come in their order.
func (c *Checker) Check(page *datalayer.Page, push *datalayer.Push, message datalayer.Value, outcome gtm.Outcome) []Finding {
	return nil
}

// Finish returns the findings about the session as a whole.
func (c *Checker) Finish() []Finding { return nil }

// Coverage tells of each event of the plan, in its order, what was seen of it.
func (c *Checker) Coverage() []Coverage { return nil }

// Coverage is what was seen of an event of the plan.
type Coverage struct {
	Event    string
	Seen     int
	Required bool
	// Unfilled are the documented parameters that no message carried.
	Unfilled []string
}
