package keymap

import (
	"slices"
	"strings"

	"layertap/ui/help"
	"layertap/ui/style"
	"layertap/ui/text"
)

// Hint is a key and the word for what its command does.
type Hint[M any] struct {
	Line    text.Line
	Command Command[M]
}

// Ranked is a command that the footer may show. If there is too little room, those with the
// higher rank are left out.
type Ranked struct {
	Name string
	Rank int
}

// hintOf returns the hint for a command, which has a key.
func hintOf[M any](c Command[M]) Hint[M] {
	return Hint[M]{text.Of(style.Title, help.ShownKey(c.Keys[0])).With(style.Faint, " "+c.Hint+"  "), c}
}

// Hints returns hints for the commands in order that work on a part of the screen and are
// useful, as many as fit in room cells.
func (t *Table[M]) Hints(m M, s Scope, order []Ranked, useful func(Command[M]) bool, room int) []Hint[M] {
	bound := t.hinted(s)
	fits := map[string]Hint[M]{}
	for _, r := range slices.SortedStableFunc(slices.Values(order), func(a, b Ranked) int { return a.Rank - b.Rank }) {
		i := slices.IndexFunc(bound, func(c Command[M]) bool { return c.Name == r.Name })
		if i < 0 || !useful(bound[i]) {
			continue
		}
		if bound[i].StateHint != nil {
			bound[i].Hint = bound[i].StateHint(m)
		}
		if h := hintOf(bound[i]); h.Line.Width() <= room {
			fits[r.Name] = h
			room -= h.Line.Width()
		}
	}
	var hints []Hint[M]
	for _, r := range order {
		if fitting, ok := fits[r.Name]; ok {
			hints = append(hints, fitting)
		}
	}
	return hints
}

// hinted returns the commands with a hint whose first key isn't bound to another command on
// a part of the screen.
func (t *Table[M]) hinted(s Scope) []Command[M] {
	var hints []Command[M]
	own := map[string]bool{}
	for _, where := range []Scope{s, Everywhere} {
		for _, c := range t.All {
			if c.Scope != where || len(c.Keys) == 0 || own[c.Keys[0]] {
				continue
			}
			own[c.Keys[0]] = true
			if c.Hint != "" {
				hints = append(hints, c)
			}
		}
	}
	return hints
}

// Trimmed returns hints without the last of the two spaces after the last one.
func Trimmed[M any](hints []Hint[M]) []Hint[M] {
	if n := len(hints); n > 0 {
		last := hints[n-1].Line
		last[len(last)-1].Text = strings.TrimSuffix(last[len(last)-1].Text, " ")
	}
	return hints
}
