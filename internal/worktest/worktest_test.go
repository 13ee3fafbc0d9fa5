package worktest_test

import (
	"strings"
	"testing"

	"layertap/internal/worktest"
)

// verdict records whether a test reported an error.
type verdict struct {
	testing.TB
	failed bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Errorf(string, ...any) { v.failed = true }

var kept string

func TestLinear(t *testing.T) {
	for _, tt := range []struct {
		name   string
		work   func(n int)
		failed bool
	}{
		{"a builder", func(n int) {
			var b strings.Builder
			for range n {
				b.WriteByte('x')
			}
			kept = b.String()
		}, false},
		{"a string that is copied at each step", func(n int) {
			kept = ""
			for range n {
				kept += "x"
			}
		}, true},
		{"nothing", func(int) {}, false},
	} {
		v := &verdict{TB: t}
		worktest.Linear(v, 1000, func(n int) func() { return func() { tt.work(n) } })
		if v.failed != tt.failed {
			t.Errorf("%s: failed is %v", tt.name, v.failed)
		}
	}
}
