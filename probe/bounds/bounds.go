// Package bounds holds the time limits of the probe and its hook.
package bounds

import (
	"cmp"
	"time"
)

// Times are time limits. Zero fields get the product's values from [Times.OrUsual];
// only tests set others.
type Times struct {
	// Lease is how long a hook waits for a check before it suspects that the program has
	// died. It then waits for [LeaseTurns] idle moments of the page, at least LeaseTurn
	// apart, and steps aside if no check has come by then. Checks that are queued behind
	// the page's own work therefore don't count against the program.
	Lease, LeaseTurn time.Duration
	// Snapshot is how long the hook may spend on reading one message.
	Snapshot time.Duration
	// Untaken is how long a data layer may exist without a tag manager before that is
	// reported.
	Untaken time.Duration
	// Action is how long a user action counts as the cause of the messages pushed after
	// it.
	Action time.Duration

	// Messages pushed while a page unloads take a slower path than the first messages of
	// the next page. The entries of a new page are therefore held back until Settling
	// after the old one has reported its end, or until Overdue. For the page of a frame
	// the limit is FrameOverdue, so that frames don't delay the entries much.
	Overdue, FrameOverdue, Settling time.Duration
	// AfterLoad is how long after a navigation beacons of the old page are still
	// intercepted. It also covers a page that loads quickly and is left within that time.
	AfterLoad time.Duration
	// AfterClose is how long a tab that closed itself may take to report its end.
	AfterClose time.Duration
	// Detach limits the removal of the hooks from all documents together.
	Detach time.Duration

	// Opening is how long a tab that the user opens may take to appear after the page
	// announced it, and to request its document. An unrelated page that requests the same
	// URL first within that time is mistaken for it.
	Opening time.Duration
	// Answer is how long to wait for the response to a request with hits. A slower
	// response is recorded as none.
	Answer time.Duration

	// Start is how long a browser may take to start.
	Start time.Duration
	// Silence is how long a connection may deliver nothing, although the browser is sent a
	// command every second, before it counts as lost.
	Silence time.Duration
	// Quiet is how long a hook may take to answer a check before it counts as silent. The
	// check is repeated after AskAgain even if it has not been answered. It is not
	// repeated more often because a page that hangs answers all open checks once it
	// continues.
	Quiet, AskAgain time.Duration
	// Tab is how long attaching to a tab may take before the delay is reported.
	Tab time.Duration
	// Drawing is how long a background page may take to render for a screenshot.
	Drawing time.Duration
	// Reading is how long the code that reads a value may run in a page, which it blocks.
	Reading time.Duration
}

// Usual are the product's limits.
var Usual = Times{
	// Long enough that a machine that sleeps rarely ends it, short enough for a page whose
	// program was killed.
	Lease:     15 * time.Second,
	LeaseTurn: CheckEvery,
	Snapshot:  50 * time.Millisecond,
	Untaken:   4 * time.Second,
	Action:    time.Second,

	Overdue:      2 * time.Second,
	FrameOverdue: 300 * time.Millisecond,
	Settling:     50 * time.Millisecond,
	AfterLoad:    3 * time.Second,
	AfterClose:   300 * time.Millisecond,
	Detach:       time.Second,

	Opening: 2 * time.Second,
	Answer:  5 * time.Second,

	Start:    30 * time.Second,
	Silence:  20 * time.Second,
	Quiet:    3 * time.Second,
	AskAgain: 10 * time.Second,
	Tab:      5 * time.Second,
	Drawing:  2 * time.Second,
	Reading:  500 * time.Millisecond,
}

// LeaseTurns is the number of idle moments of the page without a check after which a
// hook whose lease has expired steps aside.
const LeaseTurns = 3

// OrUsual returns b with its zero fields set to the product's limits.
func (b Times) OrUsual() Times {
	return Times{
		Lease:        cmp.Or(b.Lease, Usual.Lease),
		LeaseTurn:    cmp.Or(b.LeaseTurn, Usual.LeaseTurn),
		Snapshot:     cmp.Or(b.Snapshot, Usual.Snapshot),
		Untaken:      cmp.Or(b.Untaken, Usual.Untaken),
		Action:       cmp.Or(b.Action, Usual.Action),
		Overdue:      cmp.Or(b.Overdue, Usual.Overdue),
		FrameOverdue: cmp.Or(b.FrameOverdue, Usual.FrameOverdue),
		Settling:     cmp.Or(b.Settling, Usual.Settling),
		AfterLoad:    cmp.Or(b.AfterLoad, Usual.AfterLoad),
		AfterClose:   cmp.Or(b.AfterClose, Usual.AfterClose),
		Detach:       cmp.Or(b.Detach, Usual.Detach),
		Opening:      cmp.Or(b.Opening, Usual.Opening),
		Answer:       cmp.Or(b.Answer, Usual.Answer),
		Start:        cmp.Or(b.Start, Usual.Start),
		Silence:      cmp.Or(b.Silence, Usual.Silence),
		Quiet:        cmp.Or(b.Quiet, Usual.Quiet),
		AskAgain:     cmp.Or(b.AskAgain, Usual.AskAgain),
		Tab:          cmp.Or(b.Tab, Usual.Tab),
		Drawing:      cmp.Or(b.Drawing, Usual.Drawing),
		Reading:      cmp.Or(b.Reading, Usual.Reading),
	}
}

// CheckEvery is how often the hooks check their own installation. A message that
// bypassed push (assigned by index) is reported at most this late.
const CheckEvery = time.Second
