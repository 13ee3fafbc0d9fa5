package document

import (
	"math"
	"time"

	"layertap/probe/hook"
)

// clock is the known offset of a clock in the browser from ours. The clock of a phone
// or a grid may be off by any amount. A page's clock counts from the start of its
// process and is behind by as long as the machine has slept since.
type clock struct {
	known     bool
	low, high time.Duration // bounds of the offset; positive if the clock is ahead
}

// coarse is the resolution of the browser's clocks, which it limits for pages.
const coarse = time.Millisecond

// read updates the offset from a reading that was made at some moment between asked and
// answered. Earlier readings are kept as long as they are consistent with it.
func (c *clock) read(stated, asked, answered time.Time) {
	low, high := stated.Sub(answered), stated.Sub(asked)+coarse
	if c.known && max(low, c.low) <= min(high, c.high) {
		low, high = max(low, c.low), min(high, c.high)
	}
	*c = clock{true, low, high}
}

// ahead returns how far the clock is ahead, or zero if it may be exact.
func (c clock) ahead() time.Duration {
	if !c.known || c.low <= coarse && c.high >= -coarse {
		return 0
	}
	return c.low + (c.high-c.low)/2
}

// ClockKnown reports whether the browser's clock has been read.
func (l *Builder) ClockKnown() bool { return l.clock.known }

// Ahead returns how far the browser's clock is ahead of ours, or zero if it may be
// exact.
func (l *Builder) Ahead() time.Duration { return l.clock.ahead() }

// ReadClock processes a reading of the browser's clock, in milliseconds since 1970.
func (l *Builder) ReadClock(ms float64, asked, answered time.Time) {
	l.clock.read(instant(ms), asked, answered)
}

// ReadClocks processes the readings of the clocks in a hook's check.
func (l *Builder) ReadClocks(c *hook.Checkup, asked, answered time.Time) {
	l.clock.read(instant(c.Date), asked, answered)
	if doc := l.documents[c.Doc]; doc != nil {
		doc.clock.read(instant(c.At), asked, answered)
	}
}

// instant converts milliseconds since 1970 to a time. A page may send any value.
func instant(ms float64) time.Time {
	const sane = 1e15
	if math.IsNaN(ms) {
		return time.Time{}
	}
	return time.UnixMicro(int64(max(-sane, min(ms, sane)) * 1000))
}

// Ours converts a time of the browser's clock to session time.
func (l *Builder) Ours(t time.Time) time.Duration { return l.Wall(t.Add(-l.clock.ahead())) }

// at converts a document's time t, in microseconds since origin, to session time. The
// result never decreases within a document, even if the known offset of its clock
// changes.
func (doc *Document) at(l *Builder, origin float64, t int64) time.Duration {
	ahead := l.clock.ahead()
	if doc.clock.known {
		ahead = doc.clock.ahead()
	}
	at := l.Wall(time.UnixMicro(int64(origin*1000) + t).Add(-ahead))
	if t < doc.latest { // it took the slower path
		return min(at, doc.reached)
	}
	doc.latest, doc.reached = t, max(at, doc.reached)
	return doc.reached
}
