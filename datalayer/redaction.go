package datalayer

import (
	"regexp"
	"strings"
)

// RedactionMark is what stands in a text in place of personal data that was taken out of it. A
// value that is nothing else becomes one of the kind [Redacted].
func RedactionMark(why, hash string) string { return "[" + why + " " + hash + "]" }

// marked is a mark as it is, and as it is escaped in an address.
var marked = regexp.MustCompile(`(?:\[|%5B)[a-z]+[ +][0-9a-f]{32}(?:\]|%5D)`)

// IsMarked reports whether something was taken out of a text, so that it is not the one
// that was pushed.
func IsMarked(s string) bool {
	return (strings.IndexByte(s, '[') >= 0 || strings.IndexByte(s, '%') >= 0) && marked.MatchString(s)
}
