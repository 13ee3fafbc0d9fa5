package document

import (
	"maps"
	"slices"
)

// numbers records which records of a document have arrived. They arrive on two paths
// that overlap and may overtake each other.
type numbers struct {
	upTo  int          // all of these have arrived
	ahead map[int]bool // and these, after a gap
}

// skipTo gives up the missing records before n and returns their number.
func (s *numbers) skipTo(n int) int {
	lost := max(n-s.upTo-1, 0)
	s.upTo += lost
	maps.DeleteFunc(s.ahead, func(n int, _ bool) bool { return n <= s.upTo })
	return lost
}

// count returns how many of the first n records have arrived or were given up.
func (s *numbers) count(n int) int {
	count := min(s.upTo, n)
	for ahead := range s.ahead {
		if ahead <= n {
			count++
		}
	}
	return count
}

// maxAhead is how many records after a gap are kept before the gap is given up: far
// more than can overtake it.
const maxAhead = 4096

// giveUp gives up the first gap if more than most records after it have arrived, and
// returns how many are missing in it.
func (s *numbers) giveUp(most int) int {
	if len(s.ahead) <= most {
		return 0
	}
	lost := s.skipTo(slices.Min(slices.Collect(maps.Keys(s.ahead))))
	s.closeUp()
	return lost
}

// closeUp advances upTo over the records after a closed gap.
func (s *numbers) closeUp() {
	for s.ahead[s.upTo+1] {
		s.upTo++
		delete(s.ahead, s.upTo)
	}
}

// take adds n and reports whether it is new.
func (s *numbers) take(n int) bool {
	if n <= s.upTo || s.ahead[n] {
		return false
	}
	if n > s.upTo+1 {
		if s.ahead == nil {
			s.ahead = map[int]bool{}
		}
		s.ahead[n] = true
		return true
	}
	s.upTo = n
	s.closeUp()
	return true
}
