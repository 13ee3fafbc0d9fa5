package filter

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Error describes why a text isn't a valid filter.
type Error struct {
	Text string
	// Offset is the position of the mistake in Text, in bytes.
	Offset int
	Reason string // a sentence without a full stop
}

func (e *Error) Error() string {
	return fmt.Sprintf("invalid filter %q: at character %d, %s", e.Text, len([]rune(e.Text[:e.Offset]))+1, e.Reason)
}

func (p *parser) wrong(offset int, reason string) error { return &Error{p.text, offset, reason} }

// noField returns the reason for an unknown field, with a suggestion.
func noField(name string) string {
	var names []string
	for _, f := range Fields() {
		names = append(names, f.Name)
	}
	if near := nearest(strings.ToLower(name), names); near != "" {
		return "unknown field “" + name + "”; did you mean “" + near + "”?"
	}
	return "unknown field “" + name + "”; write a parameter as “param:" + name + "”, and put text in quotes"
}

// instead suggests a similar preset, or lists all of them.
func (presets Presets) instead(name string) string {
	if near := nearest(name, presets.names()); near != "" {
		return "; did you mean “@" + near + "”?"
	}
	return "; the filters are @" + strings.Join(presets.names(), ", @")
}

func (presets Presets) names() []string { return slices.Sorted(maps.Keys(presets)) }

// nearest returns a name that begins with word, or is at most two edits away from it;
// empty if there is none.
func nearest(word string, names []string) string {
	found, least := "", 3
	for _, name := range names {
		if len(word) > 1 && strings.HasPrefix(name, word) {
			return name
		}
		if d := distance(word, name); d < least && d < len(name)-1 {
			found, least = name, d
		}
	}
	return found
}

// distance returns the number of bytes to insert, delete or replace to turn one text
// into the other (V. Levenshtein, 1965).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
