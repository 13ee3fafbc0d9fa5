package diff

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestAlign(t *testing.T) {
	for _, tt := range []struct{ before, after, shared string }{
		{"", "", ""},
		{"abc", "", ""},
		{"", "abc", ""},
		{"abc", "abc", "abc"},
		{"abc", "xyz", ""},
		{"abc", "axc", "ac"},
		{"abcabba", "cbabac", "caba"},
		{"ab", "ba", "b"},
	} {
		shared := alignment(t, tt.before, tt.after)
		if len(shared) != len(tt.shared) {
			t.Errorf("%q and %q share %q, not something like %q", tt.before, tt.after, shared, tt.shared)
		}
	}
}

// The alignment is as long as possible for any lists.
func TestAlignIsLongest(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	list := func() string {
		letters := make([]byte, random.IntN(14))
		for i := range letters {
			letters[i] = "abcd"[random.IntN(4)]
		}
		return string(letters)
	}
	for range 20_000 {
		before, after := list(), list()
		if got, want := len(alignment(t, before, after)), longest(before, after); got != want {
			t.Fatalf("%q and %q: %d are aligned, %d can be", before, after, got, want)
		}
	}
}

// Aligning two long lists that have nothing in common takes little time and memory.
func TestAlignLongLists(t *testing.T) {
	if pairs := align(slices.Repeat([]string{"a"}, 4_000), slices.Repeat([]string{"b"}, 4_000)); len(pairs) != 0 {
		t.Errorf("%d pairs", len(pairs))
	}
}

// Aligning a long and a short list takes time in proportion to the product of their
// lengths. In proportion to their difference it would take minutes.
func TestAlignLongWithShort(t *testing.T) {
	long := slices.Repeat([]string{"a"}, 400_000)
	long[300_000] = "b"
	for _, short := range [][]string{{"x", "y", "b", "z"}, {"a", "b", "a"}} {
		if pairs := align(long, short); len(pairs) == 0 {
			t.Errorf("%v: %d pairs", short, len(pairs))
		}
		if pairs := align(short, long); len(pairs) == 0 {
			t.Errorf("%v: none, the other way round", short)
		}
	}
}

// alignment returns what two lists of letters have in common, and checks that the pairs
// are in order.
func alignment(t *testing.T, before, after string) string {
	t.Helper()
	shared, last := "", pair{-1, -1}
	for _, p := range align(strings.Split(before, ""), strings.Split(after, "")) {
		if p.before <= last.before || p.after <= last.after || before[p.before] != after[p.after] {
			t.Fatalf("%q and %q: %v after %v", before, after, p, last)
		}
		shared += before[p.before : p.before+1]
		last = p
	}
	return shared
}

// longest returns the length of the longest common sequence of two lists by trying all.
func longest(before, after string) int {
	row := make([]int, len(after)+1)
	for i := range before {
		diagonal := 0
		for j := range after {
			above := row[j+1]
			if before[i] == after[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return row[len(after)]
}
