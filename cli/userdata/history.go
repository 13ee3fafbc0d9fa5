// Package userdata keeps what the program remembers for a user between two runs.
package userdata

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// History keeps what was typed on the screen for the next time: a line for each,
// with its kind in front, in a file in the directory for layertap's state that the
// XDG base directory specification gives. A user without a home has none.
type History struct{ path string }

// longestHistory bounds the file, in bytes. When it is longer, what is not offered
// any more is left out of it.
const longestHistory = 256 << 10

// offered is how many lines of a kind are read.
const offered = 50

// HistoryIn returns the history in a directory; an empty name is for a user who has none.
func HistoryIn(dir string) History {
	if dir == "" {
		return History{}
	}
	return History{filepath.Join(dir, "history")}
}

// Read returns what was typed by its kinds, the latest first. What cannot be read
// is not offered: nothing else hangs on it.
func (h History) Read() map[string][]string {
	text, err := read(h.path)
	if err != nil {
		return nil
	}
	lines := strings.Split(string(text), "\n")
	slices.Reverse(lines)
	byKind := map[string][]string{}
	var kept []string
	for _, line := range lines {
		kind, typed, ok := strings.Cut(line, "\t")
		if before := byKind[kind]; ok && len(before) < offered && !slices.Contains(before, typed) {
			byKind[kind] = append(before, typed)
			kept = append(kept, line)
		}
	}
	if len(text) > longestHistory {
		slices.Reverse(kept)
		_ = os.WriteFile(h.path, []byte(strings.Join(kept, "\n")+"\n"), 0o600)
	}
	return byKind
}

// Add keeps a line. Where that cannot be done the user has it until the end of the
// program.
func (h History) Add(kind, typed string) {
	if h.path == "" || strings.ContainsAny(typed, "\n\t") {
		return
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return
	}
	file, err := os.OpenFile(h.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	_, _ = file.WriteString(kind + "\t" + typed + "\n")
}
