package diff

// pair is an element of one list and the equal one of another, by their indices.
type pair struct{ before, after int }

// align returns the longest list of pairs that keeps both lists' order. It is
// Myers' algorithm in linear space (E. Myers, An O(ND) Difference Algorithm and
// Its Variations, 1986): the time is the lists' length times their difference, or times
// the shorter one's length.
func align(before, after []string) []pair {
	a := aligner{before: before, after: after}
	a.align(0, len(before), 0, len(after))
	return a.pairs
}

type aligner struct {
	before, after []string
	pairs         []pair
}

// align aligns a stretch of each list.
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

// middle returns a point half-way along a shortest way through a stretch, whose
// lists begin and end differently. It goes from both ends, an edit at a time, as
// far as it gets on each diagonal, until the two meet.
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
	return xEnd, y // not so: the two meet half-way at the latest
}

// reach is how far into two lists of lengths n and m one gets on each diagonal.
// Diagonal k is where the index into the first is ahead of the other by k.
type reach struct {
	n, m     int
	furthest []int // into the first
	zero     int
}

func newReach(n, m, edits int) reach {
	return reach{n: n, m: m, furthest: make([]int, 2*edits+3), zero: edits + 1}
}

// lowest and highest are the outermost diagonals to which a number of edits can still
// lead: beyond the end of a list there is nothing more to leave out. A long list is so
// compared with a short one in time that is the product of their lengths.
func (r reach) lowest(edits int) int  { return -edits + 2*max(0, edits-r.m) }
func (r reach) highest(edits int) int { return edits - 2*max(0, edits-r.n) }

// at is how far one got on a diagonal with a number of edits; -1 where they do
// not lead to it.
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

// step takes one more edit to diagonal k and goes on as long as the lists are the
// same.
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
