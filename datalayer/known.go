package datalayer

import "strings"

// Opaque reports whether nothing can be known of a value: it was cut, taken out, in whole or
// in part, or could not be read.
func (v Value) Opaque() bool {
	switch v.Kind {
	case Hole, Cycle, Threw, Truncated, Redacted:
		return true
	}
	return v.Kind == String && IsMarked(v.Text)
}

// IsStringified reports whether a text is what JavaScript makes of a value that is
// joined to text by accident.
func IsStringified(s string) bool {
	switch s {
	case "undefined", "null", "NaN":
		return true
	}
	class, ok := strings.CutPrefix(s, "[object ")
	class, end := strings.CutSuffix(class, "]")
	return ok && end && class != "" && !strings.ContainsAny(class, " []")
}
