// Package bounds has the times that the probe and its hook allow for something.
package bounds

import (
	"cmp"
	"time"
)

// Times are the bounds. A zero one means the product's, which is what counts outside of
// tests.
type Times struct {
	// Lease is how long a hook may go without being asked before it doubts that
	// the program still runs. It then waits for [LeaseTurns] moments in which the page
	// has nothing else to do, at least LeaseTurn apart, and steps aside if no question
	// came by then: what waits behind the page's own work doesn't count against
	// the program.
	Lease, LeaseTurn time.Duration
	// Snapshot is how long the hook may read one message.
	Snapshot time.Duration
	// Untaken is how long a data layer may be there without a tag manager that takes it
	// before that is reported.
	Untaken time.Duration
	// Action is for how long what a page pushes counts as caused by what the user did.
	Action time.Duration

	// What a page pushes while it unloads comes by a longer way than what the next
	// page pushes at its beginning. So the entries of a new page are held back until
	// the old one has reported its end, and Settling longer, or until that is overdue;
	// a frame's page, for which nobody should wait, until FrameOverdue.
	Overdue, FrameOverdue, Settling time.Duration
	// AfterLoad is for how long after a new page has come beacons of the old one are
	// caught. A page that loads quickly may be left again within it, without a moment
	// in which nothing is caught.
	AfterLoad time.Duration
	// AfterClose is how long a tab that closed itself may take to report its end.
	AfterClose time.Duration
	// Detach is how long all documents together may take to give up their hooks.
	Detach time.Duration

	// Opening is how long a tab that the user opens may take to come after the page
	// announced it, and to ask for its document. An unrelated page that asks for the
	// same URL meanwhile, and before it, would be taken for it.
	Opening time.Duration
	// Answer is how long the answer to a request with hits is awaited: a server that
	// takes longer shows as one that never answers.
	Answer time.Duration

	// Start is how long a browser may take to start.
	Start time.Duration
	// Silence is how long a connection may bring nothing at all, though the browser is
	// asked every second, before it counts as lost.
	Silence time.Duration
	// Quiet is how long a hook may take to answer before it counts as silent. It is
	// asked again after AskAgain although it has not answered: every question that is
	// open would be answered once a page that hangs continues.
	Quiet, AskAgain time.Duration
	// Tab is how long a tab may take to answer when it is attached to before that is
	// reported.
	Tab time.Duration
	// Drawing is how long a page in the background may take to be drawn for a screenshot.
	Drawing time.Duration
}

// Usual are the product's bounds.
var Usual = Times{
	// Long enough for a machine that slept not to end it often, and short enough for a
	// page whose program was killed.
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
}

// LeaseTurns is in how many idle moments of the page no question may have come
// before a hook whose lease has run out steps aside.
const LeaseTurns = 3

// OrUsual returns the bounds with the product's for those that are zero.
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
	}
}

// CheckEvery is how often the hooks are asked to look after themselves. A message that
// came around push (by index) is at most this late.
const CheckEvery = time.Second
