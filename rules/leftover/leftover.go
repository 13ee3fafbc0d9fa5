// Package leftover finds texts with remains of templates and encodings.
package leftover

import (
	"regexp"
	"strings"
)

// The forms of such remains.
const (
	Placeholder = "placeholder" // {{ title }}
	Entity      = "entity"      // &quot;
	Mojibake    = "mojibake"    // CafÃ©
)

// leftovers are the patterns of such remains. Each begins with one of a few bytes, so
// that most values are scanned only once.
var leftovers = []struct {
	form    string
	pattern *regexp.Regexp
}{
	{Placeholder, regexp.MustCompile(`\{\{[^{}\n]{1,80}\}\}|\$\{[^{}\n]{1,80}\}|#\{[\w.]{1,60}\}|<%[^%\n]{0,80}%>|<\?(?:php|=)[^?\n]{0,80}\?>|\{%[^%\n]{1,80}%\}|%%[A-Za-z_]{2,40}%%|^\[\[?[A-Z_]{3,40}\]\]?$|^\{[A-Za-z_][\w.]{1,60}\}$|^__[A-Z][A-Z_]{2,40}__$`)},
	{Placeholder, regexp.MustCompile(`(?i)%7B%7B[^&=\n]{1,80}%7D%7D|%24%7B[^&=\n]{1,80}%7D`)},
	{Entity, regexp.MustCompile(`&(?:quot|amp|lt|gt|apos|nbsp|euro|pound|[a-zA-Z](?:acute|grave|uml|circ|cedil|tilde|ring|slash)|[rl][sd]quo|[nm]dash|szlig|#\d{2,5}|#x[0-9a-fA-F]{2,5});`)},
	{Mojibake, regexp.MustCompile("\u00c3[\u0080-\u00bf\u0192\u201a\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]|\u00c2[\u00a0-\u00bf]|\u00e2\u20ac[\u0080-\u00bf\u2122\u0153\u009d\u201c\u201d\u2013\u2014\u00a6\u00a2\u02dc\u201e\u201a]|\ufffd")},
}

// Find returns the form and the first such part of a text; empty if there is none.
func Find(text string) (form, part string) {
	if !mayBeLeftover(text) {
		return "", ""
	}
	for i := range leftovers {
		if at := leftovers[i].pattern.FindStringIndex(text); at != nil {
			return leftovers[i].form, text[at[0]:at[1]]
		}
	}
	return "", ""
}

// maxLeftover is how many bytes of a text are searched.
const maxLeftover = 4096

func mayBeLeftover(text string) bool {
	if len(text) > maxLeftover {
		return false
	}
	for i := range len(text) {
		switch text[i] {
		case '{', '&', '<', '%', '[', '_', 0xc3, 0xc2, 0xe2, 0xef:
			return strings.ContainsAny(text, "{&%[") || strings.Contains(text, "<?") || strings.HasPrefix(text, "__") ||
				strings.ContainsAny(text, "\u00c3\u00c2\u20ac\ufffd")
		}
	}
	return false
}
