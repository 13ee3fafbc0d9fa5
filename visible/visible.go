// Package visible makes text from outside harmless to show. A page chooses what
// stands in a message; a terminal obeys escape sequences, and an eye believes
// what it sees.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text returns s with every character that a terminal would obey, that has no
// width or that turns the direction of the text replaced by one that can be
// seen: "␛" for an escape, "‹U+202E›" for a right-to-left override. What is
// returned is one line of valid UTF-8 and the same for the same s.
func Text(s string) string {
	first := strings.IndexFunc(s, hidden)
	if first < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s { // bytes that aren't UTF-8 come out as U+FFFD
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

// hidden reports whether r is drawn as something else than a sign of its own. The
// joiner that binds emoji together is let through; so are the selectors of their
// variants.
func hidden(r rune) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return true
	case r == '\u200d': // zero width joiner
		return false
	default: // direction marks, zero width spaces, tags, soft hyphens; and what isn't a character
		return !unicode.IsGraphic(r)
	}
}
