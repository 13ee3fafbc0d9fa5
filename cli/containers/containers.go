// Package containers implements the screen's functions for containers.
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

// For returns the functions for a session that is checked against plans. Exports are
// written to the directory dir, or to the working directory if dir is empty. Checks
// stop when ctx ends.
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

// part returns an export with a variable for a key, or with a trigger for an event.
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

// longestName is the maximum length of a key or an event in a file name.
const longestName = 60

// fileName returns a file name without extension for a part. The key or event comes
// from the page, so only safe characters are kept.
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
