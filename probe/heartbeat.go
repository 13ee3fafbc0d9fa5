package probe

import "time"

// heartbeat distinguishes a connection that delivers nothing from a program that sent
// nothing because it was stopped, or because the machine slept.
type heartbeat struct {
	silence time.Duration // bounds.Times.Silence
	last    time.Time     // when the last message arrived
	asked   time.Time
}

func (p *heartbeat) arrived(now time.Time) { p.last = now }

// ask notes that a command is being sent again, and reports whether the browser has
// been silent for too long.
func (p *heartbeat) ask(now time.Time) (lost bool) {
	if now.Sub(p.asked) > p.silence/4 {
		p.last = now // what arrived meanwhile has not been read yet
	}
	p.asked = now
	return now.Sub(p.last) > p.silence
}
