package document

import "testing"

func TestNumbers(t *testing.T) {
	var s numbers
	for i, step := range []struct {
		n   int
		new bool
	}{{1, true}, {1, false}, {4, true}, {3, true}, {4, false}, {2, true}, {3, false}, {5, true}, {5, false}, {-1, false}, {0, false}} {
		if got := s.take(step.n); got != step.new {
			t.Errorf("step %d: %d is new: %v", i, step.n, got)
		}
	}
	if s.upTo != 5 || len(s.ahead) != 0 {
		t.Errorf("after all it is %+v", s)
	}
	if lost := s.skipTo(9); lost != 3 || !s.take(9) {
		t.Errorf("%d lost", lost)
	}
}
