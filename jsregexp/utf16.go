package jsregexp

import (
	"unicode/utf16"
	"unicode/utf8"
)

// UTF16 returns the UTF-16 units of s. A lone surrogate in s is encoded as the three
// bytes that UTF-8 would use.
func UTF16(s string) []uint16 {
	units := make([]uint16, 0, len(s))
	for i := 0; i < len(s); {
		r, size := decodeRune(s[i:])
		units = utf16Append(units, r)
		i += size
	}
	return units
}

// utf16Append is like utf16.AppendRune, but preserves lone surrogates.
func utf16Append(units []uint16, r rune) []uint16 {
	if utf16.IsSurrogate(r) {
		return append(units, uint16(r))
	}
	return utf16.AppendRune(units, r)
}

// decodeRune is like utf8.DecodeRuneInString, but accepts surrogates.
func decodeRune(s string) (rune, int) {
	if len(s) >= 3 && s[0] == 0xED && s[1] >= 0xA0 && s[1] <= 0xBF && s[2] >= 0x80 && s[2] <= 0xBF {
		return 0xD000 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F), 3
	}
	return utf8.DecodeRuneInString(s)
}

// runesAreUnits reports whether the runes of s are its UTF-16 units.
func runesAreUnits(s string) bool {
	for i := range len(s) {
		if s[i] >= 0xF0 || s[i] == 0xED {
			return false
		}
	}
	return true
}

// unitRunes returns the UTF-16 units of s as runes.
func unitRunes(s string) []rune {
	if runesAreUnits(s) {
		return []rune(s)
	}
	units := UTF16(s)
	runes := make([]rune, len(units))
	for i, u := range units {
		runes[i] = rune(u)
	}
	return runes
}

// stringOf is the inverse of unitRunes.
func stringOf(units []rune) string {
	s := make([]byte, 0, len(units))
	for i := 0; i < len(units); i++ {
		u := units[i]
		if i+1 < len(units) {
			if r := utf16.DecodeRune(u, units[i+1]); r != utf8.RuneError {
				s = utf8.AppendRune(s, r)
				i++
				continue
			}
		}
		if utf16.IsSurrogate(u) {
			s = append(s, 0xED, byte(0x80|u>>6&0x3F), byte(0x80|u&0x3F))
			continue
		}
		s = utf8.AppendRune(s, u)
	}
	return string(s)
}
