// Package garbage adjusts how often garbage is collected to the size of the heap, for commands
// that read recordings of any size.
package garbage

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// budget is the size in bytes to which the heap may grow before garbage is collected, if what
// is in use is less. The process needs about 50 MB more.
const budget = 224 << 20

// The least and the most that the heap may grow before garbage is collected, in percent of
// what is in use (GOGC in https://pkg.go.dev/runtime). The default is 100. Collecting costs the
// more, the less it is; a fifth of the time of a small file, at 100.
const (
	leastGrowth = 60
	mostGrowth  = 400
)

// growth returns how much the heap may grow, in percent, if so many bytes are in use.
func growth(live uint64) int {
	if live == 0 {
		return mostGrowth
	}
	percent := (budget - float64(live)) * 100 / float64(live)
	return int(min(max(percent, leastGrowth), mostGrowth))
}

// Adjust adjusts the growth from now on, unless the user sets GOGC.
var Adjust = sync.OnceFunc(func() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(mostGrowth)
	collected(&collection{percent: mostGrowth})
})

// collection is garbage at the next collection.
type collection struct {
	percent int
	live    [1]metrics.Sample
}

// collected adjusts the growth after the next collection, and each after that.
func collected(c *collection) {
	runtime.SetFinalizer(c, func(c *collection) {
		c.live[0].Name = "/gc/heap/live:bytes"
		metrics.Read(c.live[:])
		if percent := growth(c.live[0].Value.Uint64()); percent != c.percent {
			c.percent = percent
			debug.SetGCPercent(percent)
		}
		collected(c)
	})
}
