package list

import (
	"slices"
)

// Scrolls reports whether a key scrolls text that is only read.
func Scrolls(key string) bool {
	return slices.Contains([]string{"down", "j", "up", "k", "pgdown", "space", "pgup", "home", "g", "end", "G"}, key)
}

// Scrolled returns a list scrolled by a key.
func Scrolled(l List, rows Rows, key string) List {
	switch key {
	case "down", "j":
		return l.Show(rows, l.Last(rows)+1)
	case "up", "k":
		return l.Show(rows, l.First()-1)
	case "pgdown", "space":
		return l.Show(rows, l.Last(rows)+l.Height())
	case "home", "g":
		return l.Show(rows, 0)
	case "end", "G":
		return l.Show(rows, rows.Len-1)
	}
	return l.Show(rows, l.First()-l.Height())
}
