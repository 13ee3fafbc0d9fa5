//go:build !race

package engine_test

import (
	"testing"

	"layertap/gtm/engine"
)

// A message that no trigger listens for allocates almost nothing. The race detector
// allocates memory itself.
func TestPushAllocatesLittle(t *testing.T) {
	e := engine.New(large(t))
	e.Open(page)
	push, v := message(1, `{"event":"widget_opened","widget_platform":"web","timestamp":1795424401523}`)
	e.Push(page, push, v)
	if allocations := testing.AllocsPerRun(2000, func() { e.Push(page, push, v) }); allocations > 4 {
		t.Errorf("%v allocations", allocations)
	}
}
