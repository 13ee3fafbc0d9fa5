package parse

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"layertap/datalayer"
)

// maxLiteralDepth is the maximum nesting depth of a container. Those seen so far stay
// below 30.
const maxLiteralDepth = 200

// literal parses plain data in JavaScript notation: JSON, and what beautifiers and
// minifiers turn it into (unquoted keys, single quotes, comments, trailing commas, !0,
// void 0, strings joined with +). A lone surrogate in a string is encoded as three
// bytes, as UTF-8 would.
type literal struct {
	text string
	at   int
}

// errEnd is the error for a text that ends within a value.
var errEnd = errors.New("unexpected end")

// Literal parses a text that is plain data in JavaScript notation, a superset of JSON.
// Any other text is an error, even if JavaScript could evaluate it.
func Literal(text string) (datalayer.Value, error) {
	v, end, err := readLiteral(text, 0)
	if err != nil {
		return v, err
	}
	l := &literal{text, end}
	if l.space(); l.at < len(text) {
		return v, fmt.Errorf("at byte %d: %w", l.at, l.unexpected("the end"))
	}
	return v, nil
}

// readLiteral parses the value that begins at index at of text, and returns the index
// after it.
func readLiteral(text string, at int) (datalayer.Value, int, error) {
	l := &literal{text, at}
	v, err := l.value(0)
	if err != nil {
		return v, l.at, fmt.Errorf("at byte %d: %w", l.at, err)
	}
	return v, l.at, nil
}

// space skips white space and comments.
func (l *literal) space() {
	for l.at < len(l.text) {
		rest := l.text[l.at:]
		switch {
		case strings.HasPrefix(rest, "//"):
			l.skipPast("\n")
		case strings.HasPrefix(rest, "/*"):
			l.skipPast("*/")
		default:
			r, size := utf8.DecodeRuneInString(rest)
			if !strings.ContainsRune(" \t\r\n\v\f\u00a0\ufeff\u2028\u2029", r) {
				return
			}
			l.at += size
		}
	}
}

func (l *literal) skipPast(end string) {
	if i := strings.Index(l.text[l.at:], end); i >= 0 {
		l.at += i + len(end)
		return
	}
	l.at = len(l.text)
}

// take skips s and the white space around it, and reports whether s was next.
func (l *literal) take(s string) bool {
	l.space()
	if !strings.HasPrefix(l.text[l.at:], s) {
		return false
	}
	l.at += len(s)
	l.space()
	return true
}

func (l *literal) value(depth int) (datalayer.Value, error) {
	l.space()
	if depth > maxLiteralDepth {
		return datalayer.Value{}, fmt.Errorf("nested deeper than %d levels", maxLiteralDepth)
	}
	if l.at == len(l.text) {
		return datalayer.Value{}, errEnd
	}
	switch c := l.text[l.at]; {
	case c == '{':
		return l.object(depth)
	case c == '[':
		return l.array(depth)
	case c == '"' || c == '\'' || c == '`':
		return l.strings()
	case c == '-' || c == '.' || c >= '0' && c <= '9':
		return l.number()
	default:
		return l.word()
	}
}

func (l *literal) array(depth int) (datalayer.Value, error) {
	items := []datalayer.Value{}
	l.take("[")
	for !l.take("]") {
		item, err := l.value(depth + 1)
		if err != nil {
			return datalayer.Value{}, err
		}
		items = append(items, item)
		if l.take(",") {
			continue
		}
		if !l.take("]") {
			return datalayer.Value{}, l.unexpected("a , or a ] in a list")
		}
		break
	}
	return datalayer.Value{Kind: datalayer.Array, Items: items}, nil
}

func (l *literal) object(depth int) (datalayer.Value, error) {
	fields := []datalayer.Field{}
	l.take("{")
	for !l.take("}") {
		name, err := l.key()
		if err != nil {
			return datalayer.Value{}, err
		}
		if !l.take(":") {
			return datalayer.Value{}, l.unexpected("a : after a key")
		}
		value, err := l.value(depth + 1)
		if err != nil {
			return datalayer.Value{}, err
		}
		fields = append(fields, datalayer.Field{Name: name, Value: value})
		if l.take(",") {
			continue
		}
		if !l.take("}") {
			return datalayer.Value{}, l.unexpected("a , or a } in an object")
		}
		break
	}
	return datalayer.Value{Kind: datalayer.Object, Fields: fields}, nil
}

// unexpected returns the error for finding something other than want.
func (l *literal) unexpected(want string) error {
	if l.at == len(l.text) {
		return errEnd
	}
	r, _ := utf8.DecodeRuneInString(l.text[l.at:])
	return fmt.Errorf("unexpected %q, expected %s", r, want)
}

func (l *literal) key() (string, error) {
	l.space()
	if l.at < len(l.text) && strings.IndexByte("\"'`", l.text[l.at]) >= 0 {
		return l.quoted()
	}
	if name := l.bare(); name != "" {
		return name, nil
	}
	return "", l.unexpected("a key")
}

// bare reads an unquoted key, word or number.
func (l *literal) bare() string {
	from := l.at
	for l.at < len(l.text) {
		c := l.text[l.at]
		if c != '_' && c != '$' && c < utf8.RuneSelf && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			break
		}
		l.at++
	}
	return l.text[from:l.at]
}

// word reads true, false, null, undefined and their minified forms.
func (l *literal) word() (datalayer.Value, error) {
	from := l.at
	switch {
	case l.take("!0"):
		return datalayer.BoolOf(true), nil
	case l.take("!1"):
		return datalayer.BoolOf(false), nil
	}
	switch word := l.bare(); word {
	case "true", "false":
		return datalayer.BoolOf(word == "true"), nil
	case "null":
		return datalayer.Value{Kind: datalayer.Null}, nil
	case "undefined", "NaN", "Infinity":
		return map[string]datalayer.Value{"NaN": datalayer.NumberOf(math.NaN()), "Infinity": datalayer.NumberOf(math.Inf(1))}[word], nil
	case "void":
		l.space()
		_, err := l.number()
		return datalayer.Value{}, err
	}
	l.at = from
	return datalayer.Value{}, l.unexpected("a value")
}

func (l *literal) number() (datalayer.Value, error) {
	from := l.at
	for l.at < len(l.text) && strings.IndexByte("+-.0123456789abcdefxobABCDEFXOB_", l.text[l.at]) >= 0 {
		if c := l.text[l.at]; (c == '+' || c == '-') && l.at > from && l.text[l.at-1]|0x20 != 'e' {
			break
		}
		l.at++
	}
	negative := l.text[from:l.at]
	digits := strings.TrimPrefix(negative, "-")
	f, known := datalayer.StringOf(digits).AsNumber()
	if digits == "" || !known || math.IsNaN(f) {
		l.at = from
		return datalayer.Value{}, l.unexpected("a number")
	}
	if digits != negative {
		f = -f
	}
	return datalayer.NumberOf(f), nil
}

// strings reads a string, or several joined with +.
func (l *literal) strings() (datalayer.Value, error) {
	text, err := l.quoted()
	if err != nil || !l.take("+") {
		return datalayer.StringOf(text), err
	}
	var whole strings.Builder
	whole.WriteString(text)
	for {
		more, err := l.quoted()
		if err != nil {
			return datalayer.Value{}, err
		}
		whole.WriteString(more)
		if !l.take("+") {
			return datalayer.StringOf(whole.String()), nil
		}
	}
}

func (l *literal) quoted() (string, error) {
	if l.at == len(l.text) || strings.IndexByte("\"'`", l.text[l.at]) < 0 {
		return "", l.unexpected("a string")
	}
	quote := l.text[l.at]
	l.at++
	from := l.at
	for ; l.at < len(l.text); l.at++ { // the common case, without escapes
		switch l.text[l.at] {
		case quote:
			l.at++
			return l.text[from : l.at-1], nil
		case '\\':
			return l.escaped(quote, []byte(l.text[from:l.at]))
		}
	}
	return "", errEnd
}

// escaped reads the rest of a string from its first backslash on; read is what comes
// before.
func (l *literal) escaped(quote byte, read []byte) (string, error) {
	for l.at < len(l.text) {
		c := l.text[l.at]
		l.at++
		switch {
		case c == quote:
			return string(read), nil
		case c != '\\':
			read = append(read, c)
		case l.at == len(l.text):
			return "", errEnd
		default:
			read = l.escape(read)
		}
	}
	return "", errEnd
}

// escape reads an escape sequence after its backslash.
func (l *literal) escape(read []byte) []byte {
	c := l.text[l.at]
	l.at++
	switch c {
	case 'n':
		return append(read, '\n')
	case 't':
		return append(read, '\t')
	case 'r':
		return append(read, '\r')
	case 'b':
		return append(read, '\b')
	case 'f':
		return append(read, '\f')
	case 'v':
		return append(read, '\v')
	case '0':
		return append(read, 0)
	case '\n': // a line continuation
		return read
	case 'x', 'u':
		l.at--
		if r, ok := l.unit(); ok {
			return l.appendUnit(read, r)
		}
		l.at++
	}
	return append(read, c)
}

// unit reads the x or u of an escape sequence and its digits.
func (l *literal) unit() (rune, bool) {
	rest := l.text[l.at:]
	digits, length := "", 0
	switch {
	case strings.HasPrefix(rest, "u{"):
		end := strings.IndexByte(rest[:min(len(rest), 10)], '}')
		if end < 0 {
			return 0, false
		}
		digits, length = rest[2:end], end+1
	case strings.HasPrefix(rest, "u") && len(rest) >= 5:
		digits, length = rest[1:5], 5
	case strings.HasPrefix(rest, "x") && len(rest) >= 3:
		digits, length = rest[1:3], 3
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, false
	}
	l.at += length
	return rune(n), true
}

// appendUnit appends a character; it may be half of a surrogate pair.
func (l *literal) appendUnit(read []byte, r rune) []byte {
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(read, r)
	}
	if strings.HasPrefix(l.text[l.at:], `\u`) {
		from := l.at
		l.at++
		if low, ok := l.unit(); ok {
			if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
				return utf8.AppendRune(read, whole)
			}
		}
		l.at = from
	}
	return append(read, 0xED, byte(0x80|r>>6&0x3F), byte(0x80|r&0x3F))
}
