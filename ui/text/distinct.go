package text

import (
	"slices"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Names is a column of names.
type Names struct {
	Width int // in cells
	short func(name string) string
}

// NamesIn returns a column for some names, of at most the given width.
func NamesIn(most int, names ...string) Names {
	n := Names{}
	for _, name := range names {
		n.Width = max(n.Width, min(Width(name), most))
	}
	n.short = Distinct(names, n.Width)
	return n
}

// Fit returns a name in exactly the width of the column.
func (n Names) Fit(name string) string { return Fit(n.short(name), n.Width) }

// leastCut is the width from which a name can be cut in the middle.
const leastCut = 8

// rounds is how often names that still look the same are cut again.
const rounds = 4

// Distinct returns a function that cuts each of some names to at most width cells. Names
// that would look the same when their ends are cut off keep their beginning and the part in
// which they differ: "GA4 - clicks…desktop".
func Distinct(names []string, width int) func(name string) string {
	short := map[string]string{}
	for _, name := range names {
		short[name] = Cut(name, width)
	}
	for range rounds {
		if width < leastCut {
			break
		}
		for _, same := range lookalikes(short) {
			shared := ansi.StringWidth(commonStart(same))
			for _, name := range same {
				short[name] = around(Safe(name), shared, width)
			}
		}
	}
	return func(name string) string {
		if s, ok := short[name]; ok {
			return s
		}
		return Cut(name, width)
	}
}

// lookalikes returns the groups of different names with the same short form.
func lookalikes(short map[string]string) [][]string {
	groups := map[string][]string{}
	for name, s := range short {
		groups[s] = append(groups[s], name)
	}
	var all [][]string
	for _, same := range groups {
		if len(same) > 1 {
			slices.Sort(same)
			all = append(all, same)
		}
	}
	return all
}

// commonStart returns what all names begin with; they are sorted.
func commonStart(names []string) string {
	first, last := Safe(names[0]), Safe(names[len(names)-1])
	n := 0
	for n < len(first) && n < len(last) && first[n] == last[n] {
		n++
	}
	for n > 0 && n < len(first) && !utf8.RuneStart(first[n]) {
		n--
	}
	return first[:n]
}

// around returns the beginning of s, and what is at a cell of s and after it.
func around(s string, at, width int) string {
	head := width / 2
	tail := width - head - 1
	from := max(min(at, ansi.StringWidth(s)-tail), 0)
	rest := ansi.TruncateLeft(s, from, "")
	if ansi.StringWidth(rest) > tail && from < at { // the first character is wide
		rest = ansi.TruncateLeft(s, from+1, "")
	}
	return ansi.Truncate(s, head, "") + "…" + Cut(rest, tail)
}
