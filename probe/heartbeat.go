package probe

import "time"

// silence is how long a connection may bring nothing at all, though it is asked
// every second, before it is taken for lost.
const silence = 20 * time.Second

// heartbeat tells a connection that brings nothing from a program that did not ask: one
// that was stopped and continued, on a machine that slept maybe.
type heartbeat struct {
	heard time.Time // when something came
	asked time.Time
}

func (p *heartbeat) hear(now time.Time) { p.heard = now }

// ask notes that the browser is asked again, and returns whether it has been
// silent for too long.
func (p *heartbeat) ask(now time.Time) (lost bool) {
	if now.Sub(p.asked) > silence/4 {
		p.heard = now // what came meanwhile is still on its way
	}
	p.asked = now
	return now.Sub(p.heard) > silence
}
