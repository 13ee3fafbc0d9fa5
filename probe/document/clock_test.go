package document

import (
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	const ms = time.Millisecond
	type answer struct{ ahead, out, back time.Duration } // offset of the clock, and the transit times of question and answer
	tests := []struct {
		name    string
		answers []answer
		want    time.Duration
		within  time.Duration
	}{
		{"nothing asked", nil, 0, 0},
		{"the same clock", []answer{{0, 1 * ms, 1 * ms}, {0, 20 * ms, 0}}, 0, 0},
		{"off by less than the way takes", []answer{{5 * ms, 10 * ms, 10 * ms}}, 0, 0},
		{"ahead", []answer{{time.Hour, 10 * ms, 10 * ms}}, time.Hour, 2 * ms},
		{"behind", []answer{{-time.Hour, 10 * ms, 10 * ms}}, -time.Hour, 2 * ms},
		{"a slow answer after a quick one", []answer{{time.Minute, 1 * ms, 1 * ms}, {time.Minute, 0, 400 * ms}}, time.Minute, 2 * ms},
		{"two slow ones", []answer{{time.Minute, 0, 400 * ms}, {time.Minute, 400 * ms, 0}}, time.Minute, 2 * ms},
		{"it slept", []answer{{0, 1 * ms, 1 * ms}, {-time.Hour, 1 * ms, 1 * ms}}, -time.Hour, 2 * ms},
		{"it was set right", []answer{{time.Hour, 1 * ms, 1 * ms}, {0, 1 * ms, 1 * ms}}, 0, 0},
	}
	for _, test := range tests {
		var c clock
		now := time.UnixMilli(1_795_000_000_000)
		for _, a := range test.answers {
			now = now.Add(time.Second)
			stated := now.Add(a.out + a.ahead).Truncate(ms)
			c.read(stated, now, now.Add(a.out+a.back))
		}
		if got := c.ahead(); got < test.want-test.within || got > test.want+test.within {
			t.Errorf("%s: it is ahead by %v, not %v", test.name, got, test.want)
		}
	}
}
