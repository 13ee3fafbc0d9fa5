// Package visible makes untrusted text safe to display. Text from pages can contain
// escape sequences, which terminals interpret, and characters that mislead the reader.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with each control character, character without width and change of
// text direction replaced by a visible one: "␛" for an escape, "‹U+202E›" for a
// right-to-left override. The result is a single line of valid UTF-8, and
// deterministic.
func Text(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	before := rune(0)
	for _, r := range s { // invalid UTF-8 becomes U+FFFD
		shown := !Hidden(before, r)
		before = r
		switch {
		case shown:
			b.WriteRune(r)
		case r < ' ':
			b.WriteRune('␀' + r)
		case r == 0x7f:
			b.WriteRune('␡')
		default:
			fmt.Fprintf(&b, "‹U+%04X›", r)
		}
	}
	return b.String()
}

// isPlain reports whether nothing of a text has to be replaced.
func isPlain(s string) bool {
	before := rune(0)
	for _, r := range s {
		if Hidden(before, r) {
			return false
		}
		before = r
	}
	return utf8.ValidString(s)
}

// Hidden reports whether r isn't displayed as a character of its own if it follows the
// character before; 0 is none. The joiner in emoji and in letters of some scripts and the
// variation selectors are allowed there.
func Hidden(before, r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r == '\u200d': // zero width joiner
		return !unicode.In(before, unicode.So, unicode.Sk, unicode.M)
	case r == '\ufe0e', r == '\ufe0f': // text or emoji
		return !unicode.In(before, unicode.So, unicode.Sm, unicode.Po) && !isKey(before)
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector), r == '\u2800':
		return true // Hangul fillers, the joiner of graphemes, the empty cell of Braille
	default: // direction marks, zero width spaces, tags, soft hyphens; and invalid characters
		return !unicode.IsGraphic(r)
	}
}

// isKey reports whether a character is on a keycap emoji.
func isKey(r rune) bool { return r >= '0' && r <= '9' || r == '#' || r == '*' }
