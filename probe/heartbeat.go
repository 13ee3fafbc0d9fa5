package probe

import "time"

// heartbeat tells a connection that brings nothing from a program that did not ask: one
// that was stopped and continued, on a machine that slept maybe.
type heartbeat struct {
	silence time.Duration // is bounds.Times.Silence
	heard   time.Time     // when something came
	asked   time.Time
}

func (p *heartbeat) hear(now time.Time) { p.heard = now }

// ask notes that the browser is asked again, and returns whether it has been
// silent for too long.
func (p *heartbeat) ask(now time.Time) (lost bool) {
	if now.Sub(p.asked) > p.silence/4 {
		p.heard = now // what came meanwhile is still on its way
	}
	p.asked = now
	return now.Sub(p.heard) > p.silence
}
