package rules

import (
	"strings"
)

// OneOf joins words like "a, b or c".
func OneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Article puts a or an before a word.
func Article(word string) string {
	switch {
	case word == "null" || word == "undefined":
		return word
	case word == "url":
		return "a " + word
	case strings.ContainsRune("aeiou", rune(word[0])):
		return "an " + word
	}
	return "a " + word
}
