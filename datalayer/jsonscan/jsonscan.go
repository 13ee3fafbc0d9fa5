// Package jsonscan finds the ends of values in a JSON text (RFC 8259), in one pass and
// without copying.
package jsonscan

// Text is a JSON text.
type Text interface{ ~string | ~[]byte }

// Space returns the index after the white space at an index.
func Space[T Text](text T, at int) int {
	for at < len(text) && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') {
		at++
	}
	return at
}

// String returns the index after the string at an index, and whether it is a string. It
// is plain if it is ASCII without escapes. Otherwise it may contain invalid UTF-8 or
// lone surrogates.
func String[T Text](text T, at int) (end int, plain, ok bool) {
	if at >= len(text) || text[at] != '"' {
		return at, false, false
	}
	plain = true
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i + 1, plain, true
		case c == '\\':
			plain = false
			n := escape(text, i)
			if n == 0 {
				return i, false, false
			}
			i += n - 1
		case c < ' ':
			return i, false, false
		case c >= 0x80:
			plain = false
		}
	}
	return len(text), false, false
}

// escape returns the length of the escape sequence at an index; 0 if it isn't one.
func escape[T Text](text T, at int) int {
	if at+1 >= len(text) {
		return 0
	}
	switch text[at+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if at+6 > len(text) {
			return 0
		}
		for _, c := range []byte(text[at+2 : at+6]) {
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
				return 0
			}
		}
		return 6
	}
	return 0
}

// Number returns the index after the number at an index, and whether it is a number.
func Number[T Text](text T, at int) (end int, ok bool) {
	if at < len(text) && text[at] == '-' {
		at++
	}
	if at < len(text) && text[at] == '0' {
		at++
	} else if at, ok = digits(text, at); !ok {
		return at, false
	}
	if at < len(text) && text[at] == '.' {
		if at, ok = digits(text, at+1); !ok {
			return at, false
		}
	}
	if at < len(text) && (text[at] == 'e' || text[at] == 'E') {
		at++
		if at < len(text) && (text[at] == '+' || text[at] == '-') {
			at++
		}
		return digits(text, at)
	}
	return at, true
}

// digits returns the index after the digits at an index, and whether there are any.
func digits[T Text](text T, at int) (end int, ok bool) {
	from := at
	for at < len(text) && text[at] >= '0' && text[at] <= '9' {
		at++
	}
	return at, at > from
}

// Literal reports whether a word, such as null, is at an index.
func Literal[T Text](text T, at int, word string) bool {
	return len(text)-at >= len(word) && string(text[at:at+len(word)]) == word
}

// Value returns the index after the value at an index, and whether it is a value nested
// no deeper than depth. It is compact if it contains no white space.
func Value[T Text](text T, at, depth int) (end int, compact, ok bool) {
	if at >= len(text) || depth < 0 {
		return at, false, false
	}
	compact = true
	switch text[at] {
	case '"':
		end, _, ok = String(text, at)
	case '{', '[':
		return nested(text, at, depth)
	case 'n':
		end, ok = at+4, Literal(text, at, "null")
	case 't':
		end, ok = at+4, Literal(text, at, "true")
	case 'f':
		end, ok = at+5, Literal(text, at, "false")
	default:
		end, ok = Number(text, at)
	}
	return end, compact, ok
}

// nested is Value for an object or array.
func nested[T Text](text T, at, depth int) (end int, compact, ok bool) {
	object := text[at] == '{'
	closing := byte(']')
	if object {
		closing = '}'
	}
	compact = true
	space := func(at int) int {
		next := Space(text, at)
		compact = compact && next == at
		return next
	}
	at = space(at + 1)
	if at < len(text) && text[at] == closing {
		return at + 1, compact, true
	}
	for {
		if object {
			if at, _, ok = String(text, at); !ok {
				return at, false, false
			}
			if at = space(at); at >= len(text) || text[at] != ':' {
				return at, false, false
			}
			at = space(at + 1)
		}
		inner := false
		if at, inner, ok = Value(text, at, depth-1); !ok {
			return at, false, false
		}
		compact = compact && inner
		at = space(at)
		switch {
		case at >= len(text):
			return at, false, false
		case text[at] == closing:
			return at + 1, compact, true
		case text[at] != ',':
			return at, false, false
		}
		at = space(at + 1)
	}
}
