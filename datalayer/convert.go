package datalayer

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Truthy reports whether v is converted to true in JavaScript.
func (v Value) Truthy() bool {
	switch v.Kind {
	case Undefined, Null, Hole:
		return false
	case Bool:
		return v.Text == "true"
	case Number:
		return v.Text != "0" && v.Text != "-0" && v.Text != "NaN"
	case BigInt:
		return strings.Trim(v.Text, "-0") != ""
	case String:
		return v.Text != ""
	default:
		return true
	}
}

// AsString returns String(v) as in JavaScript, and whether it is known. It isn't for
// functions, for instances except those of String, Number and Boolean, because they may
// have their own toString, or for what wasn't captured.
func (v Value) AsString() (string, bool) {
	switch v.Kind {
	case Undefined, Hole:
		return "undefined", true
	case Null:
		return "null", true
	case Number:
		if v.Text == "-0" {
			return "0", true
		}
		return v.Text, true
	case Bool, String, BigInt, RegExp:
		return v.Text, true
	case Symbol:
		return "Symbol(" + v.Text + ")", true
	case Array:
		return v.join()
	case Object:
		if _, own := v.Get("toString"); own {
			return "", false
		}
		return "[object Object]", true
	case Map:
		return "[object Map]", true
	case Set:
		return "[object Set]", true
	case Error:
		if v.Text == "" || v.Name == "" {
			return v.Name + v.Text, true
		}
		return v.Name + ": " + v.Text, true
	case Truncated:
		return "[object Object]", v.Name == "object"
	case Instance:
		return v.unboxed()
	default:
		return "", false
	}
}

// unboxed returns the text of a new String(…) or similar, which are stored as instances
// that contain a value.
func (v Value) unboxed() (string, bool) {
	if v.Name != "String" && v.Name != "Number" && v.Name != "Boolean" {
		return "", false
	}
	value, ok := v.Get("value")
	if !ok {
		return "", false
	}
	return value.AsString()
}

func (v Value) join() (string, bool) {
	parts := make([]string, len(v.Items))
	for i, item := range v.Items {
		if item.Kind == Undefined || item.Kind == Null || item.Kind == Hole {
			continue
		}
		var known bool
		if parts[i], known = item.AsString(); !known || item.Kind == Symbol { // joining a symbol throws
			return "", false
		}
	}
	return strings.Join(parts, ","), true
}

// AsNumber returns Number(v) as in JavaScript, and whether it is known.
func (v Value) AsNumber() (float64, bool) {
	switch v.Kind {
	case Undefined, Hole:
		return math.NaN(), true
	case Null:
		return 0, true
	case Bool:
		if v.Text == "true" {
			return 1, true
		}
		return 0, true
	case Number:
		f, _ := strconv.ParseFloat(v.Text, 64)
		return f, true
	case BigInt:
		f, _ := strconv.ParseFloat(v.Text, 64)
		return f, true
	case Date:
		at, err := time.Parse(time.RFC3339, v.Text)
		if err != nil {
			return math.NaN(), true
		}
		return float64(at.UnixMilli()), true
	case Object:
		if _, own := v.Get("valueOf"); own {
			return 0, false
		}
	}
	text, known := v.AsString()
	return parseNumber(text), known
}

// blanks are the characters that JavaScript trims from a string before it is converted
// to a number.
const blanks = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

// parseNumber converts a string to a number like Number(text) (ECMA-262,
// StringToNumber).
func parseNumber(text string) float64 {
	text = strings.Trim(text, blanks)
	if text == "" {
		return 0
	}
	if len(text) > 2 && text[0] == '0' {
		base := map[byte]int{'x': 16, 'o': 8, 'b': 2}[text[1]|0x20]
		if base != 0 {
			return parseInteger(text[2:], base)
		}
	}
	if strings.TrimLeft(text, "+-") == "Infinity" {
		if len(text) > len("Infinity")+1 {
			return math.NaN()
		}
		return math.Inf(map[bool]int{true: -1, false: 1}[text[0] == '-'])
	}
	for i := range len(text) {
		if !strings.ContainsRune("0123456789.eE+-", rune(text[i])) {
			return math.NaN()
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

func parseInteger(digits string, base int) float64 {
	f := 0.0
	for i := range len(digits) {
		digit, err := strconv.ParseUint(digits[i:i+1], base, 8)
		if err != nil {
			return math.NaN()
		}
		f = f*float64(base) + float64(digit)
	}
	return f
}
