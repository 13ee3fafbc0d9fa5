package document

import (
	"math"
	"time"

	"layertap/probe/hook"
)

// clock is what is known of how far a clock in the browser is ahead of ours. A
// phone's or a grid's may be off by any time; a page's own, which counts on from
// when its process began, is behind by as long as the machine has slept since.
type clock struct {
	known     bool
	low, high time.Duration // it is ahead by no less and no more than that
}

// coarse is how exact the browser's clocks are: it hides what is finer from pages.
const coarse = time.Millisecond

// read takes what the clock said to a question: it looked at some moment between the
// question and the answer. What it said before counts for as long as it agrees.
func (c *clock) read(said, asked, answered time.Time) {
	low, high := said.Sub(answered), said.Sub(asked)+coarse
	if c.known && max(low, c.low) <= min(high, c.high) {
		low, high = max(low, c.low), min(high, c.high)
	}
	*c = clock{true, low, high}
}

// ahead is how far the clock is ahead; zero where it may as well be right.
func (c clock) ahead() time.Duration {
	if !c.known || c.low <= coarse && c.high >= -coarse {
		return 0
	}
	return c.low + (c.high-c.low)/2
}

// ClockKnown reports whether the browser was asked for the time before.
func (l *Builder) ClockKnown() bool { return l.clock.known }

// Ahead is how far the browser's clock is ahead of ours; zero where it may as well be right.
func (l *Builder) Ahead() time.Duration { return l.clock.ahead() }

// ReadClock takes a time that the browser told, in milliseconds since 1970.
func (l *Builder) ReadClock(ms float64, asked, answered time.Time) {
	l.clock.read(instant(ms), asked, answered)
}

// ReadClocks takes the times that a hook told when it was asked to check itself.
func (l *Builder) ReadClocks(c *hook.Checkup, asked, answered time.Time) {
	l.clock.read(instant(c.Date), asked, answered)
	if doc := l.documents[c.Doc]; doc != nil {
		doc.clock.read(instant(c.At), asked, answered)
	}
}

// instant is a time in milliseconds since 1970. A page may say anything.
func instant(ms float64) time.Time {
	const sane = 1e15
	if math.IsNaN(ms) {
		return time.Time{}
	}
	return time.UnixMicro(int64(max(-sane, min(ms, sane)) * 1000))
}

// Ours maps a time of the browser's clock to the session's time.
func (l *Builder) Ours(t time.Time) time.Duration { return l.Wall(t.Add(-l.clock.ahead())) }

// at is the session's time of what a document said at t, in microseconds since
// origin. It never runs backwards in a document, whatever comes to be known of its
// clock.
func (doc *Document) at(l *Builder, origin float64, t int64) time.Duration {
	ahead := l.clock.ahead()
	if doc.clock.known {
		ahead = doc.clock.ahead()
	}
	at := l.Wall(time.UnixMicro(int64(origin*1000) + t).Add(-ahead))
	if t < doc.latest { // it came the longer way
		return min(at, doc.reached)
	}
	doc.latest, doc.reached = t, max(at, doc.reached)
	return doc.reached
}
