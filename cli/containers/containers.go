// Package containers answers what the screen asks about containers.
package containers

import (
	"context"
	"fmt"
	"strings"

	"layertap/cli/files"
	"layertap/container/audit"
	"layertap/container/compose"
	"layertap/gtm"
	"layertap/rules"
	"layertap/rules/plan"
	"layertap/ui"
)

// For returns the answers for a session that is checked against plans. Exports are
// written to the directory dir; an empty one is the working directory. Checks end
// with ctx.
func For(ctx context.Context, plans []*plan.Plan, dir string) ui.Containers {
	return ui.Containers{
		Check: func(c *gtm.Container, planned bool) ([]rules.Finding, error) {
			against := plans
			if !planned {
				against = nil
			}
			return audit.Check(ctx, c, against...)
		},
		Export: func(kind, name string, containers []*gtm.Container) (string, error) {
			text, err := part(kind, name, containers)
			if err != nil {
				return "", err
			}
			return files.WriteNew(dir, fileName(kind, name), ".json", text)
		},
	}
}

// part is an export with a variable for a key, or a trigger for an event.
func part(kind, name string, containers []*gtm.Container) ([]byte, error) {
	var taken []string
	for _, c := range containers {
		for _, v := range c.Variables {
			taken = append(taken, v.Name)
		}
		for _, t := range c.Triggers {
			taken = append(taken, t.Name)
		}
	}
	var text []byte
	err := fmt.Errorf("a %s can't be exported", kind)
	switch kind {
	case "variable":
		text, _, err = compose.Variable(name, taken, compose.Default())
	case "trigger":
		text, _, err = compose.Trigger(name, taken, compose.Default())
	}
	return text, err
}

// longestName bounds what a file's name has of that of a key or an event.
const longestName = 60

// fileName is a name for the file of a part, without its ending. The key or event is
// the page's: of its characters only harmless ones are kept.
func fileName(kind, name string) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_', r == '-', r == '.':
			return r
		}
		return '-'
	}, name)
	return "gtm-" + kind + "-" + safe[:min(len(safe), longestName)]
}
