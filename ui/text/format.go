package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Thousands formats a number with commas: "1,260".
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// BareURL is a URL without the prefixes that most have in common.
func BareURL(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return strings.TrimSuffix(rest, "/")
}

// Bracketed is s in brackets after other text; empty if s is.
func Bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "  (" + s + ")"
}

// Seconds formats a duration in at most seven cells.
func Seconds(d time.Duration) string {
	switch {
	case d < 100*time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
}

// PadLeft pads s, which must be ASCII, on the left to at least width cells.
func PadLeft(s string, width int) string {
	return strings.Repeat(" ", max(width-len(s), 0)) + s
}

// Times formats a count: "once", "3 times".
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// Bytes formats a size with a unit.
func Bytes(n int64) string {
	switch {
	case n < 1_000:
		return fmt.Sprintf("%d B", n)
	case n < 1_000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}

// Mentions reports whether a text contains a word, ignoring case.
func Mentions(text, word string) bool {
	return strings.Contains(strings.ToLower(text), strings.ToLower(word))
}
