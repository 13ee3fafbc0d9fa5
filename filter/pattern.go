package filter

import (
	"bytes"
	"strings"

	"layertap/jsregexp"
)

// pattern is what a text is compared with.
type pattern struct {
	how  byte   // ':', '=' or '~'
	text string // in lower case where how is ':'
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

// presence is what can be said of a pattern in a message that was not decoded.
type presence uint8

const (
	maybe  presence = iota // only decoding it tells
	absent                 // nothing in it matches
	within                 // a name or a value in it contains the pattern's text
)

// search looks for the pattern in an encoded message. Only where the message
// escapes nothing does it stand there as it stands in the decoded one; a number
// can be written in several ways, and a tag such as "undefined" isn't text of the
// page's.
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

// infinite is how a number is written that JSON holds as digits only.
const infinite = "-infinity"

// searchable reports whether a text, in lower case, stands in encoded messages as it
// is: it is within one name or value there, and of no number.
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

// contains reports whether a text, which is ASCII in lower case, is in another,
// whatever the case of the ASCII letters there.
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
