// Package gtm knows how Google Tag Manager decides which triggers match a message
// and which tags fire on it.
package gtm

import (
	"fmt"

	"layertap/jsregexp"
)

// Container is a set of triggers, variables and tags.
type Container struct {
	ID       string // "GTM-ABC123"; empty for triggers that the user named
	Triggers []*Trigger
	Tags     []*Tag
}

// Trigger is a condition on messages on which tags fire.
type Trigger struct {
	Container *Container
	Name      string
	pattern   *jsregexp.Regexp
}

// Tag is a piece of code that a container runs when one of its triggers matches.
type Tag struct {
	Container *Container
	Name      string // an honest made-up one where only the published form is known
	Index     int    // its place in the container's own list
}

// Pattern is a custom event trigger: a name and a regular expression on the
// event's name.
type Pattern struct{ Name, Regexp string }

// Patterns returns a container of custom event triggers that use regex matching.
func Patterns(patterns ...Pattern) (*Container, error) {
	c := &Container{}
	for _, p := range patterns {
		re, err := jsregexp.Compile(p.Regexp, false)
		if err != nil {
			return nil, fmt.Errorf("trigger %q: %w", p.Name, err)
		}
		c.Triggers = append(c.Triggers, &Trigger{Container: c, Name: p.Name, pattern: re})
	}
	return c, nil
}

func (t *Trigger) match(event string) Truth {
	matched, err := t.pattern.Match(event)
	switch {
	case err != nil:
		return Unknown
	case matched:
		return Yes
	default:
		return No
	}
}
