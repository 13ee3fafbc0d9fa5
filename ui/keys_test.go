package ui_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"layertap/internal/golden"
	"layertap/ui"
)

// TestKeysDocument keeps docs/keys.md in line with the table of commands.
func TestKeysDocument(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("# Keys\n\nEvery key is bound to a command, and every command can be typed by its name after `:`.\n" +
		"On the screen `?` shows the keys in force.\n")
	where := ""
	for _, c := range ui.Commands(nil) {
		if c.Where != where {
			where = c.Where
			fmt.Fprintf(&b, "\n## %s\n\n| Keys | Command | What it does |\n|---|---|---|\n", where)
		}
		keys := make([]string, len(c.Keys))
		for i, key := range c.Keys {
			keys[i] = "`" + key + "`"
		}
		name := strings.TrimSpace(c.Name + " " + c.Words)
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", strings.Join(keys, " "), name, c.Help)
	}
	golden.Compare(t, "../docs/keys.md", b.String())
}
