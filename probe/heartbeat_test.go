package probe

import (
	"testing"
	"time"

	"layertap/probe/bounds"
)

func TestHeartbeat(t *testing.T) {
	start := time.UnixMilli(1_795_000_000_000)
	second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
	p := heartbeat{silence: bounds.Usual.Silence}
	for n := range 10 {
		if p.arrived(second(n)); p.ask(second(n)) {
			t.Errorf("after %d s with answers the connection is lost", n)
		}
	}
	if p.ask(second(60)) {
		t.Error("a program that was stopped for 50 s has lost the connection")
	}
	for n := 61; n <= 80; n++ {
		if p.ask(second(n)) {
			t.Errorf("%d s after that the connection is lost", n-60)
		}
	}
	if !p.ask(second(81)) {
		t.Error("a browser that has been silent for 21 s is not lost")
	}
}
