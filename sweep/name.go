package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
)

const (
	longestName = 60 // characters of a page's URL in the name of its file
	hashBytes   = 6  // enough to distinguish 100,000 pages
)

// FileName returns the name of a page's recording: readable, and unique for each URL.
// variant distinguishes several recordings of a page; it may be empty.
func FileName(page, variant string) string {
	sum := sha256.Sum256([]byte(page))
	name := "page"
	if u, err := url.Parse(page); err == nil {
		if words := plainWords(u.Hostname() + u.Path); words != "" {
			name = words
		}
	}
	name += "-" + hex.EncodeToString(sum[:hashBytes])
	if variant != "" {
		name += "." + variant
	}
	return name + ".session.jsonl"
}

// plainWords returns a text reduced to letters, digits and dots, which all file systems
// allow, with hyphens in between.
func plainWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.'
	})
	joined := strings.Join(words, "-")
	return strings.Trim(joined[:min(longestName, len(joined))], "-.")
}
