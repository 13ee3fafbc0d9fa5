package engine

import (
	"slices"
	"strings"
	"unicode"

	"layertap/datalayer"
	"layertap/gtm"
	"layertap/gtm/variable"
	"layertap/jsregexp"
)

// nearby finds the triggers of a container that almost listen for an event.
type nearby struct {
	index  *eventIndex
	wanted []wanted // nil until first used
}

// wanted is a shape of the events that a trigger listens for.
type wanted struct {
	trigger    *gtm.Trigger
	shape      shape
	unanchored *jsregexp.Regexp // its pattern without ^ and $; nil if it has neither
}

// maxMisses bounds the near misses of a message in one container.
const maxMisses = 5

// maxWanted bounds the shapes that a container's events are compared with.
const maxWanted = 5000

func (n *nearby) gather() {
	n.wanted = []wanted{}
	for _, t := range n.index.container.Triggers {
		if n.index.universal[t.Index] {
			continue
		}
		if len(n.wanted) > maxWanted {
			return
		}
		for _, c := range t.Conditions[:t.OnEvent] {
			if !c.Negated {
				n.want(t, c.Predicate)
				break
			}
		}
	}
}

func (n *nearby) want(t *gtm.Trigger, p *gtm.Predicate) {
	values := []gtm.Term{p.Right}
	if p.Right.Kind == gtm.ListTerm {
		values = p.Right.List
	}
	for _, v := range values {
		text := v.Constant.Text
		if datalayer.IsGTMName(strings.TrimPrefix(text, "^")) {
			continue
		}
		var shapes []shape
		var unanchored *jsregexp.Regexp
		switch p.Operator {
		case gtm.Equals:
			shapes = []shape{spell(text)}
		case gtm.StartsWith:
			shapes = []shape{append(spell(text), gap)}
		case gtm.EndsWith:
			shapes = []shape{append(shape{gap}, spell(text)...)}
		case gtm.Contains:
			shapes = []shape{append(append(shape{gap}, spell(text)...), gap)}
		case gtm.MatchesRegexp:
			shapes = shapesOf(text)
			unanchored = withoutAnchors(text, p.IgnoreCase)
		}
		if len(shapes) == 0 && unanchored != nil {
			shapes = []shape{nil}
		}
		for _, s := range shapes {
			n.wanted = append(n.wanted, wanted{t, s, unanchored})
		}
	}
}

// withoutAnchors compiles a pattern without the anchors at its ends. It returns nil if
// there are none.
func withoutAnchors(pattern string, ignoreCase bool) *jsregexp.Regexp {
	bare := strings.TrimPrefix(pattern, "^")
	if strings.HasSuffix(bare, "$") && !strings.HasSuffix(bare, `\$`) {
		bare = bare[:len(bare)-1]
	}
	if bare == pattern || bare == "" {
		return nil
	}
	re, err := jsregexp.Compile(bare, ignoreCase)
	if err != nil {
		return nil
	}
	return re
}

// misses returns the triggers that almost listen for an event, without duplicates.
func (n *nearby) misses(event string) []gtm.NearMiss {
	if len(event) > maxEventLength {
		return nil
	}
	if n.wanted == nil {
		n.gather()
	}
	best := map[*gtm.Trigger]gtm.NearMiss{}
	runes := []rune(event)
	for _, w := range n.wanted {
		miss, ok := n.miss(w, event, runes)
		if known, seen := best[w.trigger]; ok && (!seen || nearer(miss, known) < 0) {
			best[w.trigger] = miss
		}
	}
	misses := make([]gtm.NearMiss, 0, len(best))
	for _, miss := range best {
		misses = append(misses, miss)
	}
	sortNearMisses(misses)
	return misses[:min(len(misses), maxMisses)]
}

// maxEventLength bounds the length of names that are compared letter by letter.
const maxEventLength = 200

func (n *nearby) miss(w wanted, event string, runes []rune) (gtm.NearMiss, bool) {
	if w.shape != nil && w.shape.fits(runes) {
		found := w.shape.align(runes)
		if found.near(w.shape) && n.index.matches(w.trigger, found.name) {
			return gtm.NearMiss{Trigger: w.trigger, Kind: found.kind(), Expected: found.name, Distance: found.edits}, true
		}
	}
	if w.unanchored != nil {
		if matched, err := w.unanchored.Match(event); matched && err == nil {
			return gtm.NearMiss{Trigger: w.trigger, Kind: gtm.AnchorAway}, true
		}
	}
	return gtm.NearMiss{}, false
}

// matches reports whether a trigger matches an event.
func (l *eventIndex) matches(t *gtm.Trigger, event string) bool {
	r := &variable.Reader{Event: datalayer.StringOf(event), Container: l.container, Patterns: &l.patterns}
	for _, c := range t.Conditions[:t.OnEvent] {
		v := evaluate(c.Predicate, r)
		if v.threw || v.truth != gtm.Yes && !c.Negated || v.truth != gtm.No && c.Negated {
			return false
		}
	}
	return true
}

func sortNearMisses(misses []gtm.NearMiss) {
	slices.SortFunc(misses, nearer)
}

// nearer sorts near misses, nearest first.
func nearer(a, b gtm.NearMiss) int {
	for _, difference := range []int{
		int(a.Kind) - int(b.Kind), a.Distance - b.Distance,
		strings.Compare(a.Trigger.Container.ID, b.Trigger.Container.ID), a.Trigger.Index - b.Trigger.Index,
	} {
		if difference != 0 {
			return difference
		}
	}
	return strings.Compare(a.Expected, b.Expected)
}

// nearKey returns the key among others that was probably meant by key; empty if there
// is none.
func nearKey(key string, others []shape) string {
	if len(key) > maxEventLength {
		return ""
	}
	best, nearest := "", alignment{}
	runes := []rune(key)
	for _, s := range others {
		if !s.fits(runes) {
			continue
		}
		if a := s.align(runes); a.near(s) && a.cost > 0 && (best == "" || a.cost < nearest.cost) {
			best, nearest = string(s), a
		}
	}
	return best
}

func spellAll(keys []string) []shape {
	shapes := make([]shape, len(keys))
	for i, key := range keys {
		shapes[i] = spell(key)
	}
	return shapes
}

// shape is a name with gaps, which match any text.
type shape []rune

const gap rune = -1

func spell(text string) shape { return shape(text) }

// fits reports whether a name can be near the shape, judging only by the letters that
// it lacks or has in addition. Aligning the two takes a hundred times as long.
func (s shape) fits(name []rune) bool {
	const slack = 8 // separators
	missing := s.letters() - len(name)
	hasGap := slices.Contains(s, gap)
	if len(s) > maxEventLength || missing > slack || missing < -slack && !hasGap {
		return false
	}
	lacks, extra := s.compare(name)
	return lacks <= mostEdits && (extra <= mostEdits || hasGap)
}

// compare counts the letters of the shape that a name lacks, and the additional letters
// of the name. The number of edits is at least as large as either.
func (s shape) compare(name []rune) (lacks, extra int) {
	var surplus [64]int // by letter; letters that share an entry only make the counts smaller
	count := func(r rune, by int) {
		if r != gap && !isSeparator(r) {
			surplus[unicode.ToLower(r)%64] += by
		}
	}
	for _, r := range s {
		count(r, 1)
	}
	for _, r := range name {
		count(r, -1)
	}
	for _, n := range surplus {
		lacks, extra = lacks+max(n, 0), extra+max(-n, 0)
	}
	return lacks, extra
}

// letters returns the length of the shape without gaps.
func (s shape) letters() int {
	n := 0
	for _, r := range s {
		if r != gap {
			n++
		}
	}
	return n
}

// alignment is the result of aligning a name with a shape.
type alignment struct {
	cost  int
	edits int    // letters missing, added, replaced or swapped
	seps  int    // separators missing, added or replaced
	name  string // the name corrected to fit the shape
}

// The costs of differences between names. A different digit isn't a typo: step_1 isn't
// step_2.
const (
	caseCost      = 1
	separatorCost = 40
	editCost      = 10_000
	digitCost     = 1 << 40
)

// mostEdits is the maximum number of edits in a long name.
const mostEdits = 2

// near reports whether a name is similar enough to be a typo.
func (a alignment) near(s shape) bool {
	letters := s.letters()
	switch {
	case a.cost == 0 || a.cost >= digitCost:
		return false
	case a.edits == 0:
		return letters > 1
	case letters < 5:
		return false
	case letters < 10:
		return a.edits == 1
	default:
		return a.edits <= mostEdits
	}
}

func (a alignment) kind() gtm.NearMissKind {
	switch {
	case a.edits > 0:
		return gtm.OtherSpelling
	case a.seps > 0:
		return gtm.OtherSeparators
	default:
		return gtm.OtherCase
	}
}

func isSeparator(r rune) bool { return strings.ContainsRune("_-. :/", r) }

// costOf returns the cost of replacing letter a by b; 0 is no letter.
func costOf(a, b rune) int {
	switch {
	case a == b:
		return 0
	case unicode.ToLower(a) == unicode.ToLower(b):
		return caseCost
	case unicode.IsDigit(a) || unicode.IsDigit(b):
		return digitCost
	case (a == 0 || isSeparator(a)) && (b == 0 || isSeparator(b)):
		return separatorCost
	default:
		return editCost
	}
}

// step is a move to a cell of the table: how many letters of the shape and of the name
// it consumes.
type step struct{ shape, name int }

// align aligns a name with the shape at the lowest cost (Damerau-Levenshtein distance,
// with gaps at no cost).
func (s shape) align(name []rune) alignment {
	width := len(name) + 1
	costs := make([]int, (len(s)+1)*width)
	steps := make([]step, len(costs))
	for i := range len(s) + 1 {
		for j := range width {
			if i == 0 && j == 0 {
				continue
			}
			best, by := digitCost*1000, step{}
			try := func(from step, cost int) {
				if from.shape > i || from.name > j {
					return
				}
				if cost += costs[(i-from.shape)*width+j-from.name]; cost < best {
					best, by = cost, from
				}
			}
			s.tryAll(name, i, j, try)
			costs[i*width+j], steps[i*width+j] = best, by
		}
	}
	return s.trace(name, costs, steps)
}

// tryAll tries the moves to the cell of the first i letters of the shape and the first
// j of the name.
func (s shape) tryAll(name []rune, i, j int, try func(from step, cost int)) {
	if i > 0 && s[i-1] == gap {
		try(step{1, 0}, 0)
		try(step{0, 1}, 0)
		return
	}
	if i > 0 {
		try(step{1, 0}, costOf(s[i-1], 0))
	}
	if j > 0 {
		try(step{0, 1}, costOf(0, name[j-1]))
	}
	if i == 0 || j == 0 {
		return
	}
	try(step{1, 1}, costOf(s[i-1], name[j-1]))
	if i > 1 && j > 1 && s[i-2] != gap && s[i-1] != s[i-2] && s[i-1] == name[j-2] && s[i-2] == name[j-1] {
		try(step{2, 2}, editCost)
	}
}

// trace follows the table backwards and returns what the name should have been.
func (s shape) trace(name []rune, costs []int, steps []step) alignment {
	width := len(name) + 1
	i, j := len(s), len(name)
	a := alignment{cost: costs[i*width+j]}
	var reversed []rune
	for i > 0 || j > 0 {
		at := i*width + j
		by := steps[at]
		if by == (step{}) { // not reachable
			return alignment{cost: digitCost}
		}
		cost := costs[at] - costs[(i-by.shape)*width+j-by.name]
		switch {
		case i > 0 && s[i-1] == gap:
			if by.name == 1 {
				reversed = append(reversed, name[j-1])
			}
		default:
			for k := range by.shape {
				reversed = append(reversed, s[i-1-k])
			}
		}
		switch {
		case cost >= editCost:
			a.edits++
		case cost >= separatorCost:
			a.seps++
		}
		i, j = i-by.shape, j-by.name
	}
	slices.Reverse(reversed)
	a.name = string(reversed)
	return a
}
