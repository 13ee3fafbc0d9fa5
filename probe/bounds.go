package probe

import (
	"cmp"
	"time"
)

// bounds are the times after which the probe no longer waits for something. The zero
// value of each means the product's, which is what [Options] have outside of tests.
type bounds struct {
	// lease is how long a hook may go without being asked before it doubts that
	// the program still runs. It then waits for leaseTurns moments in which the page
	// has nothing else to do, at least leaseTurn apart, and steps aside if no question
	// came by then: what waits behind the page's own work doesn't count against
	// the program.
	lease, leaseTurn time.Duration
}

// leaseTurns is in how many idle moments of the page no question may have come
// before a hook whose lease has run out steps aside.
const leaseTurns = 3

// orUsual returns the bounds with the product's for those that are zero.
func (b bounds) orUsual() bounds {
	return bounds{
		// Long enough for a page that was busy or a machine that slept not to end it
		// often, and short enough for a page whose watcher was killed.
		lease:     cmp.Or(b.lease, 15*time.Second),
		leaseTurn: cmp.Or(b.leaseTurn, checkEvery),
	}
}

// ms is a time as the hook takes it.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
