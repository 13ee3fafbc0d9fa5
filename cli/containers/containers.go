// Package containers answers what the screen asks about containers.
package containers

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

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
			return writeNew(dir, fileName(kind, name), text)
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

// mostFiles is how many files of one name are written before that is refused.
const mostFiles = 1000

// writeNew writes a file that isn't there yet, and returns its name.
func writeNew(dir, name string, text []byte) (string, error) {
	for n := 1; n <= mostFiles; n++ {
		file := filepath.Join(dir, name+".json")
		if n > 1 {
			file = filepath.Join(dir, fmt.Sprintf("%s-%d.json", name, n))
		}
		f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fmt.Errorf("exporting: %w", err)
		}
		_, err = f.Write(text)
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(file)
			return "", fmt.Errorf("exporting to %s: %w", file, err)
		}
		return file, nil
	}
	return "", fmt.Errorf("exporting: there are %d files named %s; remove some", mostFiles, name)
}
