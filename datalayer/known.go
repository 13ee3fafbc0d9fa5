package datalayer

import "strings"

// Opaque reports whether a value isn't known because it was truncated, redacted in
// whole or in part, or couldn't be read.
func (v Value) Opaque() bool {
	switch v.Kind {
	case Hole, Cycle, Threw, Truncated, Redacted:
		return true
	}
	return v.Kind == String && IsMarked(v.Text)
}

// IsStringified reports whether a text looks like an accidentally converted value, such
// as "[object Object]".
func IsStringified(s string) bool {
	switch s {
	case "undefined", "null", "NaN":
		return true
	}
	class, ok := strings.CutPrefix(s, "[object ")
	class, end := strings.CutSuffix(class, "]")
	return ok && end && class != "" && !strings.ContainsAny(class, " []")
}
