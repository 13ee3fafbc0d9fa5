package datalayer

import (
	"regexp"
	"strings"
)

// RedactionMark returns the text that replaces personal data in a text. A value that
// consists only of it has the kind [Redacted].
func RedactionMark(why, hash string) string { return "[" + why + " " + hash + "]" }

// marked matches marks, also percent-encoded ones in URLs.
var marked = regexp.MustCompile(`(?:\[|%5B)[a-z]+[ +][0-9a-f]{32}(?:\]|%5D)`)

// IsMarked reports whether a text was redacted, so that it differs from what was
// pushed.
func IsMarked(s string) bool {
	return (strings.IndexByte(s, '[') >= 0 || strings.IndexByte(s, '%') >= 0) && marked.MatchString(s)
}
