package jsregexp

import (
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf16"
)

// quantifier translates the quantifier after an atom, if there is one.
func (t *translation) quantifier() error {
	if t.at == len(t.units) {
		return nil
	}
	switch c := t.units[t.at]; c {
	case '*', '+', '?':
		t.at++
		t.WriteByte(byte(c))
	case '{':
		count, ok := t.counted()
		if !ok {
			return nil
		}
		if !count.open && count.least > count.most {
			return t.wrong(t.at, "a repeat range out of order")
		}
		t.at = count.end
		t.WriteString(count.String())
	default:
		return nil
	}
	if t.take("?") {
		t.WriteByte('?')
	}
	return t.unquantified()
}

// count is a quantifier in braces.
type count struct {
	least, most int
	open        bool // no upper bound
	end         int  // the index after it
}

func (c count) String() string {
	if c.open {
		return fmt.Sprintf("{%d,}", c.least)
	}
	return fmt.Sprintf("{%d,%d}", c.least, c.most)
}

// counted parses a quantifier in braces, if one is next. Other braces are literal.
func (t *translation) counted() (count, bool) {
	i := t.at + 1
	number := func() (n int, ok bool) {
		for ; i < len(t.units) && t.units[i] >= '0' && t.units[i] <= '9'; i++ {
			n, ok = min(n*10+int(t.units[i]-'0'), maxCount), true
		}
		return n, ok
	}
	least, ok := number()
	if !ok {
		return count{}, false
	}
	c := count{least: least, most: least}
	if t.has(i, ",") {
		i++
		var bounded bool
		c.most, bounded = number()
		c.open = !bounded || c.most == maxCount
	}
	c.end = i + 1
	return c, t.has(i, "}")
}

// atomEscape translates an escape outside a class.
func (t *translation) atomEscape() error {
	start := t.at
	if start+1 == len(t.units) {
		return t.wrong(start, `a trailing \`)
	}
	c := t.units[start+1]
	switch {
	case isClassEscape(c):
		t.at += 2
		t.WriteByte('\\')
		t.WriteByte(byte(c))
		return nil
	case c >= '1' && c <= '9':
		if n, end := t.decimal(start + 1); n <= t.groups {
			t.at = end
			fmt.Fprintf(t, `(?:\%d)`, n)
			return nil
		}
	case c == 'k' && t.named:
		t.at += 2
		name, ok := "", t.take("<")
		if ok {
			name, ok = t.groupName()
		}
		if !ok {
			return t.wrong(start, `\k without a group name`)
		}
		t.references = append(t.references, reference{name, start, t.Len()})
		return nil
	}
	t.char(t.charEscape(false))
	return nil
}

func isClassEscape(c uint16) bool {
	switch c {
	case 'd', 'D', 's', 'S', 'w', 'W':
		return true
	}
	return false
}

// decimal parses the number at index i.
func (t *translation) decimal(i int) (n, end int) {
	for ; i < len(t.units) && t.units[i] >= '0' && t.units[i] <= '9'; i++ {
		n = min(n*10+int(t.units[i]-'0'), maxCount)
	}
	return n, i
}

// charEscape parses an escape for one unit as in ECMA-262's Annex B: an undefined
// escape is the character itself.
func (t *translation) charEscape(inClass bool) uint16 {
	c := t.units[t.at+1]
	t.at += 2
	switch c {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		return t.control(inClass)
	case 'x':
		return t.hex(2, c)
	case 'u':
		return t.hex(4, c)
	}
	if c >= '0' && c <= '7' {
		return t.octal(c)
	}
	return c
}

func (t *translation) control(inClass bool) uint16 {
	if t.at < len(t.units) {
		c := t.units[t.at]
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if letter || inClass && (c == '_' || c >= '0' && c <= '9') {
			t.at++
			return c % 32
		}
	}
	t.at-- // the c is a literal character
	return '\\'
}

func (t *translation) hex(digits int, c uint16) uint16 {
	if t.at+digits > len(t.units) {
		return c
	}
	text := string(utf16.Decode(t.units[t.at : t.at+digits]))
	for _, digit := range text {
		if !unicode.Is(unicode.ASCII_Hex_Digit, digit) {
			return c
		}
	}
	n, _ := strconv.ParseUint(text, 16, 16)
	t.at += digits
	return uint16(n)
}

// octal parses up to three digits, up to 0377; c is the first one.
func (t *translation) octal(c uint16) uint16 {
	n := c - '0'
	for range 2 {
		if t.at == len(t.units) || t.units[t.at] < '0' || t.units[t.at] > '7' || n*8+t.units[t.at]-'0' > 0o377 {
			break
		}
		n = n*8 + t.units[t.at] - '0'
		t.at++
	}
	return n
}

// groupName parses a name and the > after it. The name is an identifier, which may
// contain the escapes \uXXXX and \u{X…}.
func (t *translation) groupName() (string, bool) {
	var name []rune
	for t.at < len(t.units) {
		if len(name) > 0 && t.take(">") {
			return string(name), true
		}
		r, ok := t.nameRune()
		if !ok || !identifierPart(r, len(name) == 0) {
			return "", false
		}
		name = append(name, r)
	}
	return "", false
}

func (t *translation) nameRune() (rune, bool) {
	if t.take(`\u{`) {
		n := 0
		from := t.at
		for ; t.at < len(t.units) && t.units[t.at] != '}' && n <= unicode.MaxRune; t.at++ {
			digit, err := strconv.ParseUint(string(rune(t.units[t.at])), 16, 8)
			if err != nil {
				return 0, false
			}
			n = n*16 + int(digit)
		}
		return rune(n), t.at > from && t.take("}")
	}
	unit := func() rune {
		if t.has(t.at, `\u`) {
			t.at += 2
			return rune(t.hex(4, '\\')) // a backslash isn't allowed in names
		}
		t.at++
		return rune(t.units[t.at-1])
	}
	r := unit()
	if utf16.IsSurrogate(r) && t.at < len(t.units) {
		r = utf16.DecodeRune(r, unit())
	}
	return r, true
}

func identifierPart(r rune, first bool) bool {
	if r == '$' || r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) {
		return true
	}
	const zeroWidthNonJoiner, zeroWidthJoiner = 0x200C, 0x200D
	return !first && (r == zeroWidthNonJoiner || r == zeroWidthJoiner ||
		unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue))
}
