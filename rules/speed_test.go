//go:build unix && !race

package rules_test

import (
	"syscall"
	"testing"
	"time"

	"layertap/rules"
)

// The promises are about a machine that does nothing else, so what is counted is
// the processor's time and not the clock's: other work on the machine is no fault
// of the plan's.

func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func TestLargePlanLoadsInTime(t *testing.T) {
	data := []byte(large())
	best := time.Hour
	for range 10 {
		begun := processorTime(t)
		plan, err := rules.Parse(data, "large.yaml", nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(plan.Events) != 2000 {
			t.Fatalf("%d events", len(plan.Events))
		}
		if best = min(best, processorTime(t)-begun); best < 100*time.Millisecond {
			return
		}
	}
	t.Errorf("loading 2,000 events took %v", best)
}

func TestCheckTakesMicroseconds(t *testing.T) {
	ga4, err := rules.Builtin("ga4")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		plans []*rules.Plan
		most  time.Duration
	}{
		"widget":         {[]*rules.Plan{widget(t)}, 10 * time.Microsecond},
		"widget and ga4": {[]*rules.Plan{widget(t), ga4}, 30 * time.Microsecond},
	} {
		best := time.Hour
		for range 10 {
			check := prepare(t, tt.plans...)
			const times = 20_000
			begun := processorTime(t)
			for i := range times {
				check(i)
			}
			if best = min(best, (processorTime(t)-begun)/times); best < tt.most {
				break
			}
		}
		if best >= tt.most {
			t.Errorf("%s: a message took %v", name, best)
		}
	}
}
