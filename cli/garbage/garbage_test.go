package garbage

import (
	"runtime/debug"
	"testing"
)

// The heap stays within the budget as long as what is in use is much less.
func TestGrowth(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 4 << 20: 400, 40 << 20: 400, 56 << 20: 300, 112 << 20: 100, 150 << 20: 60, 1 << 30: 60} {
		if got := growth(live); got != want {
			t.Errorf("with %d bytes in use: %d percent, want %d", live, got, want)
		}
	}
}

func TestAdjust(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	Adjust()
	if got := debug.SetGCPercent(100); got != mostGrowth {
		t.Errorf("%d percent, want %d", got, mostGrowth)
	}
}
