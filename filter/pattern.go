package filter

import (
	"bytes"
	"strings"

	"layertap/jsregexp"
)

// pattern is what a text is compared with.
type pattern struct {
	how  byte   // ':', '=' or '~'
	text string // in lower case if how is ':'
	re   *jsregexp.Regexp
}

func containing(text string) pattern { return pattern{how: ':', text: strings.ToLower(text)} }

func (p pattern) matches(text string) bool {
	switch p.how {
	case '=':
		return text == p.text
	case '~':
		matched, err := p.re.Match(text)
		return matched && err == nil
	}
	if ascii(p.text) {
		return contains(text, p.text)
	}
	return strings.Contains(strings.ToLower(text), p.text)
}

// presence is what is known about a pattern in a message that isn't decoded.
type presence uint8

const (
	maybe  presence = iota // it has to be decoded
	absent                 // nothing in it matches
	within                 // a name or a value in it contains the pattern's text
)

// search looks for the pattern in an encoded message. The result is only certain if the
// message contains no escapes; besides, numbers have several notations, and tags such
// as "undefined" aren't text of the page.
func (p pattern) search(message []byte) presence {
	text := strings.ToLower(p.text)
	if p.how == '~' || !searchable(text) || bytes.IndexByte(message, '\\') >= 0 {
		return maybe
	}
	switch {
	case !contains(message, text):
		return absent
	case p.how == '=' || bytes.Contains(message, []byte(`"$"`)):
		return maybe
	}
	return within
}

// infinite is the notation of numbers that JSON can't represent.
const infinite = "-infinity"

// searchable reports whether a lower-case text has the same bytes in encoded messages:
// it has to be within one name or value, and not part of a number.
func searchable(text string) bool {
	number := true
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || c == '_':
			number = number && c == 'e'
		case '0' <= c && c <= '9' || c == '-':
		default:
			return false
		}
	}
	return !number && !strings.Contains(infinite, text)
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// contains reports whether in contains lower, an ASCII text in lower case, ignoring the
// case of ASCII letters.
func contains[T string | []byte](in T, lower string) bool {
	if lower == "" {
		return true
	}
	for i := 0; i+len(lower) <= len(in); i++ {
		if fold(in[i]) == lower[0] && equalFold(in[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

func equalFold[T string | []byte](text T, lower string) bool {
	for i := range len(lower) {
		if fold(text[i]) != lower[i] {
			return false
		}
	}
	return true
}

func fold(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
