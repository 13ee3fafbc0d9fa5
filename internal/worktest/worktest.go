// Package worktest lets tests check that work grows in proportion to its input. It counts
// allocations instead of time, so the load of the machine doesn't matter.
package worktest

import (
	"runtime"
	"testing"
)

// most is the maximum factor of the cost for ten times the input. Proportional work costs
// ten times as much, apart from the steps in which maps and slices grow; quadratic work
// costs a hundred times as much.
const most = 20

// Linear reports an error if the work for 10n costs more than most times the
// allocations or bytes of the work for n. prepare builds the input of size n, which
// isn't counted, and returns the work. Tests that run in parallel with the caller
// would be counted too, so the caller must not be a parallel test.
func Linear(t testing.TB, n int, prepare func(n int) (work func())) {
	t.Helper()
	small, large := measure(prepare(n)), measure(prepare(10*n))
	if large.allocations > most*small.allocations || large.bytes > most*small.bytes {
		t.Errorf("%d allocations of %d bytes for %d, %d of %d bytes for %d: the work isn't linear",
			small.allocations, small.bytes, n, large.allocations, large.bytes, 10*n)
	}
}

type cost struct{ allocations, bytes uint64 }

// measure returns what work costs, but at least a few allocations of a kilobyte, because
// the runtime itself allocates occasionally.
func measure(work func()) cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return cost{max(10, after.Mallocs-before.Mallocs), max(1<<13, after.TotalAlloc-before.TotalAlloc)}
}
