package sweep

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
)

const (
	longestName = 60 // characters of a page's URL in the name of its file
	hashBytes   = 6  // which tell 100,000 pages apart
)

// FileName is the name of the recording of a page: readable, and another for each URL.
// A variant tells several recordings of one page apart; it may be empty.
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

// plainWords is a text with only letters, digits and dots, which all file systems
// take, and a hyphen between them.
func plainWords(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.'
	})
	joined := strings.Join(words, "-")
	return strings.Trim(joined[:min(longestName, len(joined))], "-.")
}
