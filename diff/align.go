package diff

// pair is the indices of equal elements in two lists.
type pair struct{ before, after int }

// align returns the longest list of pairs that preserves the order of both lists, using
// Myers' algorithm in linear space (E. Myers, An O(ND) Difference Algorithm and Its
// Variations, 1986). The time is the lists' length multiplied by their difference or by
// the shorter list's length, whichever is less.
func align(before, after []string) []pair {
	a := aligner{before: before, after: after}
	a.align(0, len(before), 0, len(after))
	return a.pairs
}

type aligner struct {
	before, after []string
	pairs         []pair
}

// align aligns a range of each list.
func (a *aligner) align(x, xEnd, y, yEnd int) {
	for x < xEnd && y < yEnd && a.before[x] == a.after[y] {
		a.pairs = append(a.pairs, pair{x, y})
		x, y = x+1, y+1
	}
	same := 0
	for x < xEnd-same && y < yEnd-same && a.before[xEnd-1-same] == a.after[yEnd-1-same] {
		same++
	}
	xEnd, yEnd = xEnd-same, yEnd-same
	if x < xEnd && y < yEnd {
		xMid, yMid := a.middle(x, xEnd, y, yEnd)
		a.align(x, xMid, y, yMid)
		a.align(xMid, xEnd, yMid, yEnd)
	}
	for i := range same {
		a.pairs = append(a.pairs, pair{xEnd + i, yEnd + i})
	}
}

// middle returns a point halfway along a shortest path through a range, whose lists
// must begin and end differently. It searches from both ends, one edit at a time and as
// far as possible on each diagonal, until the two searches meet.
func (a *aligner) middle(x, xEnd, y, yEnd int) (int, int) {
	n, m := xEnd-x, yEnd-y
	half := (n + m + 1) / 2
	forth, back := newReach(n, m, half), newReach(n, m, half)
	for edits := range half + 1 {
		for k := forth.lowest(edits); k <= forth.highest(edits); k += 2 {
			i := forth.step(k, edits, func(i, j int) bool { return a.before[x+i] == a.after[y+j] })
			if opposite := n - m - k; i >= 0 && back.at(opposite, edits-1) >= n-i {
				return x + i, y + i - k
			}
		}
		for k := back.lowest(edits); k <= back.highest(edits); k += 2 {
			i := back.step(k, edits, func(i, j int) bool { return a.before[xEnd-1-i] == a.after[yEnd-1-j] })
			if opposite := n - m - k; i >= 0 && forth.at(opposite, edits) >= n-i {
				return xEnd - i, yEnd - (i - k)
			}
		}
	}
	return xEnd, y // unreachable: they meet halfway at the latest
}

// reach is how far a search got on each diagonal of two lists of lengths n and m. On
// diagonal k, the index into the first list is larger than the other by k.
type reach struct {
	n, m     int
	furthest []int // index into the first list, by diagonal
	zero     int
}

func newReach(n, m, edits int) reach {
	return reach{n: n, m: m, furthest: make([]int, 2*edits+3), zero: edits + 1}
}

// lowest and highest return the outermost diagonals that a number of edits can reach:
// nothing can be left out beyond the end of a list. This limits the time for a long and
// a short list to the product of their lengths.
func (r reach) lowest(edits int) int  { return -edits + 2*max(0, edits-r.m) }
func (r reach) highest(edits int) int { return edits - 2*max(0, edits-r.n) }

// at returns how far the search got on a diagonal with a number of edits; -1 if they
// can't reach it.
func (r reach) at(k, edits int) int {
	if k < max(-edits, -r.m) || k > min(edits, r.n) || (k+edits)%2 != 0 {
		return -1
	}
	i := r.furthest[r.zero+k]
	if i > r.n || i-k > r.m {
		return -1
	}
	return i
}

// step adds an edit to reach diagonal k, and follows it as long as the elements are
// equal.
func (r reach) step(k, edits int, same func(i, j int) bool) int {
	i := r.furthest[r.zero+k-1] + 1
	if k == -edits || k != edits && r.furthest[r.zero+k+1] >= i {
		i = r.furthest[r.zero+k+1]
	}
	for i < r.n && i-k < r.m && same(i, i-k) {
		i++
	}
	r.furthest[r.zero+k] = i
	return r.at(k, edits)
}
