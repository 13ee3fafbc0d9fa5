package spelling

import (
	"slices"
	"strings"
	"unicode"
)

// Words is a name split into words: "widgetOpened", "widget-opened" and "Widget Opened"
// all consist of widget and opened.
type Words struct {
	name  string
	Parts [][]rune
	Stems []string
	// folded is the name in lower case without separators.
	Folded []rune
}

// maxName is the maximum length in characters of names that are compared.
const maxName = 120

// Split splits a name into words, at separators and changes of case.
func Split(name string) Words {
	w := Words{name: name}
	runes := []rune(name)
	start := 0
	cut := func(end int) {
		if end > start {
			part := []rune(strings.ToLower(string(runes[start:end])))
			w.Parts = append(w.Parts, part)
			w.Stems = append(w.Stems, stem(string(part)))
			w.Folded = append(w.Folded, part...)
		}
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			cut(i)
			start = i + 1
		case i > start && startsWord(runes, i):
			cut(i)
			start = i
		}
	}
	cut(len(runes))
	return w
}

// startsWord reports whether a capital at i starts a word, like the O in widgetOpened
// and the P in HTMLParser.
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	return unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) ||
		i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

// digits returns the digits of a name. Names with different digits mean different
// things: item_category2 isn't a misspelling of item_category3.
func (w Words) digits() []rune {
	var digits []rune
	for _, r := range w.Folded {
		if unicode.IsDigit(r) {
			digits = append(digits, r)
		}
	}
	return digits
}

// irregular maps words to their stem if their endings don't determine it.
var irregular = map[string]string{"sent": "send", "left": "leav", "leave": "leav", "leaving": "leav", "sending": "send"}

// stem removes the endings of English verbs and nouns from a word, so that start,
// starts, started and starting are equal. The result may not be a word.
func stem(word string) string {
	if s, ok := irregular[word]; ok {
		return s
	}
	s := word
	for _, ending := range []string{"ings", "ing", "ions", "ion", "ies", "ied", "es", "ed", "s", "d"} {
		cut, ok := strings.CutSuffix(word, ending)
		if !ok || len(cut) < 3 || !strings.ContainsAny(cut, "aeiouy") || ending == "s" && strings.HasSuffix(cut, "s") ||
			ending == "d" && !strings.HasSuffix(cut, "e") {
			continue
		}
		s = cut
		if ending == "ies" || ending == "ied" {
			s += "y"
		}
		if ending != "s" {
			s = undouble(s)
		}
		break
	}
	return strings.TrimSuffix(s, "e")
}

// undouble removes the doubled consonant in words such as submitted.
func undouble(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] && !strings.ContainsRune("aeiousl", rune(s[n-1])) {
		return s[:n-1]
	}
	return s
}

// keyRows are the letters of a QWERTY keyboard. Each row is shifted by about half a key
// against the one above.
var keyRows = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// neighbours reports for two lower-case letters whether their keys are adjacent.
var neighbours = func() (near [26][26]bool) {
	add := func(a, b byte) { near[a-'a'][b-'a'], near[b-'a'][a-'a'] = true, true }
	for r, row := range keyRows {
		for c := range row {
			if c+1 < len(row) {
				add(row[c], row[c+1])
			}
			if r > 0 {
				add(row[c], keyRows[r-1][c])
				add(row[c], keyRows[r-1][c+1])
			}
		}
	}
	return near
}()

func areNeighbours(a, b rune) bool {
	return a >= 'a' && a <= 'z' && b >= 'a' && b <= 'z' && neighbours[a-'a'][b-'a']
}

// The costs of typos. Equal names have cost 0, typing and hearing mistakes less than 1,
// any other change more.
const (
	costDouble    = 0.6 // messsage, mesage
	costSwap      = 0.8 // opende
	costNeighbour = 0.8 // widger
	CostDrop      = 0.9 // opned
	costInsert    = 1.0
	costSound     = 1.0 // massage, archeived
	CostOther     = 1.2
	costFirst     = 0.3 // added if the first letter of a word differs
	Far           = 99
)

// soundAlike are letters that sound similar.
var soundAlike = []string{"aeiouy", "ck", "cs", "sz", "dt", "bp", "fv", "vw", "mn", "gj"}

func costOf(typed, intended rune, first bool) float64 {
	switch {
	case typed == intended:
		return 0
	case unicode.IsDigit(typed) || unicode.IsDigit(intended):
		return Far
	case areNeighbours(typed, intended):
		return costNeighbour
	}
	for _, alike := range soundAlike {
		if strings.ContainsRune(alike, typed) && strings.ContainsRune(alike, intended) {
			return costSound
		}
	}
	if first {
		return CostOther + costFirst
	}
	return CostOther
}

// Distance returns the cost of typing typed instead of meant: the Damerau-Levenshtein
// distance (with adjacent swaps, each once), where likelier mistakes cost less. It
// stops if the cost exceeds limit.
func Distance(typed, intended []rune, limit float64) float64 {
	if gap := len(typed) - len(intended); float64(max(gap, -gap))*costDouble > limit {
		return Far
	}
	if slices.Equal(typed, intended) {
		return 0
	}
	before, row, next := make([]float64, len(intended)+1), make([]float64, len(intended)+1), make([]float64, len(intended)+1)
	for j := range intended {
		row[j+1] = row[j] + dropCost(intended, j)
	}
	for i, t := range typed {
		next[0] = row[0] + insertCost(typed, intended, i, -1)
		least := next[0]
		for j, m := range intended {
			cost := min(row[j]+costOf(t, m, i == 0 && j == 0),
				row[j+1]+insertCost(typed, intended, i, j),
				next[j]+dropCost(intended, j))
			if i > 0 && j > 0 && t == intended[j-1] && typed[i-1] == m && t != m {
				cost = min(cost, before[j-1]+costSwap)
			}
			next[j+1] = cost
			least = min(least, cost)
		}
		if least > limit+costSwap {
			return Far
		}
		before, row, next = row, next, before
	}
	if d := row[len(intended)]; d <= limit+1e-9 {
		return d
	}
	return Far
}

// dropCost returns the cost of leaving out meant[j].
func dropCost(intended []rune, j int) float64 {
	switch {
	case unicode.IsDigit(intended[j]):
		return Far
	case j > 0 && intended[j] == intended[j-1], j+1 < len(intended) && intended[j] == intended[j+1]:
		return costDouble
	}
	return CostDrop
}

// insertCost returns the cost of typing typed[i] in addition, after meant[j].
func insertCost(typed, intended []rune, i, j int) float64 {
	switch {
	case unicode.IsDigit(typed[i]):
		return Far
	case j >= 0 && typed[i] == intended[j]:
		return costDouble
	case j >= 0 && areNeighbours(typed[i], intended[j]),
		j+1 < len(intended) && areNeighbours(typed[i], intended[j+1]):
		return costNeighbour
	}
	return costInsert
}

// Within reports whether one of two names contains the other, ignoring case and
// separators.
func Within(a, b string) bool {
	a, b = squeezed(a), squeezed(b)
	return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-. :/", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
}
