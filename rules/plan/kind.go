package plan

import (
	"math"
	"strconv"
	"strings"

	"layertap/datalayer"
)

// Emptiness describes in which way a value is empty; "" if it isn't.
func Emptiness(v datalayer.Value) string {
	switch {
	case v.Kind == datalayer.Undefined || v.Kind == datalayer.Null:
		return v.Kind.String()
	case v.Kind == datalayer.String && strings.TrimSpace(v.Text) == "":
		return "an empty string"
	case v.Kind == datalayer.Array && len(v.Items) == 0:
		return "an empty list"
	}
	return ""
}

// TypesOf returns the types of a value, by its kind only.
func TypesOf(v datalayer.Value) Types {
	switch v.Kind {
	case datalayer.String:
		return TypeString
	case datalayer.Number:
		if IsInteger(v.Text) {
			return TypeNumber | TypeInteger
		}
		return TypeNumber
	case datalayer.Bool:
		return TypeBoolean
	case datalayer.Array, datalayer.Set:
		return TypeArray
	case datalayer.Object, datalayer.Instance, datalayer.Map:
		return TypeObject
	case datalayer.Null:
		return TypeNull
	}
	return 0
}

// IsInteger reports whether a number in JavaScript's format is an integer.
func IsInteger(number string) bool {
	if !strings.ContainsAny(number, ".eN") {
		return number != "Infinity" && number != "-Infinity"
	}
	f, err := strconv.ParseFloat(number, 64)
	return err == nil && f == math.Trunc(f)
}
