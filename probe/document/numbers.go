package document

import (
	"maps"
	"slices"
)

// numbers remembers which records of a document have come. They come by two
// ways, which overlap and overtake one another.
type numbers struct {
	upTo  int          // all of these have come
	ahead map[int]bool // and these, beyond a hole
}

// skipTo gives up the records before n, and returns how many those are.
func (s *numbers) skipTo(n int) int {
	lost := max(n-s.upTo-1, 0)
	s.upTo += lost
	maps.DeleteFunc(s.ahead, func(n int, _ bool) bool { return n <= s.upTo })
	return lost
}

// count returns how many of the first n records have come, or were given up.
func (s *numbers) count(n int) int {
	count := min(s.upTo, n)
	for ahead := range s.ahead {
		if ahead <= n {
			count++
		}
	}
	return count
}

// maxAhead is how many records after a hole are remembered before it is given up:
// far more than can overtake one.
const maxAhead = 4096

// giveUp gives up the first hole if more than most records have come after it, and
// returns how many are missing there.
func (s *numbers) giveUp(most int) int {
	if len(s.ahead) <= most {
		return 0
	}
	lost := s.skipTo(slices.Min(slices.Collect(maps.Keys(s.ahead))))
	s.closeUp()
	return lost
}

// closeUp counts what is beyond a hole that is no more.
func (s *numbers) closeUp() {
	for s.ahead[s.upTo+1] {
		s.upTo++
		delete(s.ahead, s.upTo)
	}
}

// take notes n, and reports whether it is new.
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
