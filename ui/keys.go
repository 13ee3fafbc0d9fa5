package ui

import (
	"fmt"
	"maps"
	"slices"
)

// Command is a command of the user, for documents and configuration files.
type Command struct {
	Name  string
	Where string // the part of the screen that it works on
	Words string // arguments that can be typed after the name; empty for none
	Keys  []string
	Help  string
}

// Commands returns all commands with their keys; keys replaces the built-in ones.
func Commands(keys map[string][]string) []Command {
	var all []Command
	for _, c := range newCommands(keys).all {
		all = append(all, Command{c.name, scopeNames[c.scope], c.words, c.keys, c.help})
	}
	return all
}

// CheckKeys returns an error if keys binds a command that doesn't exist, or one key to two
// commands on the same part of the screen.
func CheckKeys(keys map[string][]string) error {
	c := newCommands(keys)
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if !slices.ContainsFunc(c.all, func(c command) bool { return c.name == name }) {
			return fmt.Errorf("binding keys to %q: no such command", name)
		}
	}
	type place struct {
		scope scope
		key   string
	}
	bound := map[place]string{}
	for _, cmd := range c.all {
		for _, key := range cmd.keys {
			if other, taken := bound[place{cmd.scope, key}]; taken {
				return fmt.Errorf("binding %s: it would be both %q and %q", key, other, cmd.name)
			}
			bound[place{cmd.scope, key}] = cmd.name
		}
	}
	return nil
}
