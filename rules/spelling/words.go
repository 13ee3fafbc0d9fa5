package spelling

import (
	"slices"
	"strings"
	"unicode"
)

// Words is a name taken apart: "widgetOpened", "widget-opened" and "Widget
// Opened" are all the words widget and opened.
type Words struct {
	name  string
	Parts [][]rune
	Stems []string
	// folded is the name without case and separators.
	Folded []rune
}

// maxName is the length in characters beyond which no name is compared.
const maxName = 120

// Split takes a name apart into words, at separators and changes of case.
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

// startsWord reports whether a capital at i begins a word, as the O of widgetOpened
// and the P of HTMLParser do.
func startsWord(runes []rune, i int) bool {
	if !unicode.IsUpper(runes[i]) {
		return false
	}
	return unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) ||
		i+1 < len(runes) && unicode.IsLower(runes[i+1])
}

// digits returns the digits of a name. Names that differ in them are different
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

// irregular are forms whose stem no ending gives away.
var irregular = map[string]string{"sent": "send", "left": "leav", "leave": "leav", "leaving": "leav", "sending": "send"}

// stem takes the endings of English verbs and nouns off a word, so that start,
// starts, started and starting are the same. What is left need not be a word.
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

// undouble takes back the doubling of submitted.
func undouble(s string) string {
	if n := len(s); n > 3 && s[n-1] == s[n-2] && !strings.ContainsRune("aeiousl", rune(s[n-1])) {
		return s[:n-1]
	}
	return s
}

// keyRows are the letters of the keyboard that most names are typed on, each
// row shifted by about half a key against the one above.
var keyRows = []string{"qwertyuiop", "asdfghjkl", "zxcvbnm"}

// neighbours says of two small letters whether their keys touch.
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

// Costs of the slips that people make. One and the same name has 0, a slip of
// the hand or the ear less than 1, any other change more.
const (
	costDouble    = 0.6 // messsage, mesage
	costSwap      = 0.8 // opende
	costNeighbour = 0.8 // widger
	CostDrop      = 0.9 // opned
	costInsert    = 1.0
	costSound     = 1.0 // massage, archeived
	CostOther     = 1.2
	costFirst     = 0.3 // on top, where a word begins with another letter
	Far           = 99
)

// soundAlike are letters that are mistaken for one another by ear.
var soundAlike = []string{"aeiouy", "ck", "cs", "sz", "dt", "bp", "fv", "vw", "mn", "gj"}

func costOf(typed, meant rune, first bool) float64 {
	switch {
	case typed == meant:
		return 0
	case unicode.IsDigit(typed) || unicode.IsDigit(meant):
		return Far
	case areNeighbours(typed, meant):
		return costNeighbour
	}
	for _, alike := range soundAlike {
		if strings.ContainsRune(alike, typed) && strings.ContainsRune(alike, meant) {
			return costSound
		}
	}
	if first {
		return CostOther + costFirst
	}
	return CostOther
}

// Distance is what it costs to have typed one word where another was meant: the
// Damerau-Levenshtein distance (adjacent swaps, each once) with costs by how
// easily a slip is made. It gives up beyond limit.
func Distance(typed, meant []rune, limit float64) float64 {
	if gap := len(typed) - len(meant); float64(max(gap, -gap))*costDouble > limit {
		return Far
	}
	if slices.Equal(typed, meant) {
		return 0
	}
	before, row, next := make([]float64, len(meant)+1), make([]float64, len(meant)+1), make([]float64, len(meant)+1)
	for j := range meant {
		row[j+1] = row[j] + dropCost(meant, j)
	}
	for i, t := range typed {
		next[0] = row[0] + insertCost(typed, meant, i, -1)
		least := next[0]
		for j, m := range meant {
			cost := min(row[j]+costOf(t, m, i == 0 && j == 0),
				row[j+1]+insertCost(typed, meant, i, j),
				next[j]+dropCost(meant, j))
			if i > 0 && j > 0 && t == meant[j-1] && typed[i-1] == m && t != m {
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
	if d := row[len(meant)]; d <= limit+1e-9 {
		return d
	}
	return Far
}

// dropCost is that of leaving out meant[j].
func dropCost(meant []rune, j int) float64 {
	switch {
	case unicode.IsDigit(meant[j]):
		return Far
	case j > 0 && meant[j] == meant[j-1], j+1 < len(meant) && meant[j] == meant[j+1]:
		return costDouble
	}
	return CostDrop
}

// insertCost is that of typing typed[i] too much, after meant[j].
func insertCost(typed, meant []rune, i, j int) float64 {
	switch {
	case unicode.IsDigit(typed[i]):
		return Far
	case j >= 0 && typed[i] == meant[j]:
		return costDouble
	case j >= 0 && areNeighbours(typed[i], meant[j]),
		j+1 < len(meant) && areNeighbours(typed[i], meant[j+1]):
		return costNeighbour
	}
	return costInsert
}

// Within reports whether one of two names has the other in it, whatever their case and
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
