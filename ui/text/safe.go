// Package text draws lines of untrusted text: made safe for the terminal, measured in
// cells, cut and padded to a width.
package text

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"

	"layertap/visible"
)

// maxCluster is the maximum number of runes drawn for one character. Languages need four;
// hundreds of stacked accents would draw over other rows.
const maxCluster = 5

// Safe returns s in a form that is safe to send to a terminal: control characters and
// invisible characters are made visible, and every character has the same width in
// terminals with and without grapheme clusters. Safe is idempotent.
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

// isPlain reports whether all characters of s are harmless and one cell wide: ASCII, Latin
// letters, and the punctuation, arrows and boxes that the screen uses.
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

// even returns one character in a form that has the same width on all terminals.
func even(cluster string) string {
	var b strings.Builder
	n := 0
	for _, r := range cluster {
		if n++; n > maxCluster {
			break
		}
		if !isJoiner(r) { // a family drawn as its members has the same width everywhere
			b.WriteRune(r)
		}
	}
	if s := b.String(); agreed(s) {
		return s
	}
	return apart(b.String())
}

// agreed reports whether s has the same width in terminals with and without grapheme
// clusters.
func agreed(s string) bool { return ansi.StringWidth(s) == ansi.StringWidthWc(s) }

// isJoiner reports whether r joins several characters into one picture, or selects a
// variant of one. The width of the result differs between terminals.
func isJoiner(r rune) bool {
	return r == 0x200d || r >= 0xfe00 && r <= 0xfe0f || r >= 0x1f3fb && r <= 0x1f3ff
}

// apart returns the runes of a cluster whose individual width is the same on all terminals,
// and a sign for the others.
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
