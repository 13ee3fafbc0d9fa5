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
	first := strings.IndexFunc(s, hidden)
	if first < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // invalid UTF-8 becomes U+FFFD
		switch {
		case !hidden(r):
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

// hidden reports whether r isn't displayed as a character of its own. The joiner in
// emoji and the variation selectors are allowed.
func hidden(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r == '\u200d': // zero width joiner
		return false
	default: // direction marks, zero width spaces, tags, soft hyphens; and invalid characters
		return !unicode.IsGraphic(r)
	}
}
