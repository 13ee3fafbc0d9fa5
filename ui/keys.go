package ui

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
	for _, c := range newCommands(keys).All {
		all = append(all, Command{c.Name, c.Scope.String(), c.Words, c.Keys, c.Help})
	}
	return all
}

// CheckKeys returns an error if keys binds a command that doesn't exist, or one key to two
// commands on the same part of the screen.
func CheckKeys(keys map[string][]string) error { return newCommands(keys).Check(keys) }
