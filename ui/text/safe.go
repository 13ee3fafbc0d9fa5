// Package text draws lines of text from anywhere: made safe for the terminal,
// measured in its cells, cut and padded to a width.
package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"layertap/visible"
)

// maxCluster is how many runes of one character are drawn. Languages need four;
// what stacks hundreds of accents on a letter wants to draw over other rows.
const maxCluster = 5

// Safe returns s as it may be sent to a terminal: what a terminal would obey and
// what cannot be seen is made visible, and every character is as wide in
// terminals that know grapheme clusters as in those that do not. Safe(Safe(s)) is
// Safe(s).
func Safe(s string) string {
	if isPlain(s) {
		return s
	}
	s = visible.Text(s)
	var b strings.Builder
	for s != "" {
		cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		b.WriteString(even(cluster))
		s = s[len(cluster):]
	}
	return b.String()
}

// isPlain reports whether s holds nothing but characters of which every one is
// harmless and one cell wide: ASCII, Latin letters, and the punctuation, arrows
// and boxes that the screen itself is made of.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return isPlainText(s[i:])
		}
	}
	return true
}

func isPlainText(s string) bool {
	for _, r := range s {
		switch {
		case r >= ' ' && r < 0x7f, r >= 0xa1 && r < 0x250 && r != 0xad:
		case r >= 0x2010 && r <= 0x2027, r >= 0x2190 && r <= 0x2193, r >= 0x2400 && r <= 0x2421:
		case r >= 0x2500 && r < 0x25fb, r == '✓', r == '✗':
		default:
			return false
		}
	}
	return true
}

// even returns one character in a form on whose width all terminals agree.
func even(cluster string) string {
	var b strings.Builder
	n := 0
	for _, r := range cluster {
		if n++; n > maxCluster {
			break
		}
		if !isJoiner(r) { // a family drawn as its members is as wide everywhere
			b.WriteRune(r)
		}
	}
	if s := b.String(); agreed(s) {
		return s
	}
	return apart(b.String())
}

// agreed reports whether terminals that know grapheme clusters and those that do
// not give s the same width.
func agreed(s string) bool { return ansi.StringWidth(s) == ansi.StringWidthWc(s) }

// isJoiner tells the characters that make one picture of several, or choose
// between two forms of one. Terminals do not agree on what remains.
func isJoiner(r rune) bool {
	return r == 0x200d || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff
}

// apart returns those runes of a cluster on whose width all agree when each
// stands alone, and a sign for the others.
func apart(cluster string) string {
	var b strings.Builder
	for _, r := range cluster {
		if one := string(r); agreed(one) && ansi.StringWidth(one) > 0 {
			b.WriteString(one)
		} else {
			fmt.Fprintf(&b, "‹U+%04X›", r)
		}
	}
	if s := b.String(); agreed(s) {
		return s
	}
	return string(utf8.RuneError)
}
