// Package keymap is the table of what the user can do, and of the keys for it. It doesn't
// know what the commands change: M is the model that they are run on.
package keymap

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"layertap/ui/help"
	"layertap/ui/prompt"
)

// Command is something that the user can do. A key is only a binding to one; the help and
// the hints at the bottom are made from the same table.
type Command[M any] struct {
	Name      string
	Keys      []string
	Scope     Scope
	Help      string
	StateHint func(M) string // the hint for the current state; nil: always Hint
	Hint      string         // the hint in the footer; empty: not shown there
	Worth     func(M) bool   // reports whether the hint is worth its room; nil: always
	Run       func(M) (M, tea.Cmd)
	// WhyNot returns why the command does nothing now; empty if it works.
	WhyNot func(M) string
	// Words describes the arguments that can be typed after the name, and Enter runs the
	// command with them; Complete returns suggestions.
	Words    string
	Enter    func(M, string) (M, tea.Cmd)
	Complete func(M, string) prompt.Completion
	// Picks is set if the command acts on the message under the cursor.
	Picks bool
	// Answers are the keys that may follow the command's own. If the command does nothing,
	// the next one of them is ignored.
	Answers string
}

// Refusal returns why a command does nothing now; empty if it works.
func (c Command[M]) Refusal(m M) string {
	if c.WhyNot == nil {
		return ""
	}
	return c.WhyNot(m)
}

// Usage describes what a command does, its arguments and its keys.
func (c Command[M]) Usage() string {
	does := c.Help
	if c.Words != "" {
		does = c.Words + "  " + does
	}
	for i, key := range c.Keys {
		if i == 0 {
			does += "  ·"
		}
		does += " " + help.ShownKey(key)
	}
	return does
}

// Scope is the part of the screen on which a command works.
type Scope uint8

// The parts of the screen. A binding of one of them takes precedence over that of
// Everywhere.
const (
	Everywhere Scope = iota
	InList
	InDetail
	InBoard
)

var scopeNames = [...]string{Everywhere: "Everywhere", InList: "Messages", InDetail: "Detail", InBoard: "Other screens"}

func (s Scope) String() string { return scopeNames[s] }

// Scopes returns all parts of the screen.
func Scopes() []Scope { return []Scope{Everywhere, InList, InDetail, InBoard} }

// Table is the table of all commands and their keys.
type Table[M any] struct{ All []Command[M] }

// New returns the table of commands with the keys of some of them replaced, by command
// name.
func New[M any](all []Command[M], keys map[string][]string) *Table[M] {
	for i, c := range all {
		if changed, ok := keys[c.Name]; ok {
			all[i].Keys = changed
		}
	}
	return &Table[M]{all}
}

// Bound returns the command bound to a key on a part of the screen.
func (t *Table[M]) Bound(s Scope, key string) (Command[M], bool) {
	for _, where := range []Scope{s, Everywhere} {
		for _, c := range t.All {
			if c.Scope == where && slices.Contains(c.Keys, key) {
				return c, true
			}
		}
	}
	return Command[M]{}, false
}

// Named returns the command with the given name.
func (t *Table[M]) Named(name string) (Command[M], bool) {
	i := slices.IndexFunc(t.All, func(c Command[M]) bool { return c.Name == name })
	if i < 0 {
		return Command[M]{}, false
	}
	return t.All[i], true
}

// On returns the commands that work on a part of the screen.
func (t *Table[M]) On(s Scope) []Command[M] {
	var on []Command[M]
	for _, c := range t.All {
		if c.Scope == Everywhere || c.Scope == s {
			on = append(on, c)
		}
	}
	return on
}

// Resolve returns the command with the given name, or the only one on a part of the screen
// with that prefix.
func (t *Table[M]) Resolve(s Scope, name string) (Command[M], error) {
	if c, ok := t.Named(name); ok {
		return c, nil
	}
	var begin []Command[M]
	var names []string
	for _, c := range t.On(s) {
		if strings.HasPrefix(c.Name, name) {
			begin, names = append(begin, c), append(names, c.Name)
		}
	}
	switch len(begin) {
	case 0:
		return Command[M]{}, fmt.Errorf("unknown command %q: ? lists all commands", name)
	case 1:
		return begin[0], nil
	}
	return Command[M]{}, fmt.Errorf("ambiguous command %q: %s", name, strings.Join(names, ", "))
}

// Overruled reports whether all keys of a command for the whole screen are bound to other
// commands on a part of it.
func (t *Table[M]) Overruled(s Scope, c Command[M]) bool {
	if c.Scope != Everywhere || len(c.Keys) == 0 {
		return false
	}
	for _, key := range c.Keys {
		if bound, _ := t.Bound(s, key); bound.Name == c.Name {
			return false
		}
	}
	return true
}

// KeyOf returns the first key of a command in its display form; empty if it has none.
func (t *Table[M]) KeyOf(name string) string {
	if c, ok := t.Named(name); ok && len(c.Keys) > 0 {
		return help.ShownKey(c.Keys[0])
	}
	return ""
}

// KeyOrName returns how to run a command: its key or, if it has none, its name.
func (t *Table[M]) KeyOrName(name string) string { return cmp.Or(t.KeyOf(name), ":"+name) }

// Check returns an error if keys, with which the table was made, binds a command that
// doesn't exist, or if one key is bound to two commands on the same part of the screen.
func (t *Table[M]) Check(keys map[string][]string) error {
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if _, ok := t.Named(name); !ok {
			return fmt.Errorf("binding keys to %q: no such command", name)
		}
	}
	type place struct {
		scope Scope
		key   string
	}
	bound := map[place]string{}
	for _, c := range t.All {
		for _, key := range c.Keys {
			if other, taken := bound[place{c.Scope, key}]; taken {
				return fmt.Errorf("binding %s: it would be both %q and %q", key, other, c.Name)
			}
			bound[place{c.Scope, key}] = c.Name
		}
	}
	return nil
}
