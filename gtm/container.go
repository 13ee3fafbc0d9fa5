// Package gtm knows how Google Tag Manager decides which triggers match a message
// and which tags fire on it.
//
// The rules are those that were observed in the published engine of 2026. Where
// an answer hangs on something that a session does not hold it is [Unknown].
package gtm

import (
	"fmt"

	"layertap/jsregexp"
)

// Container is a set of triggers, tags and variables.
type Container struct {
	ID       string // "GTM-ABC123"; empty for triggers that the user named
	Version  string
	Triggers []*Trigger
	Tags     []*Tag // in the order of the published form, which is the firing order
	// Variables are those that the triggers and tags read.
	Variables []*Variable
}

// Trigger is a condition on messages on which tags fire.
type Trigger struct {
	Container *Container
	// Name is the one in the admin export, or an honest made-up one where only
	// the published form is known: "Custom Event ^widget_.* (#12)".
	Name       string
	Type       string       // "Custom Event", "Page View", "Link Click", …
	Conditions []*Condition // all have to hold; the ones on the event first
	Fires      []*Tag       // the tags that it fires
	Blocks     []*Tag       // the tags that it keeps from firing

	pattern *jsregexp.Regexp
}

// Condition compares a variable with a value.
type Condition struct {
	Variable *Variable
	Operator Operator
	// Expected is the value to compare with as it is configured; a variable in
	// it is written {{name}}.
	Expected   string
	IgnoreCase bool // only where the operator is a regular expression
	Negated    bool
}

// Operator is a way of comparing, by its name in the published form: "_eq".
type Operator string

// Tag is a piece of code that a container runs when one of its triggers matches.
type Tag struct {
	Container *Container
	Name      string // an honest made-up one where only the published form is known
	Index     int    // its place in the container's own list
	Type      string // "html", "gaawe", "googtag", …
	Firing    []*Trigger
	Blocking  []*Trigger
	Consent   []string // the consent types that it needs
	Paused    bool
	Reads     []*Variable // the variables in its settings
}

// Variable is a value that a container reads by name.
type Variable struct {
	Container *Container
	Name      string // an honest made-up one where only the published form is known
	Type      string // "v", "u", "jsm", …
	// Key is what a data layer variable reads; empty for other types.
	Key string
	// DataLayerVersion is 1 or 2; 0 for other types.
	DataLayerVersion int
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
		c.Triggers = append(c.Triggers, &Trigger{Container: c, Name: p.Name, Type: "Custom Event", pattern: re})
	}
	return c, nil
}

func (t *Trigger) match(event string) Truth {
	matched, err := t.pattern.Match(event)
	if err != nil {
		return Unknown
	}
	return truthOf(matched)
}
