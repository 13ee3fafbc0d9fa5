package prompt

import (
	"maps"
	"slices"
	"strings"

	"layertap/datalayer"
)

// longest is the number of texts that are kept of each kind.
const longest = 50

// History is the texts that were typed, by kind.
type History struct {
	typed  map[string][]string // the latest first
	unkept []Typed             // those that must still be saved
}

// Typed is a text and its kind.
type Typed struct{ Kind, Text string }

// NewHistory returns the history with the texts of earlier sessions, by kind, the latest
// first.
func NewHistory(typed map[string][]string) History { return History{typed: typed} }

// Of returns the texts of a kind, the latest first.
func (h History) Of(kind string) []string { return h.typed[kind] }

// With returns the history with one more text, without users and passwords in URLs.
func (h History) With(kind, typed string) History {
	before := h.typed[kind]
	if typed = datalayer.WithoutUserInfo(strings.TrimSpace(typed)); kind == "" || typed == "" || len(before) > 0 && before[0] == typed {
		return h
	}
	others := slices.DeleteFunc(slices.Clone(before), func(s string) bool { return s == typed })
	history := map[string][]string{}
	maps.Copy(history, h.typed)
	h.typed = history
	if !private(kind, typed) {
		h.unkept = append(h.unkept, Typed{kind, typed})
	}
	h.typed[kind] = append([]string{typed}, others[:min(len(others), longest-1)]...)
	return h
}

// private reports whether a text is the user's own about a site, and not a search: such
// texts aren't saved.
func private(kind, typed string) bool {
	command, _, _ := strings.Cut(typed, " ")
	return kind == "push" || kind == "command" && (command == "note" || command == "push")
}

// Kept returns the history with nothing left to save, and the texts to save.
func (h History) Kept() (History, []Typed) {
	unkept := h.unkept
	h.unkept = nil
	return h, unkept
}
