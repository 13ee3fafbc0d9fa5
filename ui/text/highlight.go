package text

import (
	"strings"

	"layertap/ui/style"
)

// Highlight returns l with the search word highlighted, ignoring case.
func (l Line) Highlight(word string) Line {
	if word == "" {
		return l
	}
	word = strings.ToLower(word)
	var marked Line
	for _, span := range l {
		rest, lower := span.Text, strings.ToLower(span.Text)
		if len(lower) != len(rest) { // byte positions differ between the two
			lower = rest
		}
		for i := strings.Index(lower, word); i >= 0; i = strings.Index(lower, word) {
			if i > 0 {
				marked = marked.With(span.Role, rest[:i])
			}
			end := i + len(word)
			marked = marked.With(style.Match, rest[i:end])
			rest, lower = rest[end:], lower[end:]
		}
		if rest != "" {
			marked = marked.With(span.Role, rest)
		}
	}
	return marked
}
