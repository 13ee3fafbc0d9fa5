// Package gtm is the model of a Google Tag Manager container, and of what a message
// does in one: which triggers match and which tags fire. Package parse reads
// containers, package engine evaluates them.
package gtm

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"layertap/datalayer"
	"layertap/jsregexp"
)

// Container is a set of triggers, tags and variables. It never changes once it
// was read.
type Container struct {
	ID       string // "GTM-ABC123"; empty for triggers that the user named
	Version  string
	Triggers []*Trigger
	Tags     []*Tag // in the order of the published form, which is the firing order
	// Variables are those that the triggers and tags read, and the others that
	// an export holds.
	Variables []*Variable

	Form       Form
	Source     []byte       // the text, as a session keeps it
	Predicates []*Predicate // the comparisons of all conditions, each once
	// Readers are the data layer variables by the first part of their key.
	Readers map[string][]*Variable

	byKey map[string]*Predicate
}

// Real reports whether c was read from a site or a file; false for nil, and for triggers
// that the user or a plan named.
func (c *Container) Real() bool { return c != nil && c.ID != "" }

// Form is what a container was read from.
type Form uint8

// The forms.
const (
	FormPatterns  Form = iota // see [Patterns]
	FormSuggested             // see [Suggested]
	FormPublished             // what a page loads
	FormExport                // an admin export
	FormNamed                 // published, with the names of an export
)

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

	ID    string // in the export
	Index int    // in the container's Triggers
	// OnEvent is how many of the conditions hang on the event's name alone.
	OnEvent int
}

// OnlyBlocks reports whether t fires no tag and keeps some from firing.
func (t *Trigger) OnlyBlocks() bool { return len(t.Fires) == 0 && len(t.Blocks) > 0 }

// Condition compares a variable with a value.
type Condition struct {
	Variable *Variable
	Operator Operator
	// Expected is the value to compare with as it is configured; a variable in
	// it is written {{name}}.
	Expected   string
	IgnoreCase bool // only where the operator is a regular expression
	Negated    bool

	Predicate *Predicate // the comparison, which conditions share
}

// Tag is a piece of code that a container runs when one of its triggers matches.
type Tag struct {
	Container *Container
	Name      string // an honest made-up one where only the published form is known
	// Index is its place in the container's own list, from 0; -1 for a paused
	// tag of an export, which is not published.
	Index    int
	Type     string // "html", "gaawe", "googtag", …
	Class    string // of the type in a page's gtm.blocklist: "customScripts"; empty if unknown
	TypeName string // what Google Tag Manager's interface calls the type: "GA4 Event"
	Settings Term   // a map: all that the tag is configured with
	Firing   []*Trigger
	Blocking []*Trigger
	Consent  []string // the consent types that it needs
	// ConsentSet reports whether somebody decided on the tag's additional consent;
	// it is known of an export only.
	ConsentSet bool
	// Absent are the numbers of triggers that an export refers to and does not have.
	Absent   []string
	Option   FiringOption
	Paused   bool
	Priority int
	Setup    []*Tag      // run before it
	Teardown []*Tag      // run after it
	Reads    []*Variable // in its settings, and in the variables there

	ID        string // a number, the same in the published form and in an export
	Place     int    // in the container's Tags
	Scheduled bool   // it fires at some times only
}

// FiringOption says how often a tag may fire.
type FiringOption uint8

// The firing options.
const (
	Unlimited FiringOption = iota
	OncePerEvent
	OncePerPage
)

func (o FiringOption) String() string {
	return [...]string{"unlimited", "once per event", "once per page"}[o]
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

	Settings Term // a map
	Format   Format
	// Unknown says why no value of the variable is ever known; empty if its
	// values are worked out.
	Unknown string
	Index   int // in the container's Variables; -1 if it is in none
	// Implicit says that the container has no such variable: a tag reads the
	// key without one.
	Implicit bool
}

// Pattern is a custom event trigger: a name and a regular expression on the
// event's name.
type Pattern struct{ Name, Regexp string }

// Patterns returns a container of custom event triggers that use regex matching.
// The error names the pattern and the place where it goes wrong.
func Patterns(named ...Pattern) (*Container, error) {
	c := &Container{Form: FormPatterns}
	event := c.Add(&Variable{Name: "Event", Type: "e"})
	for _, p := range named {
		if _, err := jsregexp.Compile(p.Regexp, false); err != nil {
			return nil, fmt.Errorf("trigger %q: %w", p.Name, err)
		}
		t := &Trigger{Name: p.Name, Type: "Custom Event"}
		t.Conditions = append(t.Conditions, c.NewCondition(Predicate{
			Operator: MatchesRegexp, Left: Reference(event), Right: Constant(datalayer.StringOf(p.Regexp)),
		}, false))
		c.Triggers = append(c.Triggers, t)
	}
	c.Complete()
	return c, nil
}

// Suggested is [Patterns] that stand in for a container: an engine evaluates them
// for as long as it knows no real one.
func Suggested(named ...Pattern) (*Container, error) {
	c, err := Patterns(named...)
	if err == nil {
		c.Form = FormSuggested
	}
	return c, err
}

func (c *Container) sha256() string {
	sum := sha256.Sum256(c.Source)
	return hex.EncodeToString(sum[:])
}
