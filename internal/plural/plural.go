// Package plural puts nouns beside numbers.
package plural

import "strconv"

// Count formats a number with a noun: "1 item", "2 items".
func Count(n int, noun string) string { return strconv.Itoa(n) + " " + Noun(n, noun) }

// Noun returns the form of a noun after a number: "item" after 1, "items" after others.
func Noun(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
