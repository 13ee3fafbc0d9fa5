package probe

import (
	"cmp"
	"time"
)

// bounds are the times that the probe and its hook allow for something. A zero one
// means the product's, which is what [Options] have outside of tests.
type bounds struct {
	// lease is how long a hook may go without being asked before it doubts that
	// the program still runs. It then waits for leaseTurns moments in which the page
	// has nothing else to do, at least leaseTurn apart, and steps aside if no question
	// came by then: what waits behind the page's own work doesn't count against
	// the program.
	lease, leaseTurn time.Duration
	// snapshot is how long the hook may read one message.
	snapshot time.Duration
	// untaken is how long a data layer may be there without a tag manager that takes it
	// before that is reported.
	untaken time.Duration
	// action is for how long what a page pushes counts as caused by what the user did.
	action time.Duration

	// What a page pushes while it unloads comes by a longer way than what the next
	// page pushes at its beginning. So the entries of a new page are held back until
	// the old one has reported its end, and settling longer, or until that is overdue;
	// a frame's page, for which nobody should wait, until frameOverdue.
	overdue, frameOverdue, settling time.Duration
	// afterLoad is for how long after a new page has come beacons of the old one are
	// caught. A page that loads quickly may be left again within it, without a moment
	// in which nothing is caught.
	afterLoad time.Duration
	// afterClose is how long a tab that closed itself may take to report its end.
	afterClose time.Duration
	// detach is how long all documents together may take to give up their hooks.
	detach time.Duration

	// opening is how long a tab that the user opens may take to come after the page
	// announced it, and to ask for its document. An unrelated page that asks for the
	// same URL meanwhile, and before it, would be taken for it.
	opening time.Duration
	// answer is how long the answer to a request with hits is awaited: a server that
	// takes longer shows as one that never answers.
	answer time.Duration

	// start is how long a browser may take to start.
	start time.Duration
	// silence is how long a connection may bring nothing at all, though the browser is
	// asked every second, before it counts as lost.
	silence time.Duration
	// quiet is how long a hook may take to answer before it counts as silent. It is
	// asked again after askAgain although it has not answered: every question that is
	// open would be answered once a page that hangs continues.
	quiet, askAgain time.Duration
	// tab is how long a tab may take to answer when it is attached to before that is
	// reported.
	tab time.Duration
	// drawing is how long a page in the background may take to be drawn for a screenshot.
	drawing time.Duration
}

// usual are the product's bounds.
var usual = bounds{
	// Long enough for a machine that slept not to end it often, and short enough for a
	// page whose program was killed.
	lease:     15 * time.Second,
	leaseTurn: checkEvery,
	snapshot:  50 * time.Millisecond,
	untaken:   4 * time.Second,
	action:    time.Second,

	overdue:      2 * time.Second,
	frameOverdue: 300 * time.Millisecond,
	settling:     50 * time.Millisecond,
	afterLoad:    3 * time.Second,
	afterClose:   300 * time.Millisecond,
	detach:       time.Second,

	opening: 2 * time.Second,
	answer:  5 * time.Second,

	start:    30 * time.Second,
	silence:  20 * time.Second,
	quiet:    3 * time.Second,
	askAgain: 10 * time.Second,
	tab:      5 * time.Second,
	drawing:  2 * time.Second,
}

// leaseTurns is in how many idle moments of the page no question may have come
// before a hook whose lease has run out steps aside.
const leaseTurns = 3

// orUsual returns the bounds with the product's for those that are zero.
func (b bounds) orUsual() bounds {
	return bounds{
		lease:        cmp.Or(b.lease, usual.lease),
		leaseTurn:    cmp.Or(b.leaseTurn, usual.leaseTurn),
		snapshot:     cmp.Or(b.snapshot, usual.snapshot),
		untaken:      cmp.Or(b.untaken, usual.untaken),
		action:       cmp.Or(b.action, usual.action),
		overdue:      cmp.Or(b.overdue, usual.overdue),
		frameOverdue: cmp.Or(b.frameOverdue, usual.frameOverdue),
		settling:     cmp.Or(b.settling, usual.settling),
		afterLoad:    cmp.Or(b.afterLoad, usual.afterLoad),
		afterClose:   cmp.Or(b.afterClose, usual.afterClose),
		detach:       cmp.Or(b.detach, usual.detach),
		opening:      cmp.Or(b.opening, usual.opening),
		answer:       cmp.Or(b.answer, usual.answer),
		start:        cmp.Or(b.start, usual.start),
		silence:      cmp.Or(b.silence, usual.silence),
		quiet:        cmp.Or(b.quiet, usual.quiet),
		askAgain:     cmp.Or(b.askAgain, usual.askAgain),
		tab:          cmp.Or(b.tab, usual.tab),
		drawing:      cmp.Or(b.drawing, usual.drawing),
	}
}

// milliseconds is a time as the hook takes it.
func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
