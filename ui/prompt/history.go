package prompt

import (
	"maps"
	"slices"
	"strings"
)

// longest is how much of what was typed is offered again.
const longest = 50

// History is what was typed, by its kind.
type History struct {
	typed  map[string][]string // the latest first
	unkept []Typed             // of that, what is yet to be remembered for later
}

// Typed is a text and its kind.
type Typed struct{ Kind, Text string }

// NewHistory returns the history of what was typed earlier, by its kind, the latest
// first.
func NewHistory(typed map[string][]string) History { return History{typed: typed} }

// Of returns what was typed of a kind, the latest first.
func (h History) Of(kind string) []string { return h.typed[kind] }

// With returns the history with one text more.
func (h History) With(kind, typed string) History {
	before := h.typed[kind]
	if typed = strings.TrimSpace(typed); kind == "" || typed == "" || len(before) > 0 && before[0] == typed {
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

// private reports whether what was typed is the user's text about a site, and not a
// question: it is not kept for later.
func private(kind, typed string) bool {
	command, _, _ := strings.Cut(typed, " ")
	return kind == "push" || kind == "command" && (command == "note" || command == "push")
}

// Kept returns the history with nothing yet to be remembered, and what was.
func (h History) Kept() (History, []Typed) {
	unkept := h.unkept
	h.unkept = nil
	return h, unkept
}
