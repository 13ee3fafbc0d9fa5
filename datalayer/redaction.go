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

// marks are those in a text, also escaped within a URL in a URL.
var marks = regexp.MustCompile(`(?:\[|%(?:25)*5B)([a-z]+)(?:[ +]|%(?:25)*(?:20|2B))([0-9a-f]{32})(?:\]|%(?:25)*5D)`)

// EachMark calls f with what each mark in a text says.
func EachMark(s string, f func(why, hash string)) {
	if !strings.ContainsAny(s, "[%") {
		return
	}
	for _, m := range marks.FindAllStringSubmatch(s, -1) {
		f(m[1], m[2])
	}
}

// MarkedAs returns why a text was taken out that is nothing but a mark, or "".
func MarkedAs(s string) (why string) {
	if !strings.HasPrefix(s, "[") {
		return ""
	}
	if m := marks.FindStringSubmatch(s); m != nil && len(m[0]) == len(s) {
		return m[1]
	}
	return ""
}
