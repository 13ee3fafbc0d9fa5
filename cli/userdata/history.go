// Package userdata stores the program's data about a user between runs.
package userdata

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// History stores what was typed on the screen: one line each, prefixed with its kind,
// in a file in layertap's state directory as defined by the XDG base directory
// specification. A user without a home directory has none.
type History struct{ path string }

// longestHistory is the maximum size of the file in bytes. Above it, lines that are no
// longer offered are removed.
const longestHistory = 256 << 10

// offered is the number of lines read per kind.
const offered = 50

// HistoryIn returns the history in a directory; an empty name means none.
func HistoryIn(dir string) History {
	if dir == "" {
		return History{}
	}
	return History{filepath.Join(dir, "history")}
}

// Read returns what was typed by kind, latest first. It ignores errors, because the
// history is only a convenience.
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

// Add appends a line. If it can't be written, it is lost at the end of the program.
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
