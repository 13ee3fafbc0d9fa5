package personal

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Taken counts what was removed from a session.
type Taken struct {
	places int
	kinds  map[Kind]int // how many distinct ones
	known  map[taken]bool
}

// taken is a removed value.
type taken struct{ why, hash string }

// maxTaken bounds the distinct values that are counted.
const maxTaken = 100_000

// add counts a value removed in one place.
func (t *Taken) add(why, hash string) {
	t.places++
	one := taken{why, hash}
	if t.known[one] || len(t.known) >= maxTaken {
		return
	}
	t.known[one] = true
	if t.kinds == nil {
		t.kinds = map[Kind]int{}
	}
	t.kinds[Kind(why)]++
}

// String describes what was removed, most frequent first: "2 e-mail addresses and 1
// phone number, in 14 places". It is empty if nothing was.
func (t Taken) String() string {
	if t.places == 0 {
		return ""
	}
	counts := map[Kind]int{}
	for kind, n := range t.kinds {
		if kind == aSecret {
			kind = aToken // users don't distinguish them
		}
		counts[kind] += n
	}
	all := slices.SortedFunc(maps.Keys(counts), func(a, b Kind) int { return cmp.Or(counts[b]-counts[a], strings.Compare(string(a), string(b))) })
	parts := make([]string, len(all))
	for i, kind := range all {
		parts[i] = kind.counted(counts[kind])
	}
	named := parts[len(parts)-1]
	if len(parts) > 1 {
		named = strings.Join(parts[:len(parts)-1], ", ") + " and " + named
	}
	if t.places == 1 {
		return named + ", in 1 place"
	}
	return fmt.Sprintf("%s, in %d places", named, t.places)
}

// counted formats a number and the kind.
func (p Kind) counted(n int) string {
	words, known := kinds[p]
	switch {
	case !known:
		return fmt.Sprintf("%d of the kind %q", n, string(p))
	case n == 1:
		_, rest, _ := strings.Cut(words.one, " ")
		return "1 " + rest
	}
	return fmt.Sprintf("%d %s", n, words.many)
}
